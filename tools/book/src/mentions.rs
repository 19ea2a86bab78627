//! Does every mention of a chapter, or of a belief, have the right number?
//!
//! A link to a chapter's file that is called `chapter 7` or `7. Sockets` has that file's number,
//! and its title or the title's beginning; `cargo xtask book --sync` writes them. `chapter 7` is
//! always a link. `belief 4` is a row of the index, and `belief 4 of chapter 5` one that this
//! chapter removes.

use std::collections::BTreeMap;

use kettle_kit::tree;
use regex_lite::Regex;

use crate::blocks::Fault;
use crate::chapters::number_of;
use crate::papers::BELIEFS;
use crate::{beliefs, chapters, markdown};

/// What there is to be mentioned.
pub(crate) struct Mentions {
    /// By their files' names: each with its title, which begins with its number.
    titles: BTreeMap<String, String>,
    /// By their numbers: the files of the chapters that remove them.
    beliefs: BTreeMap<usize, Vec<String>>,
    chapter: Regex,
    belief: Regex,
    label: Regex,
}

impl Mentions {
    pub(crate) fn load() -> Result<Mentions, String> {
        let title = |chapter: chapters::Chapter| {
            let title = chapter.text.lines().next()?.strip_prefix("# ")?.to_owned();
            Some((chapter.name, title))
        };
        let titles = chapters::all()?.into_iter().filter_map(title).collect();
        Ok(Mentions::new(titles, beliefs::places(&tree::read(BELIEFS)?)))
    }

    fn new(titles: BTreeMap<String, String>, beliefs: BTreeMap<usize, Vec<String>>) -> Mentions {
        let regex = |source| Regex::new(source).expect("it is constant");
        let chapter = regex(r"(?i)\bchapters?\s+(\d+)");
        let belief = regex(r"(?i)\bbeliefs?\s+(\d+)(?:\s+of\s+chapter\s+(\d+))?");
        let label = regex(r"(?s)^([Cc]hapters?\s+)?(\d+)(\. .*)?");
        Mentions { titles, beliefs, chapter, belief, label }
    }

    pub(crate) fn faults(&self, text: &str) -> Vec<Fault> {
        let labels = markdown::labels(text);
        let mut faults = Vec::new();
        let mut fault = |at, words| faults.push((markdown::line(text, at), words));
        for (label, target) in &labels {
            if let Some(right) = self.relabelled(&text[label.clone()], target) {
                let words = format!("`{}` leads to `{right}`", &text[label.clone()]);
                let words = words.replace('\n', " ");
                fault(label.start, words + "; `cargo xtask book --sync` writes it");
            }
        }
        for prose in markdown::prose(text) {
            for found in self.chapter.find_iter(&prose.words) {
                let at = prose.start + found.start();
                if !labels.iter().any(|(label, _)| label.contains(&at)) {
                    let words = found.as_str().replace('\n', " ");
                    fault(at, format!("`{words}` is no link to the chapter"));
                }
            }
            for found in self.belief.captures_iter(&prose.words) {
                let number = |at| found.get(at).and_then(|it| it.as_str().parse::<usize>().ok());
                let whole = found.get(0).map_or(0, |it| it.start());
                let words = self.unlike(number(1).unwrap_or_default(), number(2));
                if let Some(words) = words {
                    fault(prose.start + whole, words);
                }
            }
        }
        faults
    }

    /// What a link to a chapter should be called, if it is called otherwise.
    fn relabelled(&self, label: &str, target: &str) -> Option<String> {
        let file = target.split('#').next()?.rsplit('/').next()?;
        let title = self.titles.get(file)?;
        let parts = self.label.captures(label)?;
        let number = title.split('.').next()?;
        let right = match (parts.get(1), parts.get(3)) {
            (Some(word), _) => format!("{}{number}", word.as_str()),
            (None, Some(_)) if is_beginning(label, title) => label.to_owned(),
            (None, Some(_)) => title.clone(),
            (None, None) => return None,
        };
        let rest = if parts.get(1).is_some() { &label[parts.get(2)?.end()..] } else { "" };
        let right = right + rest;
        (right != label).then_some(right)
    }

    fn unlike(&self, belief: usize, chapter: Option<usize>) -> Option<String> {
        let Some(files) = self.beliefs.get(&belief) else {
            return Some(format!("{BELIEFS} has no belief {belief}"));
        };
        let is_its = |number: usize| files.iter().any(|file| number_of(file) == Some(number));
        let wrong = chapter.filter(|number| !is_its(*number))?;
        Some(format!("belief {belief} is not chapter {wrong}'s, but of {}", files.join(", ")))
    }

    /// The text with the right numbers and titles in its links.
    pub(crate) fn filled(&self, text: &str) -> String {
        let labels = markdown::labels(text).into_iter();
        let changed = labels.filter_map(|(label, target)| {
            let right = self.relabelled(&text[label.clone()], &target)?;
            Some((label, right))
        });
        markdown::replaced(text, changed)
    }
}

/// Is the label the title, or its first words?
fn is_beginning(label: &str, title: &str) -> bool {
    let ends = |rest: &str| !rest.starts_with(char::is_alphanumeric);
    title.strip_prefix(label).is_some_and(ends)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mentions() -> Mentions {
        let titles = [("04-wakers.md", "4. Wakers"), ("10-select.md", "10. `select!` and more")];
        let titles = titles.map(|(name, title)| (name.to_owned(), title.to_owned()));
        Mentions::new(titles.into(), [(5, vec!["04-wakers.md".to_owned()])].into())
    }

    #[test]
    fn a_link_to_a_chapter_has_its_number_and_its_title() {
        let fine = "[chapter 4](a/04-wakers.md#x), [4. Wakers](04-wakers.md)\n\
            [10. `select!`](10-select.md) [Chapters\n4 to 6](04-wakers.md)\n\
            [the wakers](04-wakers.md) [chapter 4, wakers](04-wakers.md)\n";
        assert_eq!(mentions().faults(fine), []);
        assert_eq!(mentions().filled(fine), fine);
        for (wrong, right) in [
            ("[chapter 5](04-wakers.md)", "[chapter 4](04-wakers.md)"),
            ("[Chapter 3, wakers](04-wakers.md#a)", "[Chapter 4, wakers](04-wakers.md#a)"),
            ("[4. Wake](04-wakers.md)", "[4. Wakers](04-wakers.md)"),
            ("[9. `select!`](10-select.md)", "[10. `select!` and more](10-select.md)"),
        ] {
            assert_eq!(mentions().faults(wrong).len(), 1, "{wrong}");
            assert_eq!(mentions().filled(wrong), right);
        }
    }

    #[test]
    fn a_chapter_by_its_number_is_a_link() {
        let text = "a\n\nsee *chapter\n7* and `chapter 8`\n\n```\nchapter 9\n```\nsubchapter 3\n";
        let told = mentions().faults(text);
        assert_eq!(told.len(), 1, "{told:?}");
        assert_eq!(told[0].0, 3);
    }

    #[test]
    fn a_belief_is_a_row_of_the_index_and_its_chapters() {
        let faults = |text: &str| mentions().faults(text).len();
        assert_eq!(faults("[belief 5](m.md) of [chapter 4](04-wakers.md)"), 0);
        assert_eq!(faults("[belief 5](m.md) of [chapter 10](10-select.md)"), 1);
        assert_eq!(faults("[belief 6](m.md)"), 1);
    }
}
