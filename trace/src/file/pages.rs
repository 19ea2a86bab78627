//! Which other traces does this program write?
//!
//! Each runtime of a program has a trace of its own (`tea.html`, `tea.2.html`). What one of them waits for
//! may be in another one: so the last line of each names the others.
//!
//! Interface: [`begun`], [`Page::beside`].
//!
//! Not here: how they are named (`asked/env.rs`), where they are told (`lines.rs`).

use std::path::{Path, PathBuf};

use parking_lot::Mutex;
use serde::Serialize;

/// Those of this process, in the order in which they were begun: what was asked for, and what was made of that.
static BEGUN: Mutex<Vec<(PathBuf, Page)>> = Mutex::new(Vec::new());

/// A trace, as another one names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Page {
    /// Its file's name; all are in one folder.
    pub(crate) page: String,
}

impl Page {
    /// Those that were asked for with `path`, and are not `path` itself.
    pub(crate) fn beside(path: &Path) -> Vec<Page> {
        let begun = BEGUN.lock();
        let own = path.file_name().map(|name| name.to_string_lossy());
        let Some((asked, _)) = begun
            .iter()
            .find(|(asked, page)| is_in(asked, path) && Some(&*page.page) == own.as_deref())
        else {
            return Vec::new();
        };
        let others = begun
            .iter()
            .filter(|(other, page)| other == asked && Some(&*page.page) != own.as_deref());
        others.map(|(_, page)| page.clone()).collect()
    }
}

fn is_in(asked: &Path, path: &Path) -> bool {
    asked.parent() == path.parent()
}

/// A trace was begun, since `asked` was asked for.
pub(crate) fn begun(asked: &Path, path: &Path) {
    let Some(name) = path.file_name() else { return };
    let page = Page { page: name.to_string_lossy().into() };
    BEGUN.lock().push((asked.to_path_buf(), page));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_names_the_others_that_were_asked_for_with_it() {
        let [first, second, other] =
            ["pages/tea.html", "pages/tea.2.html", "pages/cake.html"].map(Path::new);
        begun(first, first);
        begun(other, other);
        assert_eq!(Page::beside(first), []);
        begun(first, second);
        let names = |path| Page::beside(path).into_iter().map(|page| page.page).collect::<Vec<_>>();
        assert_eq!(names(first), ["tea.2.html"]);
        assert_eq!(names(second), ["tea.html"]);
        assert_eq!(names(other), [""; 0]);
        assert_eq!(names(Path::new("elsewhere/tea.html")), [""; 0]);
    }
}
