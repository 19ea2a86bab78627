//! Has every chapter what a chapter of this book has?
//!
//! Each goes from a program to the source: the sections of [`BEFORE`], sections of its own with the
//! source, and those of [`AFTER`], in this order. `## Watch it` has a replay, `## Exercises` names
//! one. The summary names every chapter by its own title, and every exercise is in some chapter.

use std::fs;
use std::path::{Path, PathBuf};

use super::blocks;
use crate::links;
use crate::report::Trouble;
use crate::tree;

/// What a chapter begins with…
const BEFORE: &[&str] = &["The program", "Predict", "Run it", "Watch it"];
/// …and what it ends with.
const AFTER: &[&str] = &["Experiment", "What this removes", "Exercises", "In tokio"];
/// How many there are.
const CHAPTERS: usize = 14;
const SUMMARY: &str = "SUMMARY.md";

/// A chapter's file name and text.
pub(crate) struct Chapter {
    pub(crate) name: String,
    pub(crate) text: String,
}

/// The numbered chapters.
pub(crate) fn all() -> Result<Vec<Chapter>, Trouble> {
    let mut found = Vec::new();
    for path in super::chapters() {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name != SUMMARY && !name.starts_with("00") {
            found.push(Chapter { name, text: fs::read_to_string(path)? });
        }
    }
    Ok(found)
}

pub(crate) fn faults() -> Result<Vec<String>, Trouble> {
    let chapters = all()?;
    let mut faults = Vec::new();
    if chapters.len() != CHAPTERS {
        faults.push(format!("{} chapters, not {CHAPTERS}", chapters.len()));
    }
    let summary = tree::read(&format!("{}/{SUMMARY}", super::CHAPTERS))?;
    for chapter in &chapters {
        let name = &chapter.name;
        faults.extend(unlisted(chapter, &summary));
        faults.extend(missing(&chapter.text).into_iter().map(|words| format!("{name}: {words}")));
    }
    let root = tree::root().join("exercises");
    let hunts = directories(&root.join("hunts")).into_iter().map(|name| format!("hunts/{name}"));
    let exercises: Vec<String> = directories(&root).into_iter().chain(hunts).collect();
    faults.extend(unnamed(&exercises, &chapters));
    Ok(faults)
}

/// The exercises that no chapter sends its reader to.
fn unnamed(exercises: &[String], chapters: &[Chapter]) -> Vec<String> {
    let is_one = |name: &&String| {
        name.starts_with(|c: char| c.is_ascii_digit()) || name.starts_with("hunts/")
    };
    let named = |name: &&String| {
        chapters.iter().any(|chapter| chapter.text.contains(&format!("/exercises/{name}/")))
    };
    let missing = exercises.iter().filter(is_one).filter(|name| !named(name));
    missing.map(|name| format!("no chapter names exercises/{name}/")).collect()
}

/// Links to numbers of lines: lines move, and nothing would notice.
pub(crate) fn drifting(papers: &[PathBuf]) -> Result<Vec<String>, Trouble> {
    let mut faults = Vec::new();
    for path in papers {
        let text = fs::read_to_string(path)?;
        for (number, line) in links::prose(&text) {
            let drifts = |rest: &str| rest.starts_with(|c: char| c.is_ascii_digit());
            if line.split("](").skip(1).any(|link| {
                let target = link.split(')').next().unwrap_or(link);
                !target.contains("://")
                    && target.split_once("#L").is_some_and(|(_, rest)| drifts(rest))
            }) {
                faults
                    .push(format!("{}:{number}: a link to a line; lines move", tree::shown(path)));
            }
        }
    }
    Ok(faults)
}

/// Does the summary name it, by its own title?
fn unlisted(chapter: &Chapter, summary: &str) -> Option<String> {
    let name = &chapter.name;
    let Some(title) = chapter.text.lines().next().and_then(|line| line.strip_prefix("# ")) else {
        return Some(format!("{name} does not begin with `# ` and its title"));
    };
    let entry = format!("- [{title}]({name})");
    (!summary.lines().any(|line| line.trim() == entry))
        .then(|| format!("{SUMMARY} has no line `{entry}`"))
}

/// What a chapter lacks.
fn missing(text: &str) -> Vec<String> {
    let sections = sections(text);
    let titles: Vec<&str> = sections.iter().map(|(title, _)| *title).collect();
    let mut faults = Vec::new();
    let opens = titles.iter().take(BEFORE.len()).eq(BEFORE);
    let closes = titles.iter().rev().take(AFTER.len()).eq(AFTER.iter().rev());
    if !opens || !closes {
        faults.push(format!(
            "the sections are: {}; it has to begin with {} and to end with {}",
            titles.join(" | "),
            BEFORE.join(" | "),
            AFTER.join(" | ")
        ));
    } else if titles.len() <= BEFORE.len() + AFTER.len() {
        faults.push("no section of its own between the replay and the experiment".to_owned());
    }
    let body =
        |wanted: &str| sections.iter().find(|(title, _)| *title == wanted).map(|(_, body)| body);
    let has_replay =
        |body: &String| blocks::find(body).0.iter().any(|block| block.kind == "replay");
    if !body("Watch it").is_some_and(has_replay) {
        faults.push("`Watch it` has no replay".to_owned());
    }
    if !body("Exercises").is_some_and(|body| body.contains("/exercises/")) {
        faults.push("`Exercises` names none".to_owned());
    }
    faults.extend(by_hand(text));
    let has_code = blocks::find(text).0.iter().any(|block| block.kind == "code");
    if !has_code {
        faults.push("it shows no source".to_owned());
    }
    faults
}

/// Outputs that nobody compares: a block `text` outside of the markers, unless the line before says why
/// (`<!-- by hand: … -->`).
fn by_hand(text: &str) -> Vec<String> {
    let mut reason = false;
    let mut fence = None;
    let mut found = Vec::new();
    let (text, _) = blocks::rewrite(text, |_| Ok(Some(String::new())));
    for line in text.lines() {
        let ticks = line.trim_start().chars().take_while(|&c| c == '`').count();
        match fence {
            Some(open) if ticks >= open && line.trim().len() == ticks => fence = None,
            None if ticks >= 3 => {
                fence = Some(ticks);
                if line.trim_start()[ticks..].starts_with("text") && !reason {
                    found.push(
                        "an output by hand: use `output` or `golden`, or say why not in a line \
                                `<!-- by hand: … -->` before it"
                            .to_owned(),
                    );
                }
            }
            _ => {}
        }
        reason = line.starts_with("<!-- by hand: ");
    }
    found
}

/// The sections of the second level, each with its text.
fn sections(text: &str) -> Vec<(&str, String)> {
    let heads: Vec<(usize, &str)> = links::prose(text)
        .filter_map(|(number, line)| Some((number, line.strip_prefix("## ")?.trim())))
        .collect();
    let lines: Vec<&str> = text.lines().collect();
    let ends = heads.iter().skip(1).map(|(number, _)| number - 1).chain([lines.len()]);
    heads
        .iter()
        .zip(ends)
        .map(|((from, title), to)| (*title, lines[*from..to].join("\n")))
        .collect()
}

fn directories(directory: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(directory) else { return Vec::new() };
    let directories = entries.flatten().filter(|entry| entry.path().is_dir());
    let mut names: Vec<String> =
        directories.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &str = "# 1. Tea\n\n## The program\n<!-- code: a.rs all -->\n```rust\n## no\n```\n<!-- /code -->\n\
        ## Predict\n## Run it\n## Watch it\n<!-- replay: tea -->\n<!-- /replay -->\n## Its own\n## Experiment\n\
        ## What this removes\n## Exercises\n[a](../../../exercises/01-a/)\n## In tokio\n";

    #[test]
    fn a_whole_chapter_lacks_nothing() {
        assert_eq!(missing(WHOLE), [""; 0]);
    }

    #[test]
    fn whatever_is_taken_out_is_missed() {
        for line in WHOLE.lines().filter(|line| line.starts_with("## ") && *line != "## no") {
            assert!(!missing(&WHOLE.replacen(line, "", 1)).is_empty(), "{line}");
        }
        let other = |from: &str, to: &str| missing(&WHOLE.replace(from, to));
        assert_eq!(
            other("<!-- replay: tea -->\n<!-- /replay -->\n", ""),
            ["`Watch it` has no replay"]
        );
        assert_eq!(other("/exercises/", "/"), ["`Exercises` names none"]);
        assert_eq!(other("code", "diff"), ["it shows no source"]);
        assert!(
            other("## Predict\n## Run it", "## Run it\n## Predict")[0].contains("Run it | Predict")
        );
    }

    #[test]
    fn an_output_by_hand_gives_its_reason() {
        let with = |lines: &str| {
            missing(&WHOLE.replace("## Its own\n", &format!("## Its own\n{lines}"))).len()
        };
        assert_eq!(with("```text\n42\n```\n"), 1);
        assert_eq!(with("<!-- by hand: frames are left out -->\n```text\n42\n```\n"), 0);
        assert_eq!(with("```sh\n```\n````md\n```text\n```\n````\n"), 0);
    }

    #[test]
    fn every_exercise_is_in_some_chapter() {
        let chapter = Chapter { name: "01-tea.md".to_owned(), text: WHOLE.to_owned() };
        let exercises = ["01-a", "02-b", "hunts", "hunts/h1-c", "judge"].map(str::to_owned);
        let told = unnamed(&exercises, &[chapter]);
        assert_eq!(
            told,
            ["no chapter names exercises/02-b/", "no chapter names exercises/hunts/h1-c/"]
        );
    }

    #[test]
    fn the_summary_has_the_chapters_title() {
        let chapter = Chapter { name: "01-tea.md".to_owned(), text: WHOLE.to_owned() };
        assert_eq!(unlisted(&chapter, "# Summary\n- [1. Tea](01-tea.md)\n"), None);
        assert!(unlisted(&chapter, "- [1. Coffee](01-tea.md)\n").is_some());
        let chapter = Chapter { name: "01-tea.md".to_owned(), text: "Tea\n".to_owned() };
        assert!(unlisted(&chapter, "- [Tea](01-tea.md)\n").is_some());
    }

    #[test]
    fn a_link_to_a_line_is_told() {
        let path = tree::target().unwrap().join(format!("xtask-drift-{}.md", std::process::id()));
        fs::write(&path, "[a](b.rs#L12) [c](d.md#Later)\n[e](https://x.y/b.rs#L1)\n").unwrap();
        let found = drifting(std::slice::from_ref(&path)).unwrap();
        fs::remove_file(&path).unwrap();
        assert_eq!(found.len(), 1, "{found:?}");
    }
}
