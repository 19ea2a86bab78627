//! How is a verdict printed, and who else gets it?
//!
//! It looks like rustc's: what is wrong, where, the source line with a mark under it, why it
//! matters, what to write instead. The source line is printed if its file is found, and colours are
//! used on a terminal. The sink behind the doctor gets the verdict, too.
//!
//! Interface: [`Report::add`] prints a verdict and passes it on, if it is new; [`Report::show`]
//! prints in any case; [`rendered`] gives the text. The doctor and its thread share a [`Report`].
//! Invariants: each verdict is reported once, and written in one piece.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::{self, IsTerminal, Write as _};

use kettle_events::Place;
use parking_lot::Mutex;

use super::lint::{Keeper, Lint, LintKind, Spot};
use super::mode::Mode;
use crate::words::sources::line_at;

/// Where the verdicts of one doctor go.
pub(super) struct Report {
    mode: Mode,
    prints: bool,
    reported: Mutex<Reported>,
    /// The sink behind the doctor, until that is dropped.
    pub(super) behind: Mutex<Option<Box<dyn Keeper>>>,
    /// The words with which the program must end, if it must.
    pub(super) veto: Mutex<Option<String>>,
}

/// The verdicts so far: their kinds and places, and whether they were certain.
#[derive(Default)]
pub(super) struct Reported(BTreeSet<(LintKind, Option<Place>, bool)>);

impl Reported {
    /// Is the verdict new? It isn't if a certain one of its kind and place was reported, or if it
    /// lists the open waits after a certain hang.
    pub(super) fn is_new(&mut self, lint: &Lint) -> bool {
        let hang = self.0.iter().find(|(kind, _, certain)| *certain && kind.hangs());
        if lint.kind == LintKind::OpenWaits && hang.is_some() {
            return false;
        }
        let as_certain = |certain| (lint.kind, lint.place(), certain);
        !self.0.contains(&as_certain(true)) && self.0.insert(as_certain(lint.certain))
    }
}

impl Report {
    pub(super) fn new(mode: Mode, prints: bool, behind: Option<Box<dyn Keeper>>) -> Report {
        let (reported, veto) = (Mutex::default(), Mutex::default());
        Report { mode, prints, reported, behind: Mutex::new(behind), veto }
    }

    /// Calls the sink behind, if there is one.
    pub(super) fn behind<R>(&self, call: impl FnOnce(&mut dyn Keeper) -> R) -> Option<R> {
        self.behind.lock().as_mut().map(|behind| call(behind.as_mut()))
    }

    /// Is a thread in a call of the sink behind?
    pub(super) fn is_busy(&self) -> bool {
        self.behind.is_locked()
    }

    /// Prints a verdict and passes it on, if it is new.
    pub(super) fn add(&self, lint: &Lint) {
        if self.mode == Mode::Panic && lint.kind == LintKind::LongWait {
            return;
        }
        let mut reported = self.reported.lock();
        if !reported.is_new(lint) {
            return;
        }
        if self.mode == Mode::Panic && lint.is_an_error() {
            self.veto.lock().get_or_insert_with(|| lint.veto());
        }
        drop(reported);
        if self.prints && (self.mode == Mode::Panic || is_first(lint)) {
            self.show(lint);
        }
        self.behind(|behind| behind.keep(lint));
    }

    /// Prints a verdict, even if it isn't new.
    pub(super) fn show(&self, lint: &Lint) {
        let unwanted = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let colour = io::stderr().is_terminal() && !unwanted;
        let text = render(lint, level(lint, self.mode), colour);
        // A closed standard error is no reason for the program to fail.
        let _ = io::stderr().write_all(text.as_bytes());
    }

    /// Prints a line that isn't a verdict.
    pub(super) fn say(&self, words: &str) {
        let _ = self.prints.then(|| writeln!(io::stderr(), "{words}"));
    }
}

/// Is this the process's first verdict of its kind at its place? (Each runtime has its own doctor.)
fn is_first(lint: &Lint) -> bool {
    static PRINTED: Mutex<BTreeSet<(LintKind, Place)>> = Mutex::new(BTreeSet::new());
    lint.place().is_none_or(|place| PRINTED.lock().insert((lint.kind, place)))
}

/// The text of a verdict, without colours.
pub(crate) fn rendered(lint: &Lint) -> String {
    render(lint, level(lint, Mode::Panic), false)
}

fn level(lint: &Lint, mode: Mode) -> &'static str {
    match lint.is_a_note() {
        true => "note",
        false if mode == Mode::Panic && lint.is_an_error() => "error",
        false => "warning",
    }
}

struct Paint {
    bold: &'static str,
    level: &'static str,
    dim: &'static str,
    off: &'static str,
}

const PLAIN: Paint = Paint { bold: "", level: "", dim: "", off: "" };
const WARNING: Paint =
    Paint { bold: "\x1b[1m", level: "\x1b[1;33m", dim: "\x1b[1;34m", off: "\x1b[0m" };
const ERROR: Paint = Paint { level: "\x1b[1;31m", ..WARNING };

fn render(lint: &Lint, level: &str, colour: bool) -> String {
    let paint = match (colour, level) {
        (false, _) => PLAIN,
        (true, "error") => ERROR,
        (true, _) => WARNING,
    };
    let Paint { bold, level: hue, dim, off } = paint;
    let mut text = format!("{hue}{level}[kettle::{}]{off}{bold}: {}{off}\n", lint.kind, lint.text);
    let width =
        lint.spots.iter().map(|spot| spot.place.line().to_string().len()).max().unwrap_or(1);
    let pad = " ".repeat(width);
    for (index, spot) in lint.spots.iter().enumerate() {
        let arrow = if index == 0 { "-->" } else { ":::" };
        let _ = writeln!(text, "{pad}{dim}{arrow}{off} {}", spot.place);
        frame(&mut text, spot, index == 0, width, &paint);
    }
    let notes = lint.notes.iter().map(|note| ("note", note));
    let help = Some(("help", &lint.help)).filter(|(_, words)| !words.is_empty());
    for (word, words) in notes.chain(help) {
        let words = words.replace('\n', &format!("\n{pad}   "));
        let _ = writeln!(text, "{pad} {dim}={off} {bold}{word}{off}: {words}");
    }
    text.push('\n');
    text
}

/// The source line with a mark under the place.
fn frame(text: &mut String, spot: &Spot, first: bool, width: usize, paint: &Paint) {
    let Paint { level, dim, off, .. } = paint;
    let pad = " ".repeat(width);
    let (hue, mark) = if first { (level, "^") } else { (dim, "-") };
    let Some(line) = line_at(spot.place) else {
        let _ = writeln!(text, "{pad} {dim}={off} {}", spot.label);
        return;
    };
    let number = spot.place.line();
    let column = (spot.place.column() as usize).saturating_sub(1);
    let indent: String =
        line.chars().take(column).map(|c| if c == '\t' { c } else { ' ' }).collect();
    let marks = mark.repeat(length_of_name(&line, column));
    let _ = writeln!(text, "{pad} {dim}|{off}");
    let _ = writeln!(text, "{dim}{number:>width$} |{off} {line}");
    let _ = writeln!(text, "{pad} {dim}|{off} {indent}{hue}{marks} {}{off}", spot.label);
    let _ = writeln!(text, "{pad} {dim}|{off}");
}

/// How long is the name or path at this column? At least one letter.
fn length_of_name(line: &str, column: usize) -> usize {
    let name = |c: &char| c.is_alphanumeric() || matches!(c, '_' | ':' | '!');
    line.chars().skip(column).take_while(name).count().max(1)
}
