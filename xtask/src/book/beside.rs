//! Which papers of the repository are pages of the built book, though not chapters?
//!
//! The index of beliefs, the ladder's and the exercises' READMEs, and all papers in `docs`: a
//! reader of the chapters is sent there, and finds them in the contents, after the chapters.

use std::path::Path;

use kettle_kit::{map, tree};

use crate::book::papers::BELIEFS;

/// Those that are read beside the chapters, before the exercises…
const FIRST: &[&str] = &[
    BELIEFS,
    "examples/rungs/README.md",
    "examples/forbidden/README.md",
    "examples/chat/README.md",
    "examples/scraper/README.md",
    "exercises/README.md",
];
/// …and those in which one looks things up. Whatever else is in `docs` comes after these.
const PAPERS: &[&str] = &[
    "docs/watch.md",
    "docs/schedules.md",
    "docs/glossary.md",
    "docs/ARCHITECTURE.md",
    "docs/extending.md",
    "docs/doctor.md",
    "docs/tokio-map.md",
    "docs/performance.md",
    "docs/contract.md",
];

/// A paper and its page.
#[derive(Clone, Debug)]
pub(crate) struct Paper {
    /// From the root.
    pub(crate) path: String,
    /// In the book.
    pub(crate) name: String,
    title: String,
}

/// All of them that there are, in the order of the contents: the exercises in that of the map.
pub(crate) fn papers() -> Result<Vec<Paper>, String> {
    let (rows, mut papers) = (map::read()?, Vec::new());
    let numbers = map::numbers(&rows);
    let place = |path: &Path| {
        let folder = path.parent().and_then(Path::file_name)?;
        numbers.iter().position(|(_, name)| *name == folder)
    };
    let mut exercises = tree::files(&tree::root().join("exercises"), "README.md");
    exercises.sort_by_key(|path| place(path).unwrap_or(numbers.len()));
    papers.extend(FIRST.iter().filter_map(|path| paper((*path).to_owned())));
    for path in exercises {
        let number = place(&path).map(|at| format!("{} ", numbers[at].0)).unwrap_or_default();
        let paper = paper(tree::shown(&path)).filter(|paper| !FIRST.contains(&&*paper.path));
        papers.extend(paper.map(|paper| Paper { title: number + &paper.title, ..paper }));
    }
    papers.extend(PAPERS.iter().filter_map(|path| paper((*path).to_owned())));
    papers.extend(others().filter_map(paper));
    Ok(papers)
}

/// The papers in `docs` that have no place of their own above.
fn others() -> impl Iterator<Item = String> {
    let all = tree::files(&tree::root().join("docs"), ".md").into_iter();
    let is_apart = |path: &String| {
        let mut apart = ["docs/book/", "docs/records/"].into_iter();
        apart.any(|folder| path.starts_with(folder)) || path == BELIEFS
    };
    let all = all.map(|path| tree::shown(&path)).filter(move |path| !is_apart(path));
    let all = all.filter(|path| !PAPERS.contains(&path.as_str()));
    // The list of decisions is above them.
    let (mut decisions, papers): (Vec<_>, Vec<_>) =
        all.partition(|path| path.contains("/decisions/"));
    decisions.sort_by_key(|path| !path.ends_with("README.md"));
    papers.into_iter().chain(decisions)
}

fn paper(path: String) -> Option<Paper> {
    let words: Vec<&str> = path.trim_end_matches(".md").split('/').collect();
    let name = match words.as_slice() {
        ["docs", name] => format!("docs-{}.md", name.to_lowercase()),
        ["docs", "decisions", "README"] => "decisions.md".to_owned(),
        ["docs", "decisions", name] => format!("decision-{name}.md"),
        ["examples", "rungs", _] => "ladder.md".to_owned(),
        ["examples", name, _] => format!("{name}.md"),
        ["exercises", "hunts", _] => "hunts.md".to_owned(),
        ["exercises", "hunts", name, _] => format!("hunt-{name}.md"),
        ["exercises", _] => "exercises.md".to_owned(),
        ["exercises", name, _] => format!("exercise-{name}.md"),
        _ => return None,
    };
    let text = tree::read(&path).ok()?;
    let title = text.lines().find_map(|line| line.strip_prefix("# "))?.trim().to_owned();
    Some(Paper { path, name, title })
}

/// What the contents have after the chapters.
pub(crate) fn contents(papers: &[Paper]) -> String {
    let line = |paper: &Paper| {
        let Paper { name, title, .. } = paper;
        let mut below = ["exercise-", "hunt", "decision-"].into_iter();
        let is_below = below.any(|kind| name.starts_with(kind));
        format!("{}- [{title}]({name})\n", if is_below { "  " } else { "" })
    };
    let is_looked_up = |paper: &&Paper| {
        let Paper { path, .. } = paper;
        path.starts_with("docs/") && path != BELIEFS
    };
    let (more, beside): (Vec<&Paper>, Vec<&Paper>) = papers.iter().partition(is_looked_up);
    let lines = |papers: Vec<&Paper>| papers.into_iter().map(line).collect::<String>();
    format!("\n# Beside the chapters\n\n{}\n# To look things up\n\n{}", lines(beside), lines(more))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_paper_takes_the_place_of_a_chapter() {
        let chapters = crate::book::papers::chapters();
        let is_taken =
            |paper: &Paper| chapters.iter().any(|chapter| chapter.ends_with(&paper.name));
        let papers = papers().unwrap();
        assert!(!papers.is_empty());
        let taken: Vec<String> = papers.into_iter().filter(is_taken).map(|one| one.path).collect();
        assert_eq!(taken, [""; 0]);
    }
}
