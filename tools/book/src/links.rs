//! Do the papers lead where they say?
//!
//! Every relative link of every Markdown file has to name a file that exists, and a heading of it
//! if it names one.

use std::fs;
use std::path::{Path, PathBuf};

use kettle_kit::report::{Outcome, none_of};
use kettle_kit::{files, tree};

use crate::{markdown, source};

/// The check of all papers.
pub(crate) fn links() -> Outcome {
    none_of(&broken_in(&tree::files(&tree::root(), ".md"), broken)?)
}

/// What is wrong with the links of these papers: file, line, why.
pub(crate) fn broken_in(
    papers: &[PathBuf],
    fault: impl Fn(&Path, &str) -> Option<String>,
) -> Result<Vec<String>, String> {
    let mut faults = Vec::new();
    for path in papers {
        let text = files::read(path)?;
        for (target, range) in markdown::links(&text) {
            let place = || format!("{}:{}", tree::shown(path), markdown::line(&text, range.start));
            faults.extend(fault(path, &target).map(|words| format!("{}: {words}", place())));
        }
    }
    Ok(faults)
}

/// Why a link of the book is wrong: one to the number of a line is, too, because lines move.
pub(crate) fn broken_or_drifting(from: &Path, target: &str) -> Option<String> {
    let is_number = |line: &str| line.starts_with(|c: char| c.is_ascii_digit());
    let drifts =
        is_ours(target) && target.split_once("#L").is_some_and(|(_, line)| is_number(line));
    if drifts { Some("a link to a line; lines move".to_owned()) } else { broken(from, target) }
}

/// Links of all papers that lead nowhere, though a file of their name is elsewhere, are led there;
/// which ones were.
pub(crate) fn mend() -> Result<Vec<String>, String> {
    let mut mended = Vec::new();
    for path in tree::files(&tree::root(), ".md") {
        let name = tree::shown(&path);
        let folder = Path::new(&name).parent().unwrap_or(Path::new(""));
        let text = files::read(&path)?;
        let new = markdown::retarget(&text, |target| {
            let (file, heading) = target.split_at(target.find('#').unwrap_or(target.len()));
            if !is_ours(target) || tree::root().join(folder).join(file).exists() {
                return None;
            }
            let there = source::path(Path::new(file).file_name()?.to_str()?).ok()?;
            let new = tree::slashed(&pathdiff::diff_paths(there, folder)?) + heading;
            mended.push(format!("{name}: {target} is now {new}"));
            Some(new)
        });
        files::put(&path, new.as_bytes())?;
    }
    Ok(mended)
}

/// Does a link lead to the tree?
pub(crate) fn is_ours(target: &str) -> bool {
    !target.contains("://") && !target.starts_with("mailto:")
}

/// Why a link in the file `from` leads nowhere; `None`: it leads somewhere, or is not ours.
fn broken(from: &Path, target: &str) -> Option<String> {
    let (file, heading) = target.split_once('#').unwrap_or((target, ""));
    let path = match file {
        "" => from.to_path_buf(),
        file => from.parent().unwrap_or(from).join(file),
    };
    if !is_ours(target) {
        return None;
    }
    if !path.exists() {
        return Some(format!("`{target}` leads nowhere"));
    }
    if heading.is_empty() || path.extension().is_none_or(|extension| extension != "md") {
        return None;
    }
    let text = fs::read_to_string(&path).unwrap_or_default();
    let there: Vec<String> =
        markdown::headings(&text).into_iter().map(|heading| heading.anchor).collect();
    let found = there.iter().any(|anchor| anchor == heading);
    (!found).then(|| format!("`{target}`: no such heading; there is: #{}", there.join(", #")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_leads_to_a_file_and_its_heading() {
        let from = tree::root().join("README.md");
        for fine in ["https://example.org/nowhere", "Cargo.toml#L3", "#the-map", "docs"] {
            assert_eq!(broken(&from, fine), None);
        }
        assert_eq!(broken(&from, "docs/doctor.md#deadlock"), None);
        assert!(broken(&from, "docs/no-such-paper.md").is_some());
        let words = broken(&from, "docs/doctor.md#deadlocks").expect("no such heading");
        assert!(words.contains("#deadlock,"), "{words}");
    }

    #[test]
    fn a_link_to_a_line_is_told_with_its_place() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.md");
        fs::write(&path, "\n[a](b.rs#L12) [c](#later)\n# Later\n[e](https://x.y/b.rs#L1)\n")
            .unwrap();
        let found = broken_in(&[path], broken_or_drifting).unwrap();
        assert!(matches!(found.as_slice(), [one] if one.contains("a.md:2: ")), "{found:?}");
    }
}
