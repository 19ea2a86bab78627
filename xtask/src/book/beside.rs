//! Which papers of the repository are pages of the built book, though not chapters?
//!
//! The index of beliefs, the ladder's and the exercises' READMEs, and all papers in `docs`: a
//! reader of the chapters is sent there, and finds them in the contents, after the chapters.

use kettle_kit::{map, tree};

use crate::book::papers::BELIEFS;

/// How their paths begin, in the order of the contents: of several that fit, the longest counts.
/// First what is read beside the chapters, with the exercises in the order of the map…
const ORDER: &[&str] = &[
    BELIEFS,
    "examples/rungs/",
    "examples/forbidden/",
    "examples/chat/",
    "examples/scraper/",
    "exercises/README.md",
    "exercises/",
    // …and then where one looks things up.
    "docs/watch.md",
    "docs/schedules.md",
    "docs/glossary.md",
    "docs/ARCHITECTURE.md",
    "docs/extending.md",
    "docs/doctor.md",
    "docs/tokio-map.md",
    "docs/performance.md",
    "docs/contract.md",
    "docs/",
    "docs/decisions/README.md",
    "docs/decisions/",
];
/// No pages: the chapters themselves and what is in them already, and what tools read.
const APART: [&str; 3] = ["docs/book/", "exercises/ladder/", "docs/records/"];

/// A paper and its page.
#[derive(Clone, Debug)]
pub(crate) struct Paper {
    /// From the root.
    pub(crate) path: String,
    /// In the book.
    pub(crate) name: String,
    title: String,
    /// In [`ORDER`], and among the exercises.
    place: (usize, usize),
}

/// All of them, in the order of the contents.
pub(crate) fn papers() -> Result<Vec<Paper>, String> {
    let rows = map::read()?;
    let numbers = map::numbers(&rows);
    let all = tree::files(&tree::root(), ".md").into_iter().map(|path| tree::shown(&path));
    let all = all.filter(|path| !APART.iter().any(|folder| path.starts_with(folder)));
    let mut papers: Vec<Paper> = all.filter_map(|path| paper(path, &numbers)).collect();
    papers.sort_by_key(|paper| paper.place);
    Ok(papers)
}

fn paper(path: String, numbers: &[(String, &str)]) -> Option<Paper> {
    let fitting = ORDER.iter().enumerate().filter(|(_, begin)| path.starts_with(*begin));
    let (place, _) = fitting.max_by_key(|(_, begin)| begin.len())?;
    let words = path.trim_end_matches(".md").trim_end_matches("/README");
    let folder = words.strip_prefix("exercises/").and_then(|words| words.rsplit('/').next());
    let number = numbers.iter().position(|(_, name)| folder == Some(name));
    let text = tree::read(&path).ok()?;
    let title = text.lines().find_map(|line| line.strip_prefix("# "))?.trim();
    let title = number.map(|at| format!("{} ", numbers[at].0)).unwrap_or_default() + title;
    let name = words.replace('/', "-").to_lowercase() + ".md";
    Some(Paper { path, name, title, place: (place, number.unwrap_or(numbers.len())) })
}

/// What the contents have after the chapters.
pub(crate) fn contents(papers: &[Paper]) -> String {
    let line = |paper: &Paper| {
        let Paper { name, title, .. } = paper;
        let is_below = ["exercises-", "docs-decisions-"].iter().any(|it| name.starts_with(it));
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
