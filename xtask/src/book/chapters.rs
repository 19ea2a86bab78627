//! Has every chapter what a chapter of this book has?
//!
//! Each goes from a program to the source: the sections of [`BEFORE`], sections of its own with the
//! source, and those of [`AFTER`], in this order. `## Watch it` has a replay, and every output is
//! compared with something. Where an exercise's answer is printed, a stop sign comes first, and the
//! answer is folded. The chapters are numbered, and the summary has every page.
//! And the book is short enough to be read: its words of prose are counted, not what is in blocks.

use std::path::{Path, PathBuf};

use kettle_kit::{files, tree};
use regex_lite::Regex;

use crate::book::blocks::{self, Block, FIGURE};
use crate::book::{markdown, papers};

/// What a chapter begins with…
const BEFORE: &[&str] = &["The program", "Predict", "Run it", "Watch it"];
/// …and what it ends with.
const AFTER: &[&str] = &["Experiment", "What this removes", "Exercises", "In tokio"];
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
        let title = format!("# {place}. ");
        if chapter.number() != Some(place) || !text.starts_with(&title) {
            faults.push(format!("{name}: not chapter {place}, by its name and its title"));
        }
        faults.extend(missing(text).into_iter().map(|words| format!("{name}: {words}")));
    }
    Ok(faults)
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

/// What a chapter lacks.
fn missing(text: &str) -> Vec<String> {
    let sections = markdown::sections(text);
    let titles: Vec<&str> = sections.iter().map(|(title, _)| title.as_str()).collect();
    let mut faults = Vec::new();
    if !titles.starts_with(BEFORE) || !titles.ends_with(AFTER) {
        faults.push(format!(
            "the sections are: {}; it has to begin with {} and to end with {}",
            titles.join(" | "),
            BEFORE.join(" | "),
            AFTER.join(" | ")
        ));
    }
    let has_replay = |body: &str| blocks::find(body).iter().any(|block| block.kind == "replay");
    if !sections.iter().any(|(title, body)| title == "Watch it" && has_replay(body)) {
        faults.push("`Watch it` has no replay".to_owned());
    }
    // Outputs that nothing is compared with.
    if markdown::unexcused(&by_hand(text)).iter().any(|language| language == "text") {
        faults.push(
            "an output by hand: use `output` or `golden`, or say why not in a line `<!-- by hand: … -->` \
             before it"
                .to_owned(),
        );
    }
    let signs = text.lines().filter_map(|line| {
        let is_stop = line.starts_with(STOP);
        (is_stop || line.contains(FOLDED)).then_some(if is_stop { 'S' } else { 'F' })
    });
    let each_stop_folds = Regex::new("^(SF+)*$").expect("it is constant");
    if !each_stop_folds.is_match(&signs.collect::<String>()) {
        faults.push(format!("`{STOP}` without `{FOLDED}` after it, or one of these before it"));
    }
    faults
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

    const WHOLE: &str = "# 1. Tea\n\n## The program\n<!-- code: a.rs: b -->\n```rust\n## no\n```\n<!-- /code -->\n\
        ## Predict\n## Run it\n## Watch it\n<!-- replay: tea -->\n<!-- /replay -->\n## Its own\n\n\
        > **Stop.** Do it.\n\n<details><summary>The answer, once you have yours</summary>\n</details>\n\n\
        ## Experiment\n## What this removes\n## Exercises\n## In tokio\n";

    #[test]
    fn whatever_is_taken_out_is_missed() {
        assert_eq!(missing(WHOLE), [""; 0]);
        let other = |from: &str, to: &str| missing(&WHOLE.replacen(from, to, 1)).len();
        for title in BEFORE.iter().chain(AFTER) {
            assert_ne!(other(&format!("## {title}\n"), ""), 0, "{title}");
        }
        assert_eq!(other("<!-- replay: tea -->\n<!-- /replay -->\n", ""), 1);
        assert_eq!(other("## Predict\n## Run it", "## Run it\n## Predict"), 1);
    }

    #[test]
    fn an_answer_is_folded_after_a_stop_sign() {
        let (stop, answer) = ("> **Stop.** Do it.\n", "The answer, once you have yours");
        for (from, to) in [(stop, ""), (answer, "Words"), (stop, &stop.repeat(2))] {
            assert_eq!(missing(&WHOLE.replace(from, to)).len(), 1, "{from}");
        }
        assert_eq!(
            missing(&WHOLE.replace("</details>\n", &format!("</details>\n{FOLDED}\n"))),
            [""; 0]
        );
    }

    #[test]
    fn an_output_by_hand_gives_its_reason() {
        let with = |lines: &str| {
            missing(&WHOLE.replace("## Its own\n", &format!("## Its own\n{lines}"))).len()
        };
        assert_eq!(with("```text\n42\n```\n"), 1);
        assert_eq!(with("<!-- by hand: frames are left out -->\n```text\n42\n```\n"), 0);
        assert_eq!(with("<!-- by hand: no -->\nwords\n```text\n42\n```\n"), 1);
        assert_eq!(with("```sh\n```\n````md\n```text\n```\n````\n"), 0);
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
