//! What have people written about single rows?
//!
//! `docs/records/performance-notes.md`: under the heading `## Rows` a note for each `### ROW` or
//! `### ROW, ROW` (a family counts as a row); every other section of the second level goes to the
//! page as it is. What stands before the first section is for those who write it.

use crate::figures::Figures;

pub(crate) const FILE: &str = "docs/records/performance-notes.md";

#[derive(Debug, Default, PartialEq)]
pub(crate) struct Notes {
    /// The names of rows, and what is said about them.
    rows: Vec<(Vec<String>, String)>,
    /// The other sections, with their headings.
    pub(crate) rest: String,
}

impl Notes {
    pub(crate) fn read(text: &str) -> Notes {
        let mut notes = Notes::default();
        for section in sections(text, "## ").skip(1) {
            let (heading, body) = section.split_once('\n').unwrap_or((section, ""));
            if heading.trim() != "Rows" {
                notes.rest += "\n## ";
                notes.rest += section.trim();
                notes.rest += "\n";
                continue;
            }
            for note in sections(body, "### ").skip(1) {
                let (names, text) = note.split_once('\n').unwrap_or((note, ""));
                let names = names.split(',').map(|name| name.trim().to_owned()).collect();
                notes.rows.push((names, text.trim().to_owned()));
            }
        }
        notes
    }

    /// What is said about a row; a note on its family counts.
    pub(crate) fn about(&self, row: &str) -> Option<&str> {
        let family = row.split(':').next().unwrap_or(row);
        let named = |names: &[String]| names.iter().any(|name| name == row || name == family);
        let note = self.rows.iter().find(|(names, _)| named(names));
        note.map(|(_, text)| text.as_str()).filter(|text| !text.is_empty())
    }

    /// Notes on none of these rows, with their headings.
    pub(crate) fn besides(&self, missed: &[String]) -> String {
        let others =
            self.rows.iter().filter(|(names, _)| !missed.iter().any(|m| names.contains(m)));
        let heading = |names: &[String]| format!("\n### {}\n\n", names.join(", "));
        others.flat_map(|(names, text)| [heading(names), format!("{text}\n")]).collect()
    }

    /// Names that no row has.
    pub(crate) fn strangers<'a>(&'a self, rows: &'a [&Figures]) -> impl Iterator<Item = &'a str> {
        let known = |name: &str| {
            let family = format!("{name}:");
            rows.iter().any(|row| row.row.name == name || row.row.name.starts_with(&family))
        };
        let names = self.rows.iter().flat_map(|(names, _)| names);
        names.map(String::as_str).filter(move |name| !known(name))
    }
}

/// What stands behind each heading of a level; first, what stands before all of them.
fn sections<'a>(text: &'a str, level: &str) -> impl Iterator<Item = &'a str> {
    let mut starts: Vec<usize> = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if line.starts_with(level) {
            starts.push(at);
        }
        at += line.len();
    }
    let first = &text[..starts.first().copied().unwrap_or(text.len())];
    let ends: Vec<usize> = starts.iter().copied().skip(1).chain([text.len()]).collect();
    let length = level.len();
    let behind = starts.into_iter().zip(ends).map(move |(from, to)| &text[from + length..to]);
    std::iter::once(first).chain(behind)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figures::of;

    const TEXT: &str = "# For writers\n\nwords\n\n## Rows\n\n### yield, mpsc\n\nA note.\n\n\
        ### growth-echo\n\nAnother.\n\n### lock\n\n## Tricks\n\ntext\n\n### sub\n\nmore\n";

    #[test]
    fn a_note_is_found_by_each_of_its_names() {
        let notes = Notes::read(TEXT);
        assert_eq!(notes.about("yield"), Some("A note."));
        assert_eq!(notes.about("mpsc"), Some("A note."));
        assert_eq!(notes.about("growth-echo:100"), Some("Another."));
        assert_eq!(notes.about("lock"), None, "a heading is no note");
        assert_eq!(notes.rest, "\n## Tricks\n\ntext\n\n### sub\n\nmore\n");
        assert_eq!(Notes::read("words"), Notes::default());
    }

    #[test]
    fn notes_that_nothing_misses_and_strangers_are_told() {
        let notes = Notes::read(TEXT);
        let missed = ["lock".to_owned(), "growth-echo".to_owned()];
        assert_eq!(notes.besides(&missed), "\n### yield, mpsc\n\nA note.\n");
        let rows = ["yield", "growth-echo:100", "lock"].map(|name| of(name, "-", &[]));
        let rows: Vec<&Figures> = rows.iter().collect();
        assert_eq!(notes.strangers(&rows).collect::<Vec<_>>(), ["mpsc"]);
    }
}
