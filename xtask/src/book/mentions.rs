//! Does every mention of a chapter or an exercise have the right number?
//!
//! The summary numbers the chapters, and the map the exercises and hunts. A link called `chapter 7`
//! or `7. Sockets`, `exercise 3.1`, `hunt 3.2` or `3.1` has the number of the file or folder that
//! it leads to: `cargo xtask book --sync` writes it.

use std::collections::BTreeMap;

use kettle_kit::map::{self, Row};
use regex_lite::Regex;

use crate::book::chapters::Chapter;
use crate::book::markdown::{self, Link};

const LABEL: &str = r"(?i)^(?:(?:chapters?|exercise|hunt)\s+(\d+(?:\.\d+)?)|(\d+)\. |(\d+\.\d+)$)";

pub(crate) struct Mentions {
    /// By the names of the chapters' files and the exercises' folders.
    numbers: BTreeMap<String, String>,
    label: Regex,
}

impl Mentions {
    pub(crate) fn of(chapters: &[Chapter], map: &[Row]) -> Mentions {
        // The map's own numbers are as stale as any.
        let place = |row: &Row| chapters.iter().position(|chapter| chapter.name == row.file);
        let row = |row: &Row| Some(Row { number: place(row)? + 1, ..row.clone() });
        let rows: Vec<Row> = map.iter().filter_map(row).collect();
        let exercises = map::numbers(&rows).into_iter();
        let exercises = exercises.map(|(number, name)| (name.to_owned(), number));
        let chapters = (1..).zip(chapters);
        let chapters =
            chapters.map(|(number, it): (usize, _)| (it.name.clone(), number.to_string()));
        let label = Regex::new(LABEL).expect("it is constant");
        Mentions { numbers: chapters.chain(exercises).collect(), label }
    }

    /// The text with today's numbers of the chapters and exercises that its links lead to.
    pub(crate) fn renumbered(&self, text: &str) -> String {
        let number = |Link { label, target, .. }: &Link| {
            let path = target.split('#').next()?.trim_end_matches("/README.md");
            let number = self.numbers.get(path.trim_end_matches('/').rsplit('/').next()?)?;
            let said = self.label.captures(&text[label.clone()])?;
            let stale = said.iter().skip(1).flatten().next()?.range();
            Some((label.start + stale.start..label.start + stale.end, number.clone()))
        };
        markdown::replaced(text, markdown::links(text).iter().filter_map(number))
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
