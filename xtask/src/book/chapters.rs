//! Which faults does a chapter have that its writer easily misses?
//!
//! [`faults`] checks that the summary has every page under its title, and three rules:
//!
//! - A chapter's number is its place in the summary. File names and titles have none, so a chapter
//!   can be inserted without renaming others ([`has_own_number`]).
//! - A block of the language `text` is an output. It has to be generated (`blocks.rs`), so that a
//!   test compares it with the program ([`has_output_by_hand`]). A drawing has the language
//!   `plaintext`.
//! - The answer to an exercise is folded, below a line that begins with [`STOP`]: a learner who has
//!   seen the answer can no longer do the exercise ([`folds_answers`]).
//!
//! The *summary* is `SUMMARY.md`, mdBook's table of contents. [`chapters`] returns the chapters in
//! its order, for the book that is built from them.

use std::path::Path;

use kettle_kit::{files, tree};
use regex_lite::Regex;

use crate::book::{blocks, markdown, papers};

const STOP: &str = "> **Stop.**";
const FOLDED_ANSWER: &str = "<summary>The answer, once you have yours</summary>";
pub(crate) const SUMMARY: &str = "SUMMARY.md";
/// The heading in the summary at which the chapters end.
const AFTER_CHAPTERS: &str = "\n# Around the chapters\n";

/// A page of the book: a chapter, or one of the pages around the chapters.
pub(crate) struct Page {
    pub(crate) file_name: String,
    pub(crate) text: String,
}

impl Page {
    pub(crate) fn read(path: &Path) -> Result<Page, String> {
        let file_name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Ok(Page { file_name, text: files::read(path)? })
    }

    pub(crate) fn title(&self) -> &str {
        self.text.lines().next().and_then(|line| line.strip_prefix("# ")).unwrap_or_default()
    }
}

/// The chapters, in the order of the summary: the first has the number 1.
pub(crate) fn chapters() -> Result<Vec<Page>, String> {
    let folder = tree::root().join(papers::BOOK);
    chapters_of(&read_summary()?).iter().map(|name| Page::read(&folder.join(name))).collect()
}

fn read_summary() -> Result<String, String> {
    tree::read(&format!("{}/{SUMMARY}", papers::BOOK))
}

/// The files that the summary lists as chapters.
fn chapters_of(summary: &str) -> Vec<String> {
    let before_others = summary.split(AFTER_CHAPTERS).next().unwrap_or_default();
    let items: String = before_others.lines().filter(|line| line.starts_with("- ")).collect();
    markdown::links(&items).into_iter().map(|link| link.target).collect()
}

/// What is wrong with the summary and the chapters.
pub(crate) fn faults() -> Result<Vec<String>, String> {
    let mut pages = Vec::new();
    for path in papers::of_book() {
        pages.push(Page::read(&path)?);
    }
    let mut faults = summary_faults(&pages, &read_summary()?);
    for chapter in &chapters()? {
        let Page { file_name, text } = chapter;
        if has_own_number(chapter) {
            faults.push(format!("{file_name}: has a number of its own, in its name or its title"));
        }
        if has_output_by_hand(text) {
            let words = "a `text` block written by hand: generate it with `output` or `golden`";
            faults.push(format!("{file_name}: {words}"));
        }
        if !folds_answers(text) {
            let words = format!("`{STOP}` without `{FOLDED_ANSWER}` below it, or that alone");
            faults.push(format!("{file_name}: {words}"));
        }
    }
    Ok(faults)
}

/// Pages that the summary lacks, or calls by another title than their own.
fn summary_faults(pages: &[Page], summary: &str) -> Vec<String> {
    let links = markdown::links(summary);
    let mut faults = Vec::new();
    for page in pages.iter().filter(|page| page.file_name != SUMMARY) {
        let name = &page.file_name;
        match links.iter().find(|link| link.target == *name) {
            None => faults.push(format!("{SUMMARY} does not name {name}")),
            Some(link) => {
                let title = &summary[link.label_range.clone()];
                if title != page.title() {
                    faults.push(format!("{SUMMARY} calls {name} `{title}`"));
                }
            }
        }
    }
    faults
}

/// Does its file's name or its title begin with a number?
fn has_own_number(chapter: &Page) -> bool {
    let begins_with_digit = |name: &str| name.starts_with(|c: char| c.is_ascii_digit());
    begins_with_digit(&chapter.file_name) || begins_with_digit(chapter.title())
}

/// Does it have a block of the language `text` besides the generated ones?
fn has_output_by_hand(text: &str) -> bool {
    let (without_generated, _) = blocks::rewrite(text, |_| Ok(Some(String::new())));
    markdown::languages(&without_generated).any(|language| language == "text")
}

/// Does a folded answer come after each stop sign, and none before the first?
fn folds_answers(text: &str) -> bool {
    // The page's stop signs (S) and folded answers (F), in their order.
    let mut signs = String::new();
    for line in text.lines() {
        if line.starts_with(STOP) {
            signs.push('S');
        } else if line.contains(FOLDED_ANSWER) {
            signs.push('F');
        }
    }
    let answers_follow_stops = Regex::new("^(SF+)*$").expect("a pattern");
    answers_follow_stops.is_match(&signs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_output_by_hand_is_a_fault() {
        for (text, is_by_hand) in [
            ("```text\n42\n```\n", true),
            ("```sh\n```\n````md\n```text\n```\n````\n", false),
            ("<!-- output: a -->\n```text\n42\n```\n<!-- /output -->\n", false),
        ] {
            assert_eq!(has_output_by_hand(text), is_by_hand, "{text}");
        }
    }

    #[test]
    fn an_answer_is_folded_after_a_stop_sign() {
        let (stop, answer) = (format!("{STOP} Do it.\n"), format!("<details>{FOLDED_ANSWER}\n"));
        let folds = |signs: &str| {
            let line = |sign: char| if sign == 'S' { stop.as_str() } else { answer.as_str() };
            folds_answers(&signs.chars().map(line).collect::<String>())
        };
        for right in ["", "SF", "SFFSF"] {
            assert!(folds(right), "{right}");
        }
        for wrong in ["S", "F", "FS", "SSF"] {
            assert!(!folds(wrong), "{wrong}");
        }
    }

    #[test]
    fn the_summary_has_every_page_and_numbers_its_chapters() {
        let page = |name: &str| {
            let text = format!("# {}\n", name.to_uppercase());
            Page { file_name: format!("{name}.md"), text }
        };
        let pages = ["a", "b", "map"].map(page);
        let count_faults = |summary: &str| summary_faults(&pages, summary).len();
        let summary = "[MAP](map.md)\n\n# Part\n- [B](b.md)\n- [A](a.md)\n\n# Around the chapters\n\n- [C](c.md)\n";
        assert_eq!(count_faults(summary), 0);
        assert_eq!(chapters_of(summary), ["b.md", "a.md"]);
        assert_eq!(count_faults(&summary.replace("[A]", "[1. A]")), 1, "another title");
        assert_eq!(count_faults("[A](a.md) [B](b.md)"), 1, "the map is missing");
    }
}
