//! What have people written about single rows?
//!
//! `docs/records/performance-notes.md`: under the heading `## Rows` a note for each `### ROW` or
//! `### ROW, ROW` (a family counts as a row). All from there on goes to the page as it is; what is
//! before it is for its writers.

pub(crate) const FILE: &str = "docs/records/performance-notes.md";

#[derive(Debug, Default, PartialEq)]
pub(crate) struct Notes {
    /// The rows that have one.
    pub(crate) rows: Vec<String>,
    /// What goes to the page.
    pub(crate) text: String,
}

impl Notes {
    pub(crate) fn read(text: &str) -> Notes {
        let Some((_, text)) = text.split_once("\n## Rows\n") else { return Notes::default() };
        let own = text.split("\n## ").next().unwrap_or(text);
        let headings = own.lines().filter_map(|line| line.strip_prefix("### "));
        let rows = headings.flat_map(|names| names.split(',').map(|name| name.trim().to_owned()));
        Notes { rows: rows.collect(), text: text.trim().to_owned() + "\n" }
    }

    /// Is there one about this row, or its family?
    pub(crate) fn knows(&self, row: &str) -> bool {
        self.rows.iter().any(|name| name == row || name == family(row))
    }

    /// Names that no row has.
    pub(crate) fn strangers(&self, rows: &[&str]) -> Vec<&str> {
        let known = |name: &str| rows.iter().any(|row| *row == name || family(row) == name);
        self.rows.iter().map(String::as_str).filter(|name| !known(name)).collect()
    }
}

/// The family of `growth-echo:100` is `growth-echo`.
fn family(row: &str) -> &str {
    row.split(':').next().unwrap_or(row)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_is_known_by_each_of_its_names() {
        let text = "# For writers\n\nwords\n\n## Rows\n\n### yield, mpsc\n\nA note.\n\n\
            ### growth-echo\n\nAnother.\n\n## Tricks\n\ntext\n\n### sub\n\nmore\n";
        let notes = Notes::read(text);
        assert!(notes.knows("yield") && notes.knows("mpsc") && notes.knows("growth-echo:100"));
        assert!(!notes.knows("sub") && !notes.knows("lock"));
        assert!(notes.text.starts_with("### yield") && notes.text.ends_with("more\n"));
        assert_eq!(notes.strangers(&["yield", "growth-echo:100"]), ["mpsc"]);
        assert_eq!(Notes::read("words"), Notes::default());
    }
}
