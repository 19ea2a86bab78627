//! How many runtimes and tasks does a recording see?
//!
//! Each runtime of a process writes a page of its own (`echo.html`, `echo.2.html`, …), so a run has a
//! folder of its own, and its pages are counted. Tasks are counted in the lines of the pages. Of a page
//! that is long already only the beginning is read: this is what one looks at first, to know whether
//! anything is seen at all.

use std::fmt::{self, Display, Formatter};
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// So much of a page is read.
const READ: u64 = 2 << 20;

#[derive(Default, PartialEq, Eq, Debug)]
pub(crate) struct Seen {
    runtimes: usize,
    /// Without the ones that `block_on` drives.
    tasks: usize,
    /// There may be more.
    at_least: bool,
}

/// What is in the pages of this folder now.
pub(crate) fn seen(folder: &Path) -> Seen {
    let mut seen = Seen::default();
    for page in pages(folder) {
        seen.runtimes += 1;
        let Ok(beginning) = beginning(&page) else { continue };
        seen.at_least |= u64::try_from(beginning.len()).is_ok_and(|length| length == READ);
        let text = String::from_utf8_lossy(&beginning);
        let lines = kettle_trace::lines(&text);
        seen.tasks += lines.iter().filter(|line| is_spawn(line)).count();
    }
    seen
}

/// The pages in their order.
pub(crate) fn pages(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut pages: Vec<_> =
        entries.filter(|path| path.extension().is_some_and(|it| it == "html")).collect();
    pages.sort_by_key(|path| (path.as_os_str().len(), path.clone()));
    pages
}

fn beginning(page: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(page)?.take(READ).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// A task that the program has spawned: `block_on`'s own is `"main"`.
fn is_spawn(line: &str) -> bool {
    line.contains("\"ev\":\"Spawn\"") && !line.contains("\"kind\":\"main\"")
}

impl Seen {
    pub(crate) fn is_nothing(&self) -> bool {
        self.runtimes == 0
    }
}

impl Display for Seen {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let counted = |number, of: &str| match number {
            0 => format!("no {of}"),
            1 => format!("1 {of}"),
            _ => format!("{number} {of}s"),
        };
        let least = if self.at_least { "at least " } else { "" };
        write!(
            f,
            "{} and {least}{}",
            counted(self.runtimes, "runtime"),
            counted(self.tasks, "task")
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_and_spawned_tasks_are_counted() {
        let folder = tempfile::tempdir().unwrap();
        assert!(seen(folder.path()).is_nothing());
        let spawn = |kind| format!("{{\"n\":1,\"ev\":\"Spawn\",\"kind\":\"{kind}\"}}\n");
        let lines = [spawn("main"), spawn("task"), spawn("local")].concat();
        fs::write(folder.path().join("a.html"), lines).unwrap();
        assert_eq!(seen(folder.path()).to_string(), "1 runtime and 2 tasks");
        fs::write(folder.path().join("a.2.html"), "").unwrap();
        fs::write(folder.path().join("a.out"), "").unwrap();
        assert_eq!(seen(folder.path()).to_string(), "2 runtimes and 2 tasks");
        assert!(pages(folder.path())[0].ends_with("a.html"));
    }
}
