//! Does every mention of a chapter or an exercise have the right number?
//!
//! The summary numbers the chapters. A link to a chapter's file that is called `chapter 7` or
//! `7. Sockets` has that file's number (`cargo xtask book --sync` writes it), and its title or the
//! title's beginning. `chapter 7` is always a link. A link called `exercise 02`
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
        let title =
            |(number, chapter): (usize, &Chapter)| (chapter.name.clone(), chapter.numbered(number));
        let regex = |source| Regex::new(source).expect("it is constant");
        Mentions {
            titles: (1..).zip(chapters).map(title).collect(),
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

    /// The text with today's numbers of the chapters that its links lead to.
    pub(crate) fn renumbered(&self, text: &str) -> String {
        let number = |Link { label, target, .. }: &Link| {
            let title = self.other_chapter(&text[label.clone()], target)?;
            let stale = self.label.captures(&text[label.clone()])?.get(2)?.range();
            let place = label.start + stale.start..label.start + stale.end;
            Some((place, title.split('.').next()?.to_owned()))
        };
        markdown::replaced(text, markdown::links(text).iter().filter_map(number))
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

    /// Of four chapters these are the second and the last.
    fn mentions() -> Mentions {
        let chapter = |(name, title): (&str, &str)| Chapter {
            name: name.into(),
            text: format!("# {title}\n"),
        };
        let chapters = [("a.md", "A"), ("wakers.md", "Wakers"), ("b.md", "B")];
        let last = ("select.md", "`select!` and more");
        Mentions::of(&chapters.into_iter().chain([last]).map(chapter).collect::<Vec<_>>())
    }

    fn faults(text: &str) -> Vec<Fault> {
        mentions().faults(text)
    }

    #[test]
    fn the_numbers_follow_the_summary() {
        let old = "[chapter 9, wakers](a/wakers.md#x) [10. `select!`](select.md) [2](wakers.md)";
        let new = "[chapter 2, wakers](a/wakers.md#x) [4. `select!`](select.md) [2](wakers.md)";
        assert_eq!(mentions().renumbered(old), new);
        assert_eq!(mentions().renumbered(new), new);
    }

    #[test]
    fn a_link_has_the_number_and_the_title_of_its_chapter() {
        let fine = "[chapter 2](a/wakers.md#x), [2. Wakers](wakers.md)\n\
            [4. `select!`](select.md) [Chapters\n2 to 4](wakers.md)\n\
            [the wakers](wakers.md) [chapter 2, wakers](wakers.md)\n\
            [exercise 02](../exercises/02-block-on/README.md) [hunt h1](exercises/hunts/h1-x)\n";
        assert_eq!(faults(fine), []);
        for wrong in [
            "[chapter 5](wakers.md)",
            "[Chapter 3, wakers](wakers.md#a)",
            "[2. Wake](wakers.md)",
            "[9. `select!`](select.md)",
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
