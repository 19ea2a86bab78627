//! Which sentences of the papers, and of the comments, are not plain English?
//!
//! A short list of patterns that had crept in everywhere, each with the rule that it breaks and
//! what to write instead. It knows no grammar, so each pattern is one that is nearly always wrong.

use std::sync::LazyLock;

use regex_lite::Regex;

use crate::book::blocks::Fault;
use crate::book::markdown::{self, Prose};

/// The number of the rule, the pattern, and what to write instead. A blank in a
/// pattern is any space.
const RULES: &[(u8, &str, &str)] = &[
    (
        1,
        r"\b(?:whoever|whomever|whosoever|whatever is|whichever is)\b",
        "name it: the waiting task",
    ),
    (1, r"(?:^|[.:;] )whom?\b", "a noun before `who`: the task that waits"),
    (
        1,
        r"\b(?:by|behind|for|from|to|than|and|or|but|if|when|as|then|so|woken|only) whom? [a-z]",
        "a noun before `who`: the task that waits",
    ),
    (
        2,
        concat!(
            r"\b(?:task|thread|future|engine|timer|socket|waker|waiter|runtime|loop|executor|reactor|",
            r"scheduler|sender|receiver|handle)s?",
            r"(?:,? who| (?:[^.?!]{0,80} )?(?:he|him|his|himself|whom))\b"
        ),
        "a task is `it`",
    ),
    (
        2,
        concat!(
            r"\b(?:those|one|two|all|another) who ",
            r"(?:wait|stand|hold|ask|come|poll|send|get|is|are|was|were|has|have)"
        ),
        "name them: the waiting tasks",
    ),
    (
        4,
        concat!(
            r"\b(?:stands?|stood|standing)(?:[.,;:]| (?:still|in|at|on|there|here|beside|behind|before|",
            r"by|between|under|above|below|alone|as|next|where|first|last|ready|together|up to)\b)"
        ),
        "it is, waits, appears, hangs",
    ),
    (
        6,
        r"\b(?:in vain|in earnest|for the sake of|inside of|also not|so that not)\b",
        "say it in plain words",
    ),
    (6, r"\bof which (?:a|an|the|one|two|three|only|no|all)\b", "a sentence of its own"),
    (
        6,
        r"(?:^|[.:;] )to [a-z]+ [^.,;:?!]{0,60} is to [a-z]",
        "a gerund as subject: calling it follows one rule",
    ),
    (7, r"\b(?:mend|mends|mended|mending)\b", "fix"),
    (8, r"\b(?:letterbox|prompt line|abroad|seated|belly|bellies)\b", "the glossary's word"),
    (10, r"\bworth while\b", "worthwhile"),
    (10, r"\bwe are told\b|\bis told by who\b|\bas it were\b", "say who tells"),
];
/// How many words a page has that may say this once (rule 3).
const PAGE: usize = 400;
const BODIES: &str = r"\b(?:some|no|any|every)(?:body|one)\b";

struct Compiled {
    rules: Vec<(u8, Regex, &'static str)>,
    bodies: Regex,
}

static COMPILED: LazyLock<Compiled> = LazyLock::new(|| {
    let compile = |pattern: &str| {
        let spaced = pattern.replace(' ', r"\s+");
        Regex::new(&format!("(?i){spaced}")).expect("a test compiles it")
    };
    let rules = RULES.iter().map(|(rule, pattern, hint)| (*rule, compile(pattern), *hint));
    Compiled { rules: rules.collect(), bodies: compile(BODIES) }
});

/// What is wrong with the prose of a Markdown text.
pub(crate) fn faults(text: &str) -> Vec<Fault> {
    let Compiled { rules, bodies } = &*COMPILED;
    let mut faults: Vec<Fault> = Vec::new();
    let mut somebody = Vec::new();
    let all = markdown::prose(text);
    for prose in &all {
        let line = |at: usize| markdown::line(text, prose.start + at);
        for (rule, pattern, hint) in rules {
            for found in pattern.find_iter(&prose.words) {
                if *rule != 1 || !is_asked(prose, found.end()) {
                    let words = squeezed(found.as_str());
                    faults.push((line(found.start()), format!("`{words}`: rule {rule}, {hint}")));
                }
            }
        }
        somebody.extend(bodies.find_iter(&prose.words).map(|it| (line(it.start()), it.as_str())));
    }
    let pages = 1 + markdown::words(text) / PAGE;
    faults.extend(somebody.into_iter().skip(pages).map(|(line, word)| {
        (line, format!("`{word}` once more: rule 3, at most one a page; name the agent"))
    }));
    faults.sort();
    faults
}

/// Does the sentence go on to a question mark?
fn is_asked(prose: &Prose, from: usize) -> bool {
    prose.words[from..].chars().find(|c| ['.', '?', '!'].contains(c)) == Some('?')
}

fn squeezed(words: &str) -> String {
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::book::papers::comments;

    #[test]
    fn each_rule_finds_its_own_and_leaves_plain_english_alone() {
        for (bad, rule) in [
            ("The guard is dropped only by who waits here.", 1),
            ("First come, first served, and who is woken goes to the end.", 1),
            ("Who returns `Pending` has stored the waker.", 1),
            ("Whoever wants a map first", 1),
            ("The task has run when his turn comes.", 2),
            ("A task, who waits", 2),
            ("It wakes all who\nwait for it.", 2),
            ("It *stands* still for ever.", 4),
            ("the line at which each task stands; in the middle", 4),
            ("a queue, of which a quarter is free", 6),
            ("To call it is to follow one rule.", 6),
            ("The mend is small.", 7),
            ("in the letterbox", 8),
            ("Trying is worth while.", 10),
        ] {
            let told = faults(bad);
            let rule = format!("rule {rule},");
            assert!(told.len() == 1 && told[0].1.contains(&rule), "{bad}: {told:?}");
        }
        for good in [
            "Who owns a runtime, and who may use it?",
            "`io` stands for input. The people who write it, a reader who knows tokio.",
            "Anna takes her cup. `who waits` and [a](who-waits.md)",
            "```\nwho waits stands still\n```",
            "The doctor says which task waits.",
        ] {
            assert_eq!(faults(good), [], "{good}");
        }
    }

    #[test]
    fn nobody_is_there_once_a_page() {
        let page = format!("Nobody knows. {} Somebody does.\n", "word ".repeat(PAGE - 10));
        assert_eq!(faults(&page).len(), 1);
        assert_eq!(faults(&page.replace("word ", "a word ")), []);
    }

    #[test]
    fn comments_keep_their_lines() {
        let source =
            "//! One\nfn f() {\n    // stands still\n    g(\"// not this\"); // nor that\n}\n";
        assert_eq!(comments(source), "One\n\nstands still\n\n\n");
        assert_eq!(faults(&comments(source))[0].0, 3);
    }
}
