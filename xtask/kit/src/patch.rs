//! How is a faulty file made from a right one?
//!
//! By a [`Patch`]: a unified diff, as `diff -u` writes it. Patches are the wrong answers of an
//! exercise, the faults of a hunt and the fixes that miss, a starter that differs little from the
//! solution, and the faults that a model of the engine has to find (`tests/models/faults`).
//!
//! Before its `---`, a patch has one or two lines that begin with `#` and say in plain English what
//! this answer believes. The `---` names the file. Around a change the patch shows only as many
//! lines as identify the place, because any other line could change without a reason to touch the
//! patch.
//!
//! Invariants: a patch applies wherever all lines that it shows are in the file, one after the
//! other, if that is one place. An error names the file, the hunk, and what to do.

use std::path::{Path, PathBuf};

use diffy::{Hunk, Line};

use crate::files;
use crate::tree::{files as files_in, from_root};

/// A patch, read from its file.
#[derive(Debug)]
pub struct Patch {
    path: PathBuf,
    /// The lines before the `---`.
    pub belief: String,
    /// All other lines.
    pub diff: String,
}

impl Patch {
    pub fn read(path: &Path) -> Result<Patch, String> {
        let text = files::read(path)?;
        let comments = text.lines().take_while(|line| line.starts_with("# ")).count();
        let belief_length = text.split_inclusive('\n').take(comments).map(str::len).sum();
        let (belief, diff) = text.split_at(belief_length);
        if !(1..=2).contains(&comments) || !diff.starts_with("--- ") {
            return Err(format!(
                "{}: a patch begins with one or two lines `# ...` that say what this answer \
                 believes, and its next line begins with `---`",
                from_root(path)
            ));
        }
        Ok(Patch { path: path.to_owned(), belief: belief.to_owned(), diff: diff.to_owned() })
    }

    /// Applies the patch to `base`, the text of the file `name`. Returns the whole new text.
    pub fn apply(&self, base: &str, name: &str) -> Result<String, String> {
        let own_name = from_root(&self.path);
        let parsed = diffy::Patch::from_str(&self.diff).map_err(|error| {
            format!("{own_name} is no patch ({error}, counted from its `---`)\n{HOW_TO_MAKE_ONE}")
        })?;
        if let Some(hunk) = parsed.hunks().iter().find(|hunk| count_places(hunk, base) > 1) {
            let words = "fits more than one place: it has to show more lines around its change";
            return Err(format!("{own_name}: `@@ -{}` {words}", hunk.old_range()));
        }
        diffy::apply(base, &parsed).map_err(|error| {
            format!(
                "{own_name} does not apply to {name}: {error}\n\
                 {name} has changed there: what the hunk shows with a blank or a `-` before it must \
                 be in that file, line by line. Edit the patch.\n{HOW_TO_MAKE_ONE}"
            )
        })
    }

    /// The name of the file that the patch changes.
    pub fn changes(&self) -> &str {
        self.diff.lines().next().unwrap_or_default().trim_start_matches("--- ")
    }

    /// The name of the patch: that of its file, without the ending.
    pub fn name(&self) -> String {
        self.path.file_stem().unwrap_or_default().display().to_string()
    }
}

/// At how many places does `base` have the lines that a hunk shows or deletes?
fn count_places(hunk: &Hunk<'_, str>, base: &str) -> usize {
    let base: Vec<&str> = base.split_inclusive('\n').collect();
    let mut shown = Vec::new();
    for line in hunk.lines() {
        if let Line::Context(text) | Line::Delete(text) = line {
            shown.push(*text);
        }
    }
    if shown.is_empty() {
        // New lines alone fit before and after each line.
        return base.len() + 1;
    }
    base.windows(shown.len()).filter(|lines| *lines == shown).count()
}

const HOW_TO_MAKE_ONE: &str = "Or write the whole file as it is to be, and have the patch made: by \
     `diff -U1`.";

/// All patches of a folder, sorted by name.
pub fn patches(folder: &Path) -> Result<Vec<Patch>, String> {
    files_in(folder, ".patch").iter().map(|path| Patch::read(path)).collect()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use diffy::DiffOptions;

    use super::*;

    const BASE: &str = "one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\n";

    /// A patch as its file would have it.
    fn read(text: &str) -> Result<Patch, String> {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("x.patch");
        fs::write(&path, text).expect("a file");
        Patch::read(&path)
    }

    /// Makes the patch that turns `base` into `whole`.
    fn diff(base: &str, whole: &str) -> String {
        let mut options = DiffOptions::new();
        options.set_original_filename("solution.rs");
        options.set_modified_filename("wrong/x.rs");
        options.create_patch(base, whole).to_string()
    }

    fn patch_to(whole: &str) -> String {
        format!("# Believes that 2 is II.\n{}", diff(BASE, whole))
    }

    #[test]
    fn a_patch_turns_one_file_into_the_other() {
        let whole = BASE.replace("two", "II").replace("eight\n", "");
        let patch = read(&patch_to(&whole)).expect("a patch");
        assert_eq!(patch.belief, "# Believes that 2 is II.\n");
        assert_eq!(patch.apply(BASE, "solution.rs").as_deref(), Ok(whole.as_str()));
        let error = patch.apply(&BASE.repeat(2), "solution.rs").unwrap_err();
        assert!(error.contains("`@@ -1,8` fits more than one place"), "{error}");
        // New lines before the place don't matter.
        let moved = format!("zero\nzero\n{BASE}");
        assert_eq!(patch.apply(&moved, "solution.rs"), Ok(format!("zero\nzero\n{whole}")));
    }

    #[test]
    fn a_patch_that_does_not_apply_says_where_and_what_to_do() {
        let twelve = format!("{BASE}nine\nten\neleven\ntwelve\n");
        let whole = twelve.replace("two", "II").replace("eleven", "XI");
        let diff = diff(&twelve, &whole);
        let patch = Patch { path: "x.patch".into(), belief: String::new(), diff };
        let error = patch.apply(&twelve.replace("eleven", "11"), "solution.rs").unwrap_err();
        for part in ["x.patch does not apply to solution.rs", "hunk #2", "`diff -U1`"] {
            assert!(error.contains(part), "no `{part}` in: {error}");
        }
    }

    #[test]
    fn a_patch_without_a_belief_is_refused() {
        let whole = BASE.replace("two", "II");
        let silent = patch_to(&whole).replace("# Believes that 2 is II.\n", "");
        assert!(read(&silent).unwrap_err().contains("what this answer believes"));
        let with_three_lines = format!("# a\n# b\n{}", patch_to(&whole));
        assert!(read(&with_three_lines).is_err());
    }

    #[test]
    fn a_diff_that_lacks_a_line_is_refused() {
        let torn = patch_to(&BASE.replace("two", "II")).replace("-two\n", "");
        let error = read(&torn).and_then(|patch| patch.apply(BASE, "solution.rs")).unwrap_err();
        assert!(error.contains("is no patch"), "{error}");
    }
}
