//! Do the papers lead where they say, and give a reason for each dependency?
//!
//! Every relative link of every Markdown file has to name a file that exists, and a heading of it
//! if it names one. `docs/dependencies.md` has to have a line for each package from outside.

use std::fs;
use std::path::{Path, PathBuf};

use crate::manifest;
use crate::report::{Outcome, none_of};
use crate::tree;

const DEPENDENCIES: &str = "docs/dependencies.md";

pub(crate) fn links() -> Outcome {
    let mut faults = Vec::new();
    for path in tree::files(&tree::root(), ".md") {
        let text = fs::read_to_string(&path)?;
        for (number, target) in targets(&text) {
            if let Some(fault) = broken(&path, &target) {
                faults.push(format!("{}:{number}: {fault}", tree::shown(&path)));
            }
        }
    }
    none_of(&faults)
}

pub(crate) fn dependencies() -> Outcome {
    let paper = tree::read(DEPENDENCIES)?;
    let packages = manifest::members()?;
    let own: Vec<&str> = packages.iter().map(|package| package.name.as_str()).collect();
    let mut faults = Vec::new();
    for package in &packages {
        for dependency in &package.dependencies {
            let explained = paper.contains(&format!("`{dependency}`"));
            if !own.contains(&dependency.as_str()) && !explained {
                let directory = &package.directory;
                faults.push(format!("{DEPENDENCIES}: no line for `{dependency}` ({directory})"));
            }
        }
    }
    none_of(&faults)
}

/// Why a link in the file `from` leads nowhere; `None`: it leads somewhere, or is not ours.
fn broken(from: &Path, target: &str) -> Option<String> {
    if target.contains("://") || target.starts_with("mailto:") {
        return None;
    }
    let (file, heading) = target.split_once('#').unwrap_or((target, ""));
    let path = if file.is_empty() {
        from.to_path_buf()
    } else {
        from.parent().map_or_else(PathBuf::new, Path::to_path_buf).join(file)
    };
    if !path.exists() {
        return Some(format!("`{target}` leads nowhere"));
    }
    let is_paper = path.extension().is_some_and(|extension| extension == "md");
    if heading.is_empty() || !is_paper {
        return None;
    }
    let text = fs::read_to_string(&path).unwrap_or_default();
    let found = prose(&text).any(|(_, line)| {
        line.starts_with('#') && anchor(line.trim_start_matches('#').trim()) == heading
    });
    (!found).then(|| format!("`{target}`: no such heading"))
}

/// Every `](target)` and `[name]: target` outside code, with its line.
fn targets(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (number, line) in prose(text) {
        let line = without_code(line);
        for rest in line.split("](").skip(1) {
            let target = rest.split([')', ' ']).next().unwrap_or(rest);
            found.push((number, target.trim_matches(['<', '>']).to_owned()));
        }
        if let Some((_, target)) = line.split_once("]: ").filter(|_| line.starts_with('[')) {
            found.push((number, target.trim().to_owned()));
        }
    }
    found
}

/// The lines that stand in no fenced block, numbered from 1.
fn prose(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut fenced = false;
    text.lines().enumerate().filter_map(move |(index, line)| {
        let fence = line.trim_start().starts_with("```");
        fenced ^= fence;
        (!fenced && !fence).then_some((index + 1, line))
    })
}

/// A line without its quoted code.
fn without_code(line: &str) -> String {
    let pieces: Vec<&str> = line.split('`').collect();
    // Code that is a link's own text stays a link: only what stands inside the quotes goes.
    pieces.iter().step_by(2).copied().collect()
}

/// A heading as GitHub makes an anchor of it.
fn anchor(heading: &str) -> String {
    let kept = heading.to_lowercase().replace(' ', "-");
    kept.chars().filter(|&c| c.is_alphanumeric() || c == '-' || c == '_').collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_found_outside_code() {
        let text = "a [b](c.md) ![d](e.svg)\n```\n[f](g)\n```\n`[h](i)` [`j`](k#l)\n[m]: n.md\n";
        let targets = targets(text);
        let expected = [(1, "c.md"), (1, "e.svg"), (5, "k#l"), (6, "n.md")];
        assert_eq!(targets, expected.map(|(line, target)| (line, target.to_owned())));
    }

    #[test]
    fn a_link_leads_to_a_file_and_its_heading() {
        let from = tree::root().join("xtask/Cargo.toml");
        assert_eq!(broken(&from, "https://example.org/nowhere"), None);
        assert_eq!(broken(&from, "src/links.rs#L3"), None);
        assert!(broken(&from, "src/no-such-file.rs").is_some());
    }

    #[test]
    fn a_heading_becomes_an_anchor() {
        assert_eq!(
            anchor("One turn of the loop (`executor.rs`)"),
            "one-turn-of-the-loop-executorrs"
        );
    }
}
