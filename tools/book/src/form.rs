//! Is every chapter built like the others?
//!
//! - *Predict* offers four options, `a)` to `d)`, and its answer names a belief for each wrong one.
//! - Where an exercise's answer is printed, a stop sign comes first, and the answer is folded. The
//!   exercise's README sends its reader to this chapter before.
//! - In the chapters of [`MODELLED`] a model carries the idea: at most [`ENGINE_LINES`] lines of our
//!   own source are outside `<details>`, and no function of more than [`PARAMETERS`] parameters.

use std::collections::BTreeMap;

use regex_lite::Regex;
use syn::visit::Visit;
use syn::{FnArg, Signature};

use crate::blocks::{self, Fault};
use crate::chapters::{Chapter, number_of};
use crate::{markdown, quote, source};

/// Chapters about parts that are too large to be shown whole.
const MODELLED: &[usize] = &[9, 11, 12, 13];
const ENGINE_LINES: usize = 30;
const PARAMETERS: usize = 4;
const OPTIONS: &[&str] = &["a", "b", "c", "d"];
const BELIEFS: usize = 3;
const FOLDED: &str = "<summary>The answer, once you have yours</summary>";

pub(crate) fn faults(chapter: &Chapter) -> Vec<Fault> {
    let mut faults = predicted(&chapter.text);
    faults.extend(stops(&chapter.text));
    if number_of(&chapter.name).is_some_and(|number| MODELLED.contains(&number)) {
        faults
            .extend(shown(&markdown::unfolded(&chapter.text)).into_iter().map(|words| (1, words)));
    }
    faults
}

fn predicted(text: &str) -> Vec<Fault> {
    let sections = markdown::sections(text);
    let Some((_, body)) = sections.iter().find(|(title, _)| title == "Predict") else {
        return Vec::new(); // `chapters.rs` says so.
    };
    let line = text.lines().position(|line| line == "## Predict").unwrap_or_default() + 1;
    let option = Regex::new(r"(?m)^- \*\*([a-z])\)\*\* ").expect("it is constant");
    let options: Vec<&str> =
        option.captures_iter(body).filter_map(|it| Some(it.get(1)?.as_str())).collect();
    let mut faults = Vec::new();
    if options != OPTIONS {
        let there = options.join(", ");
        faults.push((
            line,
            format!("Predict has the answers {there:?}, not `- **a)** …` to `- **d)** …`"),
        ));
    }
    match body.split_once("<details><summary>Answer</summary>") {
        None => {
            faults.push((line, "Predict has no `<details><summary>Answer</summary>`".to_owned()));
        }
        Some((_, answer)) => {
            let belief = Regex::new(r"\[belief\s+\d").expect("it is constant");
            let beliefs = belief.find_iter(answer).count();
            if beliefs < BELIEFS {
                faults.push((
                    line,
                    format!(
                        "Predict's answer names {beliefs} beliefs, not one as a link \
                     `[belief 4](../../misconceptions.md)` for \
                     each of its {BELIEFS} wrong options"
                    ),
                ));
            }
        }
    }
    faults
}

/// Each stop sign has its form, and what it stops at is folded; and nothing else is.
fn stops(text: &str) -> Vec<Fault> {
    let link = r"\[(?:exercise|hunt) \w+\]\(\.\./\.\./\.\./exercises/[\w/-]+/README\.md\)";
    let links = format!("{link}(?:(?:, | and ){link})*");
    let form = format!(r"^> \*\*Stop\.\*\* Do {links} now: the next section prints an answer\.$");
    let form = Regex::new(&form).expect("it is constant");
    let label = Regex::new(r"\[(?:exercise|hunt) (\w+)\]\([^)]*/(\w+)-[^)/]*/README")
        .expect("it is constant");
    let (mut faults, mut stop, mut stopped) = (Vec::new(), None, false);
    for (number, line) in (1..).zip(text.lines()) {
        if line.starts_with("> **Stop.**") {
            if !form.is_match(line) {
                faults.push((
                    number,
                    "a stop sign is `> **Stop.** Do [exercise 02](../../../exercises/02-block-on/\
                    README.md) now: the next section prints an answer.`, on one line"
                        .to_owned(),
                ));
            }
            let is_other = |it: &regex_lite::Captures| {
                it.get(1).map(|it| it.as_str()) != it.get(2).map(|it| it.as_str())
            };
            if label.captures_iter(line).any(|it| is_other(&it)) {
                faults.push((
                    number,
                    "the stop sign leads to another exercise than it says".to_owned(),
                ));
            }
            faults.extend(stop.replace(number).map(unfolded_after));
            stopped = true;
        } else if line.contains(FOLDED) {
            stop = None;
            if !stopped {
                faults.push((number, "an answer without a stop sign before it".to_owned()));
            }
        }
    }
    faults.extend(stop.map(unfolded_after));
    faults
}

/// Exercises for which chapters stop, and whose READMEs do not say `**Read before:**` with a link to
/// such a chapter.
pub(crate) fn unprepared(
    chapters: &[Chapter],
    read: impl Fn(&str) -> Result<String, String>,
) -> Result<Vec<String>, String> {
    let link = Regex::new(r"\((?:\.\./){3}(exercises/[\w/-]+/README\.md)\)").expect("constant");
    let mut stops = BTreeMap::<String, Vec<&str>>::new();
    for Chapter { name, text } in chapters {
        let signs = text.lines().filter(|line| line.starts_with("> **Stop.**"));
        for sign in signs.flat_map(|line| link.captures_iter(line)) {
            stops.entry(sign[1].to_owned()).or_default().push(name);
        }
    }
    let mut faults = Vec::new();
    for (readme, names) in stops {
        let says = read(&readme)?;
        let before = says.split("**Read before:**").nth(1).unwrap_or_default();
        let before = before.split("\n\n").next().unwrap_or_default();
        if !names.iter().any(|name| before.contains(&format!("/{name})"))) {
            let names = names.join(" or ");
            faults.push(format!(
                "{readme}: `**Read before:**` does not lead to {names}, which stops for it"
            ));
        }
    }
    Ok(faults)
}

fn unfolded_after(line: usize) -> Fault {
    (line, format!("after this stop sign nothing is folded: `<details>{FOLDED}`"))
}

/// What is shown of our own source, and is too much.
fn shown(text: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let mut lines = 0;
    for block in blocks::find(text).into_iter().filter(|block| block.kind == "code") {
        let Ok((file, wish)) = quote::of_file(block.wish) else { continue };
        let is_ours = |path: &str| path.starts_with("runtime/") || path.starts_with("src/");
        if !source::path(file).is_ok_and(is_ours) {
            continue;
        }
        let code: Vec<&str> =
            block.old.trim().lines().filter(|line| !line.starts_with("```")).collect();
        lines += code.len();
        let most = parameters(&code.join("\n"));
        if most > PARAMETERS {
            faults
                .push(format!("`{wish}` has a function of {most} parameters outside `<details>`"));
        }
    }
    if lines > ENGINE_LINES {
        faults.push(format!(
            "{lines} lines of our own source outside `<details>`, more than {ENGINE_LINES}"
        ));
    }
    faults
}

/// The most parameters of any function in a piece of code, without `self`. A method that is quoted has
/// no `impl` around it.
fn parameters(code: &str) -> usize {
    struct Most(usize);
    impl Visit<'_> for Most {
        fn visit_signature(&mut self, signature: &Signature) {
            let typed = signature.inputs.iter().filter(|it| matches!(it, FnArg::Typed(_)));
            self.0 = self.0.max(typed.count());
        }
    }
    let method = format!("impl X {{ {code} }}");
    let parsed = syn::parse_file(code).or_else(|_| syn::parse_file(&method));
    let mut most = Most(0);
    if let Ok(file) = parsed {
        most.visit_file(&file);
    }
    most.0
}

#[cfg(test)]
mod tests {
    use super::*;

    const PREDICT: &str = "# 9. T\n\n## Predict\n\nWhat?\n\n- **a)** one\n- **b)** two\n- **c)** three\n\
        - **d)** four\n\n\
        <details><summary>Answer</summary>\n\nb. a is [belief\n1](m), c [belief 2](m), d [belief 3](m).\n\n\
        </details>\n";

    #[test]
    fn a_prediction_has_four_answers_and_three_beliefs() {
        assert_eq!(predicted(PREDICT), []);
        for (from, to) in [
            ("- **d)** four\n", ""),
            ("**c)**", "**e)**"),
            ("[belief 3]", "belief 3"),
            (">Answer<", ">No<"),
        ] {
            let told = predicted(&PREDICT.replace(from, to));
            assert!(told.len() == 1 && told[0].0 == 3, "{from}: {told:?}");
        }
    }

    #[test]
    fn a_stop_sign_has_its_form_and_an_answer_after_it() {
        let fine = "> **Stop.** Do [exercise 02](../../../exercises/02-block-on/README.md) now: the \
            next section prints an answer.\n\n## Next\n\n<details><summary>The answer, once you have yours</summary>\n";
        assert_eq!(stops(fine), []);
        for (from, to, line) in [
            ("Do [", "First [", 1),
            ("exercise 02]", "exercise 03]", 1),
            ("The answer, once", "Once", 1),
            ("> **Stop", "**Stop", 5),
        ] {
            let told = stops(&fine.replace(from, to));
            assert!(told.len() == 1 && told[0].0 == line, "{from}: {told:?}");
        }
    }

    #[test]
    fn an_exercise_names_the_chapter_that_stops_for_it() {
        let stop = "> **Stop.** Do [exercise 02](../../../exercises/02-a/README.md) now: x.\n";
        let chapter = Chapter { name: "03-x.md".to_owned(), text: stop.to_owned() };
        let with = |readme: &str| {
            let read = |path: &str| {
                assert_eq!(path, "exercises/02-a/README.md");
                Ok(readme.to_owned())
            };
            unprepared(std::slice::from_ref(&chapter), read).unwrap().len()
        };
        assert_eq!(with("**Read before:** [chapter 3](../b/03-x.md), up to its stop sign.\n"), 0);
        assert_eq!(with("**Read before:** [chapter 1](../b/01-x.md).\n\n[a](../b/03-x.md)\n"), 1);
        assert_eq!(with("[a](../b/03-x.md)\n"), 1);
    }

    #[test]
    fn little_of_our_own_source_is_shown_and_no_long_signature() {
        let block = |path: &str, code: &str| {
            format!("<!-- code: {path}: x -->\n```rust,ignore\n{code}```\n<!-- /code -->\n")
        };
        let long = "a();\n".repeat(31);
        assert_eq!(shown(&block("src/lib.rs", &long)).len(), 1);
        assert_eq!(shown(&block("examples/tour.rs", &long)).len(), 0);
        assert_eq!(shown(&block("src/lib.rs", &long[5..])).len(), 0);
        let folded = format!("<details>\n\n{}\n</details>\n", block("src/lib.rs", &long));
        assert_eq!(shown(&markdown::unfolded(&folded)), [""; 0]);
        let wide = "fn f<T: Fn(u8, u8)>(&mut self, a: B<C, D>, e: (F, G), h: i::J, k: L) {}\n";
        assert_eq!(parameters(wide), 4);
        let wider = wide.replace("k: L", "k: L, m: N");
        assert_eq!(
            shown(&block("runtime/src/lib.rs", &format!("impl A {{\n{wider}}}\n"))).len(),
            1
        );
    }
}
