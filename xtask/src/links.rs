//! Do the papers lead where they say, and give a reason for each dependency?
//!
//! Every relative link of every Markdown file has to name a file that exists, and a heading of it
//! if it names one. `docs/dependencies.md` has to have a line for each package from outside.

use std::fs;
use std::path::{Path, PathBuf};

use crate::manifest;
use crate::report::{Outcome, Trouble, none_of};
use crate::tree;

const DEPENDENCIES: &str = "docs/dependencies.md";

pub(crate) fn links() -> Outcome {
    none_of(&broken_in(&tree::files(&tree::root(), ".md"))?)
}

/// What is wrong with the links of these papers: file, line, why.
pub(crate) fn broken_in(papers: &[PathBuf]) -> Result<Vec<String>, Trouble> {
    let mut faults = Vec::new();
    for path in papers {
        let text = fs::read_to_string(path)?;
        for (number, target) in targets(&text) {
            if let Some(fault) = broken(path, &target) {
                faults.push(format!("{}:{number}: {fault}", tree::shown(path)));
            }
        }
    }
    Ok(faults)
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
    let there: Vec<String> = anchors(&text).into_iter().map(|(_, anchor)| anchor).collect();
    let found = there.iter().any(|anchor| anchor == heading);
    (!found).then(|| format!("`{target}`: no such heading; there is: #{}", there.join(", #")))
}

/// The anchors that the headings of a paper make, with their lines; the second of a name has `-1`
/// behind it.
pub(crate) fn anchors(text: &str) -> Vec<(usize, String)> {
    let mut found: Vec<(usize, String)> = Vec::new();
    for (number, line) in prose(text) {
        let title = line.trim_start_matches('#');
        if title.len() == line.len() || !title.starts_with(' ') {
            continue;
        }
        let name = anchor(title.trim());
        let nth = |count: usize| match count {
            0 => name.clone(),
            _ => format!("{name}-{count}"),
        };
        let is_free = |name: &String| found.iter().all(|(_, other)| other != name);
        let free = (0..=found.len()).map(nth).find(is_free);
        found.extend(free.map(|name| (number, name)));
    }
    found
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

/// The text with other targets where `change` knows one; code stays as it is.
pub(crate) fn retarget(text: &str, change: impl Fn(&str) -> Option<String>) -> String {
    let in_prose: Vec<usize> = prose(text).map(|(number, _)| number).collect();
    let mut out = String::new();
    for (index, line) in text.lines().enumerate() {
        if in_prose.binary_search(&(index + 1)).is_err() {
            out.extend([line, "\n"]);
            continue;
        }
        let quoted = |(index, piece): (usize, &str)| match index % 2 {
            0 => retarget_piece(piece, &change),
            _ => piece.to_owned(),
        };
        let pieces: Vec<String> = line.split('`').enumerate().map(quoted).collect();
        out.extend([pieces.join("`").as_str(), "\n"]);
    }
    out
}

fn retarget_piece(piece: &str, change: &impl Fn(&str) -> Option<String>) -> String {
    if let Some((name, target)) = piece.split_once("]: ").filter(|_| piece.starts_with('[')) {
        let new = change(target.trim());
        return new.map_or_else(|| piece.to_owned(), |new| format!("{name}]: {new}"));
    }
    let mut parts = piece.split("](");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for rest in parts {
        let target = rest.split([')', ' ']).next().unwrap_or(rest);
        let new = change(target).unwrap_or_else(|| target.to_owned());
        out.extend(["](", &new, &rest[target.len()..]]);
    }
    out
}

/// The lines that stand in no fenced block, numbered from 1.
pub(crate) fn prose(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut open = 0;
    text.lines().enumerate().filter_map(move |(index, line)| {
        let ticks = line.trim_start().chars().take_while(|&c| c == '`').count();
        let was_open = open > 0;
        // A fence ends at one that is as long, with nothing behind it.
        if was_open && ticks >= open && line.trim().len() == ticks {
            open = 0;
        } else if !was_open && ticks >= 3 {
            open = ticks;
        }
        (!was_open && open == 0).then_some((index + 1, line))
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
    fn targets_are_changed_where_they_are_found() {
        let text = "a [b](c.md#d) ![`e`](f.svg \"g\") `[h](i)`\n```\n[j](k)\n```\n[l]: m.md\n";
        let changed = retarget(text, |target| target.ends_with("md").then(|| format!("{target}!")));
        assert_eq!(changed, text.replace("m.md", "m.md!"));
        let all = retarget(text, |target| Some(format!("x/{target}")));
        let targets: Vec<String> = targets(&all).into_iter().map(|(_, target)| target).collect();
        assert_eq!(targets, ["x/c.md#d", "x/f.svg", "x/m.md"]);
    }

    #[test]
    fn a_fence_is_closed_by_one_as_long() {
        let text = "a\n````md\n```\n[b](c)\n```\n````\nd\n```text\ne\n```\nf";
        assert_eq!(prose(text).collect::<Vec<_>>(), [(1, "a"), (7, "d"), (11, "f")]);
    }

    #[test]
    fn headings_of_one_name_are_told_apart() {
        let text = "# A b\n```\n# no\n```\n## A b\n### `c`: d!\n#hash\n";
        let found = anchors(text);
        let found: Vec<_> = found.iter().map(|(line, name)| (*line, name.as_str())).collect();
        assert_eq!(found, [(1, "a-b"), (5, "a-b-1"), (6, "c-d")]);
    }

    #[test]
    fn a_heading_that_is_not_there_is_told_with_those_that_are() {
        let from = tree::root().join("README.md");
        assert_eq!(broken(&from, "#reading-order"), None);
        assert_eq!(broken(&from, "docs/doctor.md#deadlock"), None);
        let words = broken(&from, "docs/doctor.md#deadlocks").expect("no such heading");
        assert!(words.contains("#deadlock,"), "{words}");
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
