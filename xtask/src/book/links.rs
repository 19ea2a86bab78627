//! Do all relative links lead somewhere?
//!
//! [`check`] reads every Markdown file. A relative link has to name a file that exists, and after a
//! `#` a heading of it. No link leads to the number of a line, because lines move.

use std::fs;
use std::path::Path;

use kettle_kit::report::{Outcome, none_of};
use kettle_kit::{files, tree};

use crate::book::markdown::{self, Link};

pub(crate) fn check() -> Outcome {
    let mut faults = Vec::new();
    for path in tree::files(&tree::root(), ".md") {
        faults.extend(broken_links(&path)?);
    }
    none_of(&faults)
}

/// The links of a file that lead nowhere: `file:line: why`.
fn broken_links(path: &Path) -> Result<Vec<String>, String> {
    let text = files::read(path)?;
    let mut faults = Vec::new();
    for Link { target, target_range, .. } in markdown::links(&text) {
        if let Some(why) = fault(path, &target) {
            let line = markdown::line_number(&text, target_range.start);
            faults.push(format!("{}:{line}: {why}", tree::from_root(path)));
        }
    }
    Ok(faults)
}

/// Why a link in the file `from` leads nowhere; `None` if it leads somewhere or to another site.
fn fault(from: &Path, target: &str) -> Option<String> {
    if target.contains("://") || target.starts_with("mailto:") {
        return None;
    }
    let (file, heading) = target.split_once('#').unwrap_or((target, ""));
    let path = match file {
        "" => from.to_path_buf(),
        file => from.parent().unwrap_or(from).join(file),
    };
    if !path.exists() {
        return Some(format!("`{target}` leads nowhere"));
    }
    if heading.is_empty() {
        return None;
    }
    if path.extension().is_none_or(|extension| extension != "md") {
        return Some(format!("`{target}`: only Markdown has headings, and lines move"));
    }
    let text = fs::read_to_string(&path).unwrap_or_default();
    let anchors = markdown::anchors(&text);
    let exists = anchors.iter().any(|anchor| anchor == heading);
    (!exists).then(|| format!("`{target}`: no such heading; there is: #{}", anchors.join(", #")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_leads_to_a_file_and_its_heading() {
        let from = tree::root().join("README.md");
        for fine in ["https://example.org/nowhere", "Cargo.toml", "#try-it", "docs"] {
            assert_eq!(fault(&from, fine), None);
        }
        assert_eq!(fault(&from, "docs/doctor.md#deadlock"), None);
        assert!(fault(&from, "docs/no-such-paper.md").is_some());
        assert!(fault(&from, "Cargo.toml#L3").is_some(), "lines move");
        let words = fault(&from, "docs/doctor.md#deadlocks").expect("no such heading");
        assert!(words.contains("#deadlock,"), "{words}");
    }

    #[test]
    fn a_broken_link_is_told_with_its_place() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.md");
        fs::write(&path, "\n[a](b.rs) [c](#later)\n# Later\n[e](https://x.y/b.rs#L1)\n").unwrap();
        let found = broken_links(&path).unwrap();
        assert!(matches!(found.as_slice(), [one] if one.contains("a.md:2: ")), "{found:?}");
    }
}
