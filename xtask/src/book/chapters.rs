//! What is wrong with a chapter that its writer would not see?
//!
//! The summary has every page, and its list of chapters numbers them: neither a file's name nor its
//! title does, so a new chapter renames nothing. Every output is compared with something: its block
//! has the language `text`, and a picture's has `plaintext`. The answer of an exercise is folded,
//! after a stop sign: a learner who sees it first has lost the exercise.

use std::path::{Path, PathBuf};

use kettle_kit::{files, tree};
use regex_lite::Regex;

use crate::book::blocks;
use crate::book::{markdown, papers};

const STOP: &str = "> **Stop.**";
const FOLDED: &str = "<summary>The answer, once you have yours</summary>";
const SUMMARY: &str = "SUMMARY.md";
/// What follows the chapters there.
const AROUND: &str = "\n# Around the chapters\n";
/// A page's file name and text.
pub(crate) struct Chapter {
    pub(crate) name: String,
    pub(crate) text: String,
}

impl Chapter {
    pub(crate) fn title(&self) -> &str {
        self.text.lines().next().and_then(|line| line.strip_prefix("# ")).unwrap_or_default()
    }

    /// The title as it is printed, of the chapter that has this number.
    pub(crate) fn numbered(&self, number: usize) -> String {
        format!("{number}. {}", self.title())
    }
}

/// The chapters, in the order of the summary: the first has the number 1.
pub(crate) fn all() -> Result<Vec<Chapter>, String> {
    let read = |name: String| Ok(Chapter { text: page(&name)?, name });
    listed(&page(SUMMARY)?).into_iter().map(read).collect()
}

fn page(name: &str) -> Result<String, String> {
    tree::read(&format!("{}/{name}", papers::CHAPTERS))
}

/// The files that the summary lists as chapters.
fn listed(summary: &str) -> Vec<String> {
    let chapters = summary.split(AROUND).next().unwrap_or_default();
    let items: String = chapters.lines().filter(|line| line.starts_with("- ")).collect();
    markdown::links(&items).into_iter().map(|link| link.target).collect()
}

/// These, and what comes before and after them.
fn pages() -> Result<Vec<Chapter>, String> {
    let name = |path: &Path| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let read = |path: PathBuf| Ok(Chapter { name: name(&path), text: files::read(&path)? });
    papers::chapters().into_iter().filter(|path| name(path) != SUMMARY).map(read).collect()
}

pub(crate) fn faults() -> Result<Vec<String>, String> {
    let mut faults = unlisted(&pages()?, &page(SUMMARY)?);
    let is_numbered = Regex::new(r"^\d").expect("it is constant");
    for chapter @ Chapter { name, text } in &all()? {
        if is_numbered.is_match(name) || is_numbered.is_match(chapter.title()) {
            faults.push(format!("{name}: has a number of its own, in its name or its title"));
        }
        if has_unknown_output(text) {
            faults.push(format!("{name}: an output by hand: use `output` or `golden`"));
        }
        if !folds_answers(text) {
            faults.push(format!("{name}: `{STOP}` without `{FOLDED}` after it, or that alone"));
        }
    }
    Ok(faults)
}

/// Does it have an output that nothing is compared with?
fn has_unknown_output(text: &str) -> bool {
    let by_hand = blocks::rewrite(text, |_| Ok(Some(String::new()))).0;
    markdown::languages(&by_hand).any(|language| language == "text")
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

/// Pages that the summary lacks, or calls by another title than their own.
fn unlisted(pages: &[Chapter], summary: &str) -> Vec<String> {
    let links = markdown::links(summary);
    let fault = |page: &Chapter| {
        let name = &page.name;
        let link = links.iter().find(|link| link.target == *name);
        let Some(link) = link else { return Some(format!("{SUMMARY} does not name {name}")) };
        let called = &summary[link.label.clone()];
        (called != page.title()).then(|| format!("{SUMMARY} calls {name} `{called}`"))
    };
    pages.iter().filter_map(fault).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_output_by_hand_is_a_fault() {
        for (text, is_unknown) in [
            ("```text\n42\n```\n", true),
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
    fn the_summary_has_every_page_and_numbers_its_chapters() {
        let page = |name: &str| {
            let text = format!("# {}\n", name.to_uppercase());
            Chapter { name: format!("{name}.md"), text }
        };
        let pages = ["a", "b", "map"].map(page);
        let count = |summary: &str| unlisted(&pages, summary).len();
        let summary = "[MAP](map.md)\n\n# Part\n- [B](b.md)\n- [A](a.md)\n\n# Around the chapters\n\n- [C](c.md)\n";
        assert_eq!(
            (count(summary), listed(summary)),
            (0, ["b.md", "a.md"].map(str::to_owned).into())
        );
        assert_eq!(count(&summary.replace("[A]", "[1. A]")), 1);
        assert_eq!(count("[A](a.md) [B](b.md)"), 1);
    }
}
