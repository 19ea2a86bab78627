//! Which papers of the repository are pages of the built book, though not chapters?
//!
//! The index of beliefs, the ladder's and the exercises' READMEs, the papers in `docs`: a reader of
//! the chapters is sent there, and finds them in the contents, after the chapters.

use std::fs;
use std::path::Path;

use kettle_kit::tree;

use crate::papers::BELIEFS;

/// The papers in `docs` in which one looks things up.
const PAPERS: &[&str] = &[
    "ARCHITECTURE",
    "extending",
    "doctor",
    "tokio-map",
    "same-as-tokio",
    "performance",
    "contract",
];

/// A paper and its page.
#[derive(Debug, PartialEq)]
pub(crate) struct Paper {
    /// From the root.
    pub(crate) path: String,
    /// In the book.
    pub(crate) name: String,
    title: String,
    /// In the contents: an exercise is below `exercises`.
    below: bool,
}

/// All of them that there are, in the order of the contents.
pub(crate) fn papers() -> Vec<Paper> {
    let first = [BELIEFS, "examples/steps/README.md", "exercises/README.md"];
    let exercises = tree::files(&tree::root().join("exercises"), "README.md");
    let exercises = exercises.iter().map(|path| tree::shown(path));
    let exercises = exercises.filter(|path| !first.contains(&path.as_str()));
    let papers = PAPERS.iter().map(|name| format!("docs/{name}.md"));
    first.map(str::to_owned).into_iter().chain(exercises).chain(papers).filter_map(paper).collect()
}

/// The page of a paper, or of the directory whose README it is.
pub(crate) fn name(path: &Path) -> Option<String> {
    let path = tree::slashed(path);
    let path = path.as_str();
    if path == BELIEFS {
        return Some("misconceptions.md".to_owned());
    }
    let paper = path.strip_prefix("docs/").and_then(|name| name.strip_suffix(".md"));
    if let Some(name) = paper.filter(|name| PAPERS.contains(name)) {
        return Some(format!("{}.md", name.to_lowercase()));
    }
    let directory = path.strip_suffix("/README.md").unwrap_or(path);
    if !tree::root().join(directory).join("README.md").is_file() {
        return None;
    }
    let words: Vec<&str> = directory.split('/').collect();
    match words.as_slice() {
        ["examples", "steps"] => Some("ladder.md".to_owned()),
        ["exercises"] => Some("exercises.md".to_owned()),
        ["exercises", "hunts"] => Some("hunts.md".to_owned()),
        ["exercises", "hunts", name] => Some(format!("hunt-{name}.md")),
        ["exercises", name] => Some(format!("exercise-{name}.md")),
        _ => None,
    }
}

/// What the contents have behind the chapters.
pub(crate) fn contents(papers: &[Paper]) -> String {
    let line = |paper: &Paper| {
        let indent = if paper.below { "  " } else { "" };
        format!("{indent}- [{}]({})\n", paper.title, paper.name)
    };
    let (more, beside): (Vec<&Paper>, Vec<&Paper>) =
        papers.iter().partition(|paper| paper.is_more());
    let lines = |papers: Vec<&Paper>| papers.into_iter().map(line).collect::<String>();
    let beside = lines(beside);
    format!("\n# Beside the chapters\n\n{beside}\n# To look things up\n\n{}", lines(more))
}

impl Paper {
    fn is_more(&self) -> bool {
        self.path.starts_with("docs/") && self.path != BELIEFS
    }
}

fn paper(path: String) -> Option<Paper> {
    let name = name(Path::new(&path))?;
    let text = fs::read_to_string(tree::root().join(&path)).ok()?;
    let title = text.lines().find_map(|line| line.strip_prefix("# "))?.trim().to_owned();
    let below = name.starts_with("exercise-") || name.starts_with("hunt");
    Some(Paper { path, name, title, below })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_readme_is_a_page_and_so_is_its_directory() {
        let name = |path: &str| name(Path::new(path));
        let exercise = Some("exercise-06-run-queue.md".to_owned());
        assert_eq!(name("exercises/06-run-queue/README.md"), exercise);
        assert_eq!(name("exercises/06-run-queue"), exercise);
        assert_eq!(name("exercises/README.md"), Some("exercises.md".to_owned()));
        assert_eq!(name(BELIEFS), Some("misconceptions.md".to_owned()));
        for other in
            ["README.md", "exercises/06-run-queue/starter.rs", "exercises/99-no/README.md", "docs"]
        {
            assert_eq!(name(other), None, "{other}");
        }
    }

    #[test]
    fn the_contents_have_each_once_and_the_exercises_below_their_own() {
        let papers = papers();
        let at = |name: &str| papers.iter().position(|paper| paper.name == name).unwrap();
        assert!(at("exercises.md") < at("exercise-00-first-steps.md"));
        assert!(at("exercise-00-first-steps.md") < at("exercise-06-run-queue.md"));
        let contents = contents(&papers);
        assert!(contents.contains("](exercises.md)\n  - ["), "{contents}");
        for paper in &papers {
            assert_eq!(contents.matches(&format!("]({})", paper.name)).count(), 1);
        }
    }
}
