//! Has every chapter what a chapter of this book has?
//!
//! Each goes from a program to the source: the sections of [`BEFORE`], sections of its own with the
//! source, and those of [`AFTER`], in this order. `## Watch it` has a replay, `## Exercises` names
//! one. The chapters are numbered, the summary names every page by its own title, and every exercise is
//! in some chapter.
//! And the book is short enough to be read: its words of prose are counted, not what is in blocks.

use std::path::{Path, PathBuf};

use kettle_kit::{files, tree};

use crate::{blocks, markdown, papers};

/// What a chapter begins with…
const BEFORE: &[&str] = &["The program", "Predict", "Run it", "Watch it"];
/// …and what it ends with.
const AFTER: &[&str] = &["Experiment", "What this removes", "Exercises", "In tokio"];
const SUMMARY: &str = "SUMMARY.md";
/// How many chapters there are.
const CHAPTERS: usize = 16;
/// The most words of the book: 30,000 for how a runtime works, and 1,500 for the chapter on watching
/// your own…
const BOOK_WORDS: usize = 31_500;
/// …of a chapter…
const CHAPTER_WORDS: usize = 2_000;
/// …and of what comes before the first.
const BEFORE_WORDS: usize = 400;

/// A chapter's file name and text.
pub(crate) struct Chapter {
    pub(crate) name: String,
    pub(crate) text: String,
}

/// The numbered chapters.
pub(crate) fn all() -> Result<Vec<Chapter>, String> {
    let is_numbered = |name: &str| !name.starts_with("00") && number_of(name).is_some();
    Ok(pages()?.into_iter().filter(|chapter| is_numbered(&chapter.name)).collect())
}

/// These, and what comes before and after them.
fn pages() -> Result<Vec<Chapter>, String> {
    let read = |path: PathBuf| Ok(Chapter { name: name(&path), text: files::read(&path)? });
    papers::chapters().into_iter().filter(|path| name(path) != SUMMARY).map(read).collect()
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// The number that the name of a chapter's file begins with.
pub(crate) fn number_of(file: &str) -> Option<usize> {
    file.split('-').next()?.parse().ok()
}

pub(crate) fn faults() -> Result<Vec<String>, String> {
    let chapters = all()?;
    let mut faults = Vec::new();
    let summary = tree::read(&format!("{}/{SUMMARY}", papers::CHAPTERS))?;
    for chapter in &chapters {
        let name = &chapter.name;
        faults.extend(missing(&chapter.text).into_iter().map(|words| format!("{name}: {words}")));
    }
    faults.extend(misnumbered(&chapters));
    faults.extend(unlisted(&pages()?, &summary));
    faults.extend(unnamed(&exercises(), &chapters));
    Ok(faults)
}

/// The folders of all exercises and hunts.
fn exercises() -> Vec<String> {
    let readmes = tree::files(&tree::root().join("exercises"), "README.md");
    let readmes = readmes.iter().map(|path| tree::shown(path)).collect::<Vec<_>>();
    folders(&readmes)
}

fn folders(readmes: &[String]) -> Vec<String> {
    let is_one = |folder: &&str| {
        let name = folder.trim_start_matches("exercises/");
        name.starts_with(|c: char| c.is_ascii_digit()) || name.starts_with("hunts/h")
    };
    let folders = readmes.iter().filter_map(|path| path.strip_suffix("README.md"));
    folders.filter(is_one).map(str::to_owned).collect()
}

/// The exercises that no chapter sends its reader to.
fn unnamed(folders: &[String], chapters: &[Chapter]) -> Vec<String> {
    let is_named = |folder: &&String| {
        chapters.iter().any(|chapter| chapter.text.contains(&format!("/{folder}")))
    };
    let missing = folders.iter().filter(|folder| !is_named(folder));
    missing.map(|folder| format!("no chapter names {folder}")).collect()
}

/// Chapters whose file or title has not the number of their place.
fn misnumbered(chapters: &[Chapter]) -> Vec<String> {
    let numbered = |(number, chapter): (usize, &Chapter)| {
        let has = number_of(&chapter.name) == Some(number)
            && chapter.text.starts_with(&format!("# {number}. "));
        (!has).then(|| format!("{}: not chapter {number}, by its name and its title", chapter.name))
    };
    let count = chapters.len();
    let wrong = (count != CHAPTERS).then(|| format!("{count} chapters, and not {CHAPTERS}"));
    (1..).zip(chapters).filter_map(numbered).chain(wrong).collect()
}

/// Does the summary name each page by its own title, and the chapters in their order?
fn unlisted(pages: &[Chapter], summary: &str) -> Vec<String> {
    let labels = markdown::labels(summary).into_iter();
    let entries = labels.map(|(label, name)| format!("[{}]({name})", &summary[label]));
    let entries: Vec<String> = entries.collect();
    let (mut faults, mut last) = (Vec::new(), 0);
    for Chapter { name, text } in pages {
        let title = text.lines().next().and_then(|line| line.strip_prefix("# ")).unwrap_or("");
        let entry = format!("[{title}]({name})");
        match entries.iter().position(|it| *it == entry) {
            None => faults.push(format!("{SUMMARY} has no `{entry}`")),
            Some(place) if number_of(name).is_some() && place < last => {
                faults.push(format!("{SUMMARY} has `{entry}` before the chapter before"));
            }
            Some(place) if number_of(name).is_some() => last = place,
            Some(_) => {}
        }
    }
    faults
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
    } else if titles.len() <= BEFORE.len() + AFTER.len() {
        faults.push("no section of its own between the replay and the experiment".to_owned());
    }
    let has = |title: &str, wanted: fn(&str) -> bool| {
        sections.iter().find(|(other, _)| other == title).is_some_and(|(_, body)| wanted(body))
    };
    if !has("Watch it", |body| has_block(body, "replay")) {
        faults.push("`Watch it` has no replay".to_owned());
    }
    if !has("Exercises", |body| body.contains("/exercises/")) {
        faults.push("`Exercises` names none".to_owned());
    }
    if !has_block(text, "code") {
        faults.push("it shows no source".to_owned());
    }
    // Outputs that nobody compares.
    let by_hand = markdown::unexcused(&by_hand(text));
    faults.extend(by_hand.iter().filter(|language| *language == "text").map(|_| {
        "an output by hand: use `output` or `golden`, or say why not in a line `<!-- by hand: … -->` \
         before it"
            .to_owned()
    }));
    faults
}

fn has_block(text: &str, kind: &str) -> bool {
    blocks::find(text).iter().any(|block| block.kind == kind)
}

/// A chapter without what its blocks hold.
fn by_hand(text: &str) -> String {
    blocks::rewrite(text, |_| Ok(Some(String::new()))).0
}

/// Chapter by chapter: how many words of prose.
fn counts() -> Result<Vec<(String, usize)>, String> {
    let count = |chapter: Chapter| (chapter.name, markdown::words(&by_hand(&chapter.text)));
    Ok(pages()?.into_iter().map(count).collect())
}

pub(crate) fn table() -> Result<String, String> {
    let counts = counts()?;
    let sum: usize = counts.iter().map(|(_, words)| words).sum();
    let lines = counts.iter().map(|(name, words)| format!("{words:>7}  {name}\n"));
    Ok(format!("{}{sum:>7}  of {BOOK_WORDS}\n", lines.collect::<String>()))
}

pub(crate) fn too_long() -> Result<Vec<String>, String> {
    Ok(longer(&counts()?))
}

fn longer(counts: &[(String, usize)]) -> Vec<String> {
    let limit = |name: &str| if name.starts_with("00") { BEFORE_WORDS } else { CHAPTER_WORDS };
    let long = counts.iter().filter(|(name, words)| *words > limit(name));
    let mut faults: Vec<String> = long
        .map(|(name, words)| format!("{name}: {words} words, more than {}", limit(name)))
        .collect();
    let sum: usize = counts.iter().map(|(_, words)| words).sum();
    if sum > BOOK_WORDS {
        faults.push(format!("the book has {sum} words, more than {BOOK_WORDS}"));
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &str = "# 1. Tea\n\n## The program\n<!-- code: a.rs: b -->\n```rust\n## no\n```\n<!-- /code -->\n\
        ## Predict\n## Run it\n## Watch it\n<!-- replay: tea -->\n<!-- /replay -->\n## Its own\n## Experiment\n\
        ## What this removes\n## Exercises\n[a](../../../exercises/01-a/)\n## In tokio\n";

    #[test]
    fn whatever_is_taken_out_is_missed() {
        assert_eq!(missing(WHOLE), [""; 0]);
        for line in WHOLE.lines().filter(|line| line.starts_with("## ") && *line != "## no") {
            assert!(!missing(&WHOLE.replacen(line, "", 1)).is_empty(), "{line}");
        }
        let other = |from: &str, to: &str| missing(&WHOLE.replace(from, to));
        let replay = "<!-- replay: tea -->\n<!-- /replay -->\n";
        assert_eq!(other(replay, ""), ["`Watch it` has no replay"]);
        assert_eq!(other("/exercises/", "/"), ["`Exercises` names none"]);
        assert_eq!(other("code", "diff"), ["it shows no source"]);
        let swapped = other("## Predict\n## Run it", "## Run it\n## Predict");
        assert!(swapped[0].contains("Run it | Predict"));
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
    fn every_exercise_is_in_some_chapter() {
        let chapter = || Chapter { name: "01-tea.md".to_owned(), text: WHOLE.to_owned() };
        let exercises = ["01-a", "02-b", "hunts", "hunts/h1-c", "judge"];
        let exercises = exercises.map(|name| format!("exercises/{name}/README.md"));
        let told = unnamed(&folders(&exercises), &[chapter()]);
        let missing =
            ["02-b", "hunts/h1-c"].map(|name| format!("no chapter names exercises/{name}/"));
        assert_eq!(told, missing);
    }

    #[test]
    fn chapters_are_numbered_and_in_the_summary_in_their_order() {
        let chapters = || -> Vec<Chapter> {
            let name = |number| Chapter {
                name: format!("{number:02}-x.md"),
                text: format!("# {number}. X\n"),
            };
            (1..=CHAPTERS).map(name).collect()
        };
        let entries = (1..=CHAPTERS).map(|number| format!("- [{number}. X]({number:02}-x.md)\n"));
        let summary: String = entries.collect();
        assert_eq!((misnumbered(&chapters()).len(), unlisted(&chapters(), &summary).len()), (0, 0));
        let mut named = chapters();
        named[1].text = "# 3. X\n".to_owned();
        assert_eq!((misnumbered(&named).len(), unlisted(&named, &summary).len()), (1, 1));
        assert_eq!(misnumbered(&chapters()[..CHAPTERS - 1]).len(), 1);
        let (two, three) = ("- [2. X](02-x.md)\n", "- [3. X](03-x.md)\n");
        let swapped = summary.replace(&format!("{two}{three}"), &format!("{three}{two}"));
        assert_eq!(unlisted(&chapters(), &swapped).len(), 1);
        let page = Chapter { name: "map.md".to_owned(), text: "# Map\n".to_owned() };
        assert_eq!(unlisted(&[page], &summary).len(), 1);
    }

    #[test]
    fn what_is_too_long_is_told() {
        let counts = |before, first, others: usize| {
            let mut counts =
                vec![("00-before.md".to_owned(), before), ("01-tea.md".to_owned(), first)];
            counts.extend((0..others).map(|number| (format!("{number}.md"), 2_000)));
            longer(&counts)
        };
        assert_eq!(counts(400, 2_000, 13), [""; 0]);
        assert_eq!(counts(401, 2_001, 0).len(), 2);
        assert_eq!(counts(400, 2_000, 15), ["the book has 32400 words, more than 31500"]);
    }
}
