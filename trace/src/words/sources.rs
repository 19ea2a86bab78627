//! Where does the text of a source file come from, and whose is it?
//!
//! A place in a record names its file as the compiler saw it: kettle's own and the program's, by a
//! path that is absolute or counts from the root of some workspace. The first time that a place
//! names a file, its text is read from disk and goes into the trace, so that a replay can show the
//! line. A file that can't be found (another machine, the standard library) is there without text.
//!
//! Interface: [`Sources::meet`], once for each place of a record, then [`Sources::line`] or
//! [`Sources::column`]; [`line_at`].
//!
//! Invariant: a file is read once, and its line comes before the first event that names it.
//!
//! Not here: which places a record has (`json.rs`), where files are on this machine (`disk.rs`).

use std::collections::{HashMap, HashSet};

use kettle_events::Place;

use super::disk::{Disk, Named, Text};
use super::whose::{from_root, is_kettles, is_stds};
use crate::words::quick::{Quick, key};
use crate::words::text::{self as json, Out};

/// The places met so far, and their files.
#[derive(Debug, Default)]
pub(crate) struct Sources {
    /// By the address of the place, which is a constant of the program.
    known: HashMap<usize, Option<usize>, Quick>,
    /// Each place as it is in the file, without quotes: without its column, and with it.
    shown: Vec<[String; 2]>,
    files: HashSet<&'static str>,
    /// Where to look for files; found out when the first is needed.
    disk: Option<Disk>,
}

impl Sources {
    /// The number of this place; std's have none. If its file is new, a line with its text is added
    /// to `out`.
    #[inline]
    pub(crate) fn meet(&mut self, place: Place, out: &mut Out) -> Option<usize> {
        let address = key(place);
        if let Some(number) = self.known.get(&address) {
            return *number;
        }
        let number = (!is_stds(place.file())).then(|| self.add(place, out));
        self.known.insert(address, number);
        number
    }

    /// `runtime/src/tasks/scheduler.rs:213`, the place of this number.
    #[inline]
    pub(crate) fn line(&self, number: usize) -> &str {
        &self.shown[number][0]
    }

    /// `runtime/src/tasks/scheduler.rs:213:9`
    #[inline]
    pub(crate) fn column(&self, number: usize) -> &str {
        &self.shown[number][1]
    }

    #[cold]
    fn add(&mut self, place: Place, out: &mut Out) -> usize {
        if self.files.insert(place.file()) {
            let disk = self.disk.get_or_insert_with(Disk::new);
            source_line(out, place, disk.find(named(place)));
        }
        let mut file = Out::new();
        json::escaped(&mut file, from_root(place.file()));
        let line = format!("{}:{}", file.to_str().expect("it is text"), place.line());
        let column = format!("{line}:{}", place.column());
        self.shown.push([line, column]);
        self.shown.len() - 1
    }
}

fn source_line(out: &mut Out, place: Place, text: Option<Text>) {
    json::raw(out, "{\"file\":");
    json::text(out, from_root(place.file()));
    json::key(out, "whose");
    json::word(out, if is_kettles(place.file()) { "kettle" } else { "program" });
    if text.as_ref().is_some_and(|text| text.newer) {
        json::key(out, "newer");
        json::raw(out, "true");
    }
    json::key(out, "text");
    match text {
        Some(Text { text, .. }) => json::text(out, &text),
        None => json::raw(out, "null"),
    }
    json::raw(out, "}\n");
}

/// The line of source at this place, if its file is found and is the one that was built.
pub(crate) fn line_at(place: Place) -> Option<String> {
    let index = usize::try_from(place.line()).ok()?.checked_sub(1)?;
    let found = Disk::new().find(named(place)).filter(|found| !found.newer)?;
    found.text.lines().nth(index).map(|line| line.trim_end().to_owned())
}

fn named(place: Place) -> Named<'static> {
    Named { file: place.file(), line: place.line(), column: place.column() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::place;

    #[test]
    fn a_file_that_cannot_be_found_or_is_too_short_has_no_text() {
        let (disk, this) = (Disk::new(), "trace/src/words/sources.rs");
        let find = |file, line| disk.find(Named { file, line, column: 1 });
        assert!(find("no/such/file.rs", 1).is_none());
        assert!(find(this, 1).is_some());
        assert!(find(this, 100_000).is_none());
        let mut out = Out::new();
        source_line(&mut out, place(), None);
        assert!(out.into_string().unwrap().ends_with(",\"text\":null}\n"));
    }
}
