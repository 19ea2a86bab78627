//! Does every mention of a chapter or an exercise have the right number?
//!
//! The summary numbers the chapters. A link to a chapter's file that is called `chapter 7` or `7.
//! Sockets` has that file's number: `cargo xtask book --sync` writes it. The map numbers the
//! exercises in the same way: a link called `exercise 3.1`, `hunt 3.2` or `3.1` alone has the
//! number of the folder that it leads to.

use std::collections::BTreeMap;
use std::ops::Range;

use kettle_kit::map::{self, Row};
use regex_lite::Regex;

use crate::book::chapters::Chapter;
use crate::book::markdown::{self, Link};

pub(crate) struct Mentions {
    /// By their files' names: each with its title, which begins with its number.
    titles: BTreeMap<String, String>,
    /// The exercises and hunts, by their folders' names: each with its number.
    numbers: BTreeMap<String, String>,
    label: Regex,
    exercise: Regex,
    folder: Regex,
}

impl Mentions {
    pub(crate) fn of(chapters: &[Chapter], map: &[Row]) -> Mentions {
        let title =
            |(number, chapter): (usize, &Chapter)| (chapter.name.clone(), chapter.numbered(number));
        // The map's own numbers are as stale as any.
        let place = |row: &Row| chapters.iter().position(|chapter| chapter.name == row.file);
        let row = |row: &Row| Some(Row { number: place(row)? + 1, ..row.clone() });
        let rows: Vec<Row> = map.iter().filter_map(row).collect();
        let numbers = map::numbers(&rows).into_iter();
        let regex = |source| Regex::new(source).expect("it is constant");
        Mentions {
            titles: (1..).zip(chapters).map(title).collect(),
            numbers: numbers.map(|(number, name)| (name.to_owned(), number)).collect(),
            label: regex(r"(?s)^([Cc]hapters?\s+)?(\d+)(\. .*)?"),
            exercise: regex(r"(?i)^(?:(?:exercise|hunt)\s+(\d+\.\d+|\d+)|(\d+(?:\.\d+)?)$)"),
            folder: regex(r"exercises/(?:hunts/)?([a-z-]+)(?:/|$)"),
        }
    }

    /// The text with today's numbers of the chapters and exercises that its links lead to.
    pub(crate) fn renumbered(&self, text: &str) -> String {
        let number = |Link { label, target, .. }: &Link| {
            let words = &text[label.clone()];
            let (stale, number) = self.other_exercise(words, target).or_else(|| {
                let title = self.other_chapter(words, target)?;
                Some((self.label.captures(words)?.get(2)?.range(), title.split('.').next()?))
            })?;
            Some((label.start + stale.start..label.start + stale.end, number.to_owned()))
        };
        markdown::replaced(text, markdown::links(text).iter().filter_map(number))
    }

    /// The number of the exercise that a link leads to, and where in the label another one is.
    fn other_exercise(&self, label: &str, target: &str) -> Option<(Range<usize>, &str)> {
        let number = self.numbers.get(&self.folder.captures(target)?[1])?;
        let named = self.exercise.captures(label)?;
        let named = named.get(1).or_else(|| named.get(2))?;
        (named.as_str() != number).then(|| (named.range(), number.as_str()))
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
        let row = Row {
            file: "wakers.md".to_owned(),
            number: 9,
            rungs: Vec::new(),
            exercises: ["sleep", "twice"].map(str::to_owned).into(),
        };
        let chapters: Vec<Chapter> = chapters.into_iter().chain([last]).map(chapter).collect();
        Mentions::of(&chapters, &[row])
    }

    #[test]
    fn the_numbers_follow_the_summary() {
        let old = "[chapter 9, wakers](a/wakers.md#x) [10. `select!`](select.md) [2](wakers.md)";
        let new = "[chapter 2, wakers](a/wakers.md#x) [4. `select!`](select.md) [2](wakers.md)";
        assert_eq!(mentions().renumbered(old), new);
        let old = "[Exercise 05](a/exercises/sleep/README.md), [hunt 1.1](exercises/hunts/twice/)";
        let new = "[Exercise 2.1](a/exercises/sleep/README.md), [hunt 2.2](exercises/hunts/twice/)";
        assert_eq!(mentions().renumbered(old), new);
        assert_eq!(mentions().renumbered(new), new);
    }
}
