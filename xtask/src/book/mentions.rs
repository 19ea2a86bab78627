//! Does every mention of a chapter or an exercise have the right number?
//!
//! A link to a chapter's file that is called `chapter 7` or `7. Sockets` has that file's number,
//! and its title or the title's beginning. `chapter 7` is always a link. A link called `exercise 02`
//! or `hunt h1` leads there.

use std::collections::BTreeMap;

use regex_lite::Regex;

use crate::book::blocks::Fault;
use crate::book::chapters::Chapter;
use crate::book::markdown::{self, Link};

pub(crate) struct Mentions {
    /// By their files' names: each with its title, which begins with its number.
    titles: BTreeMap<String, String>,
    chapter: Regex,
    label: Regex,
    exercise: Regex,
    folder: Regex,
}

impl Mentions {
    pub(crate) fn of(chapters: &[Chapter]) -> Mentions {
        let title = |Chapter { name, text }: &Chapter| {
            Some((name.clone(), text.lines().next()?.strip_prefix("# ")?.to_owned()))
        };
        let regex = |source| Regex::new(source).expect("it is constant");
        Mentions {
            titles: chapters.iter().filter_map(title).collect(),
            chapter: regex(r"(?i)\bchapters?\s+\d+"),
            label: regex(r"(?s)^([Cc]hapters?\s+)?(\d+)(\. .*)?"),
            exercise: regex(r"(?i)\b(?:exercise|hunt)\s+(\w+)"),
            folder: regex(r"exercises/(?:hunts/)?(\w+)-"),
        }
    }

    pub(crate) fn faults(&self, text: &str) -> Vec<Fault> {
        let links = markdown::links(text);
        let mut faults = Vec::new();
        let mut fault = |at, words: String| {
            faults.push((markdown::line(text, at), words.replace('\n', " ")));
        };
        for Link { label: range, target, .. } in &links {
            let label = &text[range.clone()];
            if let Some(title) = self.other_chapter(label, target) {
                fault(range.start, format!("`{label}` leads to `{title}`"));
            }
            let named = self.exercise.captures(label).zip(self.folder.captures(target));
            if named.is_some_and(|(named, leads)| named[1] != leads[1]) {
                fault(range.start, format!("`{label}` leads to {target}"));
            }
        }
        for prose in markdown::prose(text) {
            for found in self.chapter.find_iter(&prose.words) {
                let at = prose.start + found.start();
                if !links.iter().any(|link| link.label.contains(&at)) {
                    fault(at, format!("`{}` is no link to the chapter", found.as_str()));
                }
            }
        }
        faults
    }

    /// The title of the chapter that a link leads to, if the label is of another one.
    fn other_chapter(&self, label: &str, target: &str) -> Option<&str> {
        let file = target.split('#').next()?.rsplit('/').next()?;
        let title = self.titles.get(file)?;
        let parts = self.label.captures(label)?;
        let is_end = |rest: &str| !rest.starts_with(char::is_alphanumeric);
        let is_right = match (parts.get(1), parts.get(3)) {
            (Some(_), _) => Some(&parts[2]) == title.split('.').next(),
            (None, Some(_)) => title.strip_prefix(label).is_some_and(is_end),
            (None, None) => true,
        };
        (!is_right).then_some(title)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(text: &str) -> Vec<Fault> {
        let chapters =
            [("04-wakers.md", "# 4. Wakers"), ("10-select.md", "# 10. `select!` and more")];
        let chapter = |(name, text): (&str, &str)| Chapter { name: name.into(), text: text.into() };
        Mentions::of(&chapters.map(chapter)).faults(text)
    }

    #[test]
    fn a_link_has_the_number_and_the_title_of_its_chapter() {
        let fine = "[chapter 4](a/04-wakers.md#x), [4. Wakers](04-wakers.md)\n\
            [10. `select!`](10-select.md) [Chapters\n4 to 6](04-wakers.md)\n\
            [the wakers](04-wakers.md) [chapter 4, wakers](04-wakers.md)\n\
            [exercise 02](../exercises/02-block-on/README.md) [hunt h1](exercises/hunts/h1-x)\n";
        assert_eq!(faults(fine), []);
        for wrong in [
            "[chapter 5](04-wakers.md)",
            "[Chapter 3, wakers](04-wakers.md#a)",
            "[4. Wake](04-wakers.md)",
            "[9. `select!`](10-select.md)",
            "[exercise 03](../exercises/02-block-on/README.md)",
        ] {
            assert_eq!(faults(wrong).len(), 1, "{wrong}");
        }
    }

    #[test]
    fn a_chapter_by_its_number_is_a_link() {
        let text = "a\n\nsee *chapter\n7* and `chapter 8`\n\n```\nchapter 9\n```\nsubchapter 3\n";
        assert_eq!(faults(text), [(3, "`chapter 7` is no link to the chapter".to_owned())]);
    }
}
