//! How do the texts of source files get into a trace?
//!
//! A record has *places*: lines of the program and of kettle. The first time that a place names a
//! file, the file's text is read from disk and written to the trace, so that a replay can show the
//! line. If the file isn't found, as on another machine, it is written without its text.
//!
//! Interface: [`Sources::number_of`] takes a place, writes its file if that is new, and gives the
//! place a number; [`Sources::line`] and [`Sources::column`] give the place with that number as
//! text; [`line_at`] gives the text of the line at a place.
//!
//! Invariant: a file is written once, before the first event that names it.
//! Elsewhere: which places a record has (`json.rs`); where files are on this machine (`disk.rs`).

use std::collections::{HashMap, HashSet};

use kettle_events::Place;

use super::disk::{Disk, Position, SourceText};
use super::whose::{from_root, is_kettles, is_stds};
use crate::words::quick::{Quick, address};
use crate::words::text::{self, Out};

/// The places so far, and their files.
#[derive(Debug, Default)]
pub(crate) struct Sources {
    /// The numbers of places, by the address of the place, which is a constant of the program.
    numbers: HashMap<usize, Option<usize>, Quick>,
    /// The places by their numbers.
    texts: Vec<PlaceText>,
    /// The files that were written.
    files: HashSet<&'static str>,
    /// Created when the first file is needed.
    disk: Option<Disk>,
}

/// A place as escaped text.
#[derive(Debug)]
struct PlaceText {
    without_column: String,
    with_column: String,
}

impl Sources {
    /// The number of this place; places in std have none. If its file is new, a line with its text
    /// is added to `out`.
    #[inline]
    pub(crate) fn number_of(&mut self, place: Place, out: &mut Out) -> Option<usize> {
        let address = address(place);
        if let Some(number) = self.numbers.get(&address) {
            return *number;
        }
        let number = (!is_stds(place.file())).then(|| self.add(place, out));
        self.numbers.insert(address, number);
        number
    }

    /// The place with this number, without its column: `runtime/src/tasks/scheduler.rs:213`.
    #[inline]
    pub(crate) fn line(&self, number: usize) -> &str {
        &self.texts[number].without_column
    }

    /// The place with this number, with its column: `runtime/src/tasks/scheduler.rs:213:9`.
    #[inline]
    pub(crate) fn column(&self, number: usize) -> &str {
        &self.texts[number].with_column
    }

    #[cold]
    fn add(&mut self, place: Place, out: &mut Out) -> usize {
        if self.files.insert(place.file()) {
            let disk = self.disk.get_or_insert_with(Disk::new);
            write_file(out, place, disk.find(position(place)));
        }
        let mut file = Out::new();
        text::escaped(&mut file, from_root(place.file()));
        let without_column = format!("{}:{}", file.to_str().expect("it is text"), place.line());
        let with_column = format!("{without_column}:{}", place.column());
        self.texts.push(PlaceText { without_column, with_column });
        self.texts.len() - 1
    }
}

/// Writes the line of the trace that has the text of this place's file.
fn write_file(out: &mut Out, place: Place, found: Option<SourceText>) {
    text::raw(out, "{\"file\":");
    text::text(out, from_root(place.file()));
    text::key(out, "whose");
    text::word(out, if is_kettles(place.file()) { "kettle" } else { "program" });
    if found.as_ref().is_some_and(|found| found.is_newer) {
        text::key(out, "newer");
        text::raw(out, "true");
    }
    text::key(out, "text");
    match found {
        Some(found) => text::text(out, &found.text),
        None => text::raw(out, "null"),
    }
    text::raw(out, "}\n");
}

/// The source line at this place, if its file is found and was not changed after the build.
pub(crate) fn line_at(place: Place) -> Option<String> {
    let index = usize::try_from(place.line()).ok()?.checked_sub(1)?;
    let found = Disk::new().find(position(place)).filter(|found| !found.is_newer)?;
    found.text.lines().nth(index).map(|line| line.trim_end().to_owned())
}

fn position(place: Place) -> Position<'static> {
    Position { file: place.file(), line: place.line(), column: place.column() }
}
