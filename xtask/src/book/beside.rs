//! Which papers of the repository are pages of the built book, though not chapters?
//!
//! The index of beliefs, the ladder's and the exercises' READMEs, the papers in `docs`: a reader of
//! the chapters is sent there, and finds them in the contents, after the chapters.

use kettle_kit::tree;

use crate::book::papers::BELIEFS;

/// Those that are read beside the chapters, before the exercises…
const FIRST: &[&str] =
    &[BELIEFS, "examples/steps/README.md", "examples/forbidden/README.md", "exercises/README.md"];
/// …and those in which one looks things up.
const PAPERS: &[&str] = &[
    "docs/faq.md",
    "docs/watch.md",
    "docs/glossary.md",
    "docs/ARCHITECTURE.md",
    "docs/extending.md",
    "docs/doctor.md",
    "docs/tokio-map.md",
    "docs/same-as-tokio.md",
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

/// All of them that there are, in the order of the contents.
pub(crate) fn papers() -> Vec<Paper> {
    let exercises = tree::files(&tree::root().join("exercises"), "README.md");
    let exercises = exercises.iter().map(|path| tree::shown(path));
    let exercises = exercises.filter(|path| !FIRST.contains(&path.as_str()));
    let named = |names: &'static [&str]| names.iter().map(|&name| name.to_owned());
    named(FIRST).chain(exercises).chain(named(PAPERS)).filter_map(paper).collect()
}

fn paper(path: String) -> Option<Paper> {
    let words: Vec<&str> = path.trim_end_matches(".md").split('/').collect();
    let name = match words.as_slice() {
        ["docs", name] => format!("{}.md", name.to_lowercase()),
        ["examples", "steps", _] => "ladder.md".to_owned(),
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
        let is_below = name.starts_with("exercise-") || name.starts_with("hunt");
        format!("{}- [{title}]({name})\n", if is_below { "  " } else { "" })
    };
    let is_looked_up = |paper: &&Paper| PAPERS.contains(&paper.path.as_str());
    let (more, beside): (Vec<&Paper>, Vec<&Paper>) = papers.iter().partition(is_looked_up);
    let lines = |papers: Vec<&Paper>| papers.into_iter().map(line).collect::<String>();
    format!("\n# Beside the chapters\n\n{}\n# To look things up\n\n{}", lines(beside), lines(more))
}
