//! What is wrong with a chapter that its writer would not see?
//!
//! The summary has every page, and the chapters in the order of their numbers. Every output is compared
//! with something. The answer of an exercise is folded, after a stop sign: a learner who sees it first
//! has lost the exercise. The book is short enough to be read: its words of prose are counted, not what
//! is in blocks.

use std::path::{Path, PathBuf};

use kettle_kit::{files, tree};
use regex_lite::Regex;

use crate::book::blocks::{self, Block, FIGURE};
use crate::book::{markdown, papers};

const STOP: &str = "> **Stop.**";
const FOLDED: &str = "<summary>The answer, once you have yours</summary>";
const SUMMARY: &str = "SUMMARY.md";
/// The most words of the book: 30,000 for how a runtime works, and 1,500 for the chapter on watching
/// your own…
const BOOK_WORDS: usize = 31_500;
/// …and of a page.
const PAGE_WORDS: usize = 2_000;

/// A page's file name and text.
pub(crate) struct Chapter {
    pub(crate) name: String,
    pub(crate) text: String,
}

impl Chapter {
    /// The number that the name of its file begins with; none of a page around the chapters.
    fn number(&self) -> Option<usize> {
        self.name.split('-').next()?.parse().ok()
    }
}

/// The numbered chapters.
pub(crate) fn all() -> Result<Vec<Chapter>, String> {
    let is_numbered = |chapter: &Chapter| chapter.number().is_some_and(|number| number > 0);
    Ok(pages()?.into_iter().filter(is_numbered).collect())
}

/// These, and what comes before and after them.
fn pages() -> Result<Vec<Chapter>, String> {
    let name = |path: &Path| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let read = |path: PathBuf| Ok(Chapter { name: name(&path), text: files::read(&path)? });
    papers::chapters().into_iter().filter(|path| name(path) != SUMMARY).map(read).collect()
}

pub(crate) fn faults() -> Result<Vec<String>, String> {
    let chapters = all()?;
    let summary = tree::read(&format!("{}/{SUMMARY}", papers::CHAPTERS))?;
    let mut faults = unlisted(&pages()?, &summary);
    for (place, chapter @ Chapter { name, text }) in (1..).zip(&chapters) {
        if chapter.number() != Some(place) || !text.starts_with(&format!("# {place}. ")) {
            faults.push(format!("{name}: not chapter {place}, by its name and its title"));
        }
        if has_unknown_output(text) {
            faults.push(format!(
                "{name}: an output by hand: use `output` or `golden`, or say why not in a line \
                 `<!-- by hand: … -->` before it"
            ));
        }
        if !folds_answers(text) {
            faults.push(format!("{name}: `{STOP}` without `{FOLDED}` after it, or that alone"));
        }
    }
    Ok(faults)
}

/// Does it have an output that nothing is compared with?
fn has_unknown_output(text: &str) -> bool {
    markdown::unexcused(&by_hand(text)).iter().any(|language| language == "text")
}

/// Does a folded answer come after each stop sign, and none before?
fn folds_answers(text: &str) -> bool {
    let signs = text.lines().filter_map(|line| {
        let is_stop = line.starts_with(STOP);
        (is_stop || line.contains(FOLDED)).then_some(if is_stop { 'S' } else { 'F' })
    });
    let each_stop_folds = Regex::new("^(SF+)*$").expect("it is constant");
    each_stop_folds.is_match(&signs.collect::<String>())
}

/// Pages that the summary lacks, or has in another order than their numbers'.
fn unlisted(pages: &[Chapter], summary: &str) -> Vec<String> {
    let links = markdown::links(summary);
    let place = |page: &Chapter| links.iter().position(|link| link.target == page.name);
    let missing = pages.iter().filter(|page| place(page).is_none());
    let missing = missing.map(|page| format!("{SUMMARY} does not name {}", page.name));
    let places = pages.iter().filter(|page| page.number().is_some()).filter_map(place);
    let order = format!("{SUMMARY} has the chapters in another order");
    missing.chain((!places.is_sorted()).then_some(order)).collect()
}

/// A chapter without what its blocks hold.
fn by_hand(text: &str) -> String {
    let held = |block: &Block| (block.kind != FIGURE).then(String::new);
    blocks::rewrite(text, |block| Ok(held(block))).0
}

/// Which pages have too many words of prose, or all together; and how many that are.
pub(crate) fn too_long() -> Result<(Vec<String>, usize), String> {
    let pages = pages()?.into_iter();
    Ok(longer(pages.map(|page| (page.name, markdown::words(&by_hand(&page.text)))).collect()))
}

fn longer(counts: Vec<(String, usize)>) -> (Vec<String>, usize) {
    let sum = counts.iter().map(|(_, words)| words).sum();
    let whole = [("the book".to_owned(), sum, BOOK_WORDS)];
    let each = counts.into_iter().map(|(name, words)| (name, words, PAGE_WORDS)).chain(whole);
    let long = each.filter(|(_, words, most)| words > most);
    (
        long.map(|(name, words, most)| format!("{name}: {words} words, more than {most}"))
            .collect(),
        sum,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_output_by_hand_gives_its_reason() {
        for (text, is_unknown) in [
            ("```text\n42\n```\n", true),
            ("<!-- by hand: frames are left out -->\n```text\n42\n```\n", false),
            ("<!-- by hand: no -->\nwords\n```text\n42\n```\n", true),
            ("```sh\n```\n````md\n```text\n```\n````\n", false),
            ("<!-- output: a -->\n```text\n42\n```\n<!-- /output -->\n", false),
        ] {
            assert_eq!(has_unknown_output(text), is_unknown, "{text}");
        }
    }

    #[test]
    fn an_answer_is_folded_after_a_stop_sign() {
        let (stop, answer) = (format!("{STOP} Do it.\n"), format!("<details>{FOLDED}\n"));
        for (signs, is_fine) in [
            ("", true),
            ("SF", true),
            ("SFFSF", true),
            ("S", false),
            ("F", false),
            ("FS", false),
            ("SSF", false),
        ] {
            let line = |sign: char| if sign == 'S' { stop.as_str() } else { answer.as_str() };
            let text: String = signs.chars().map(line).collect();
            assert_eq!(folds_answers(&text), is_fine, "{signs}");
        }
    }

    #[test]
    fn the_summary_has_every_page_and_the_chapters_in_their_order() {
        let page = |name: &str| Chapter { name: name.to_owned(), text: String::new() };
        let pages = ["01-a.md", "02-b.md", "map.md"].map(page);
        let told = |summary: &str| unlisted(&pages, summary).len();
        assert_eq!(told("[m](map.md) [1. A](01-a.md) [2. B](02-b.md)"), 0);
        assert_eq!(told("[m](map.md) [2. B](02-b.md) [1. A](01-a.md)"), 1);
        assert_eq!(told("[1. A](01-a.md) [2. B](02-b.md)"), 1);
    }

    #[test]
    fn what_is_too_long_is_told() {
        let pages =
            |number, words| longer((0..number).map(|it| (format!("{it}.md"), words)).collect());
        assert_eq!(pages(15, 2_000), (vec![], 30_000));
        assert_eq!(pages(1, 2_001).0, ["0.md: 2001 words, more than 2000"]);
        assert_eq!(pages(16, 2_000).0, ["the book: 32000 words, more than 31500"]);
    }
}
