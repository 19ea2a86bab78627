//! How is a verdict printed, and who else gets it?
//!
//! It looks like rustc's: what is wrong, where, the source line with a mark under it, why it
//! matters, what to write instead. The source line is printed if its file is found, and colours are
//! used on a terminal. The doctor's next sink gets the verdict, too.
//!
//! Interface: [`Reported`] remembers which verdicts were reported. [`Report::add`] prints a verdict
//! and passes it on, if it is new; [`Report::show`] prints it in any case; [`rendered`] gives its
//! text. The doctor and its thread share a [`Report`].
//! Invariant: a verdict is written in one piece, and [`Report::add`] reports it once.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::{self, Write as _};

use kettle_events::Place;
use parking_lot::Mutex;

use super::lint::{Keeper, Lint, LintKind, Spot};
use super::mode::Mode;
use crate::words::sources::line_at;
use crate::words::stderr::is_coloured;

/// Where the verdicts of one doctor go.
pub(super) struct Report {
    pub(super) mode: Mode,
    /// Are verdicts printed on standard error?
    pub(super) prints: bool,
    reported: Mutex<Reported>,
    /// The sink behind the doctor, which also gets the verdicts, until the doctor is dropped.
    pub(super) next_sink: Mutex<Option<Box<dyn Keeper>>>,
    /// The message of the panic that must end the program, until the runtime takes it.
    pub(super) veto: Mutex<Option<String>>,
    /// The certain verdicts on tasks that hang.
    pub(super) hangs: Mutex<Vec<Lint>>,
}

/// The verdicts so far: their kinds and places.
#[derive(Default)]
pub(super) struct Reported {
    certain: BTreeSet<(LintKind, Option<Place>)>,
    uncertain: BTreeSet<(LintKind, Option<Place>)>,
}

impl Reported {
    /// Is the verdict new? It isn't if a certain one of its kind and place was reported, or if it
    /// lists the open waits after a certain hang. If it is, it counts as reported from now on.
    pub(super) fn is_new(&mut self, lint: &Lint) -> bool {
        let key = (lint.kind, lint.place());
        let has_hang = self.certain.iter().any(|(kind, _)| kind.is_a_hang());
        if self.certain.contains(&key) || has_hang && lint.kind == LintKind::OpenWaits {
            return false;
        }
        let reported = if lint.certain { &mut self.certain } else { &mut self.uncertain };
        reported.insert(key)
    }
}

impl Report {
    /// Verdicts are printed, and go to `next_sink` if there is one.
    pub(super) fn printed(mode: Mode, next_sink: Option<Box<dyn Keeper>>) -> Report {
        let (reported, veto, hangs) = (Mutex::default(), Mutex::default(), Mutex::default());
        Report { mode, prints: true, reported, next_sink: Mutex::new(next_sink), veto, hangs }
    }

    /// Verdicts only go to `next_sink`.
    pub(super) fn silent(mode: Mode, next_sink: Option<Box<dyn Keeper>>) -> Report {
        Report { prints: false, ..Report::printed(mode, next_sink) }
    }

    /// Calls the next sink, if there is one.
    pub(super) fn with_next_sink<R>(&self, call: impl FnOnce(&mut dyn Keeper) -> R) -> Option<R> {
        self.next_sink.lock().as_mut().map(|next| call(next.as_mut()))
    }

    /// Is a thread in a call of the next sink?
    pub(super) fn is_next_sink_busy(&self) -> bool {
        self.next_sink.is_locked()
    }

    /// Prints a verdict and passes it on, if it is new.
    pub(super) fn add(&self, lint: &Lint) {
        let is_in_panic_mode = self.mode == Mode::Panic;
        if is_in_panic_mode && lint.kind == LintKind::LongWait {
            return; // never certain, so it would only disturb the tests that this mode is for
        }
        let mut reported = self.reported.lock();
        if !reported.is_new(lint) {
            return;
        }
        if is_in_panic_mode && lint.is_an_error() {
            self.veto.lock().get_or_insert_with(|| lint.veto_text());
        }
        drop(reported);
        if lint.certain && lint.kind.is_a_hang() {
            self.hangs.lock().push(lint.clone());
        }
        // A verdict that may end the program is printed, even if another runtime's doctor has.
        if self.prints && (is_in_panic_mode || is_first_in_process(lint)) {
            self.show(lint);
        }
        self.with_next_sink(|next| next.keep(lint));
    }

    /// Prints a verdict, even if it isn't new.
    pub(super) fn show(&self, lint: &Lint) {
        let level = level_of(lint, self.mode);
        let paint = match is_coloured() {
            true if level == ERROR => &ERROR_PAINT,
            true => &PAINT,
            false => &NO_PAINT,
        };
        let text = render(lint, level, paint);
        // A closed standard error is no reason for the program to fail.
        let _ = io::stderr().write_all(text.as_bytes());
    }
}

/// Is this the process's first verdict of its kind at its place? (Each runtime has its own doctor.)
fn is_first_in_process(lint: &Lint) -> bool {
    static PRINTED: Mutex<BTreeSet<(LintKind, Place)>> = Mutex::new(BTreeSet::new());
    match lint.place() {
        Some(place) => PRINTED.lock().insert((lint.kind, place)),
        None => true,
    }
}

/// The text of a verdict, without colours.
pub(crate) fn rendered(lint: &Lint) -> String {
    render(lint, level_of(lint, Mode::Panic), &NO_PAINT)
}

const ERROR: &str = "error";

/// How bad a verdict is, in rustc's words.
fn level_of(lint: &Lint, mode: Mode) -> &'static str {
    if lint.is_a_note() {
        "note"
    } else if mode == Mode::Panic && lint.is_an_error() {
        ERROR
    } else {
        "warning"
    }
}

/// The terminal's codes that begin each kind of text, and the one that ends it.
struct Paint {
    bold: &'static str,
    /// Colours the level, and the mark under the place of the mistake.
    level: &'static str,
    /// Colours the frame around source lines, and the marks under other places.
    frame: &'static str,
    off: &'static str,
}

const NO_PAINT: Paint = Paint { bold: "", level: "", frame: "", off: "" };
const PAINT: Paint =
    Paint { bold: "\x1b[1m", level: "\x1b[1;33m", frame: "\x1b[1;34m", off: "\x1b[0m" };
const ERROR_PAINT: Paint = Paint { level: "\x1b[1;31m", ..PAINT };

fn render(lint: &Lint, level: &str, paint: &Paint) -> String {
    let Paint { bold, level: hue, frame, off } = paint;
    let Lint { kind, text, .. } = lint;
    let mut out = format!("{hue}{level}[kettle::{kind}]{off}{bold}: {text}{off}\n");
    // As wide as the longest line number.
    let line_numbers = lint.spots.iter().map(|spot| spot.place.line());
    let margin = " ".repeat(line_numbers.max().unwrap_or(0).to_string().len());
    for (index, spot) in lint.spots.iter().enumerate() {
        let is_the_mistake = index == 0;
        let arrow = if is_the_mistake { "-->" } else { ":::" };
        let _ = writeln!(out, "{margin}{frame}{arrow}{off} {}", spot.place);
        write_source_line(&mut out, spot, is_the_mistake, &margin, paint);
    }
    let mut remarks: Vec<_> = lint.notes.iter().map(|note| ("note", note)).collect();
    if !lint.help.is_empty() {
        remarks.push(("help", &lint.help));
    }
    for (word, remark) in remarks {
        let remark = remark.replace('\n', &format!("\n{margin}   "));
        let _ = writeln!(out, "{margin} {frame}={off} {bold}{word}{off}: {remark}");
    }
    out.push('\n');
    out
}

/// Writes the source line of a place, with a mark and the label under it; the label alone if the
/// source isn't found.
fn write_source_line(
    out: &mut String,
    Spot { place, label }: &Spot,
    is_the_mistake: bool,
    margin: &str,
    Paint { level, frame, off, .. }: &Paint,
) {
    let Some(line) = line_at(place) else {
        let _ = writeln!(out, "{margin} {frame}={off} {label}");
        return;
    };
    let (number, width) = (place.line(), margin.len());
    let column = (place.column() as usize).saturating_sub(1); // from 0
    let indent: String =
        line.chars().take(column).map(|c| if c == '\t' { c } else { ' ' }).collect();
    let (hue, mark) = if is_the_mistake { (level, "^") } else { (frame, "-") };
    let marks = mark.repeat(length_of_name(&line, column));
    let _ = writeln!(out, "{margin} {frame}|{off}");
    let _ = writeln!(out, "{frame}{number:>width$} |{off} {line}");
    let _ = writeln!(out, "{margin} {frame}|{off} {indent}{hue}{marks} {label}{off}");
    let _ = writeln!(out, "{margin} {frame}|{off}");
}

/// How long is the name or path at this column? At least one letter.
fn length_of_name(line: &str, column: usize) -> usize {
    let is_in_name = |c: &char| c.is_alphanumeric() || matches!(c, '_' | ':' | '!');
    line.chars().skip(column).take_while(is_in_name).count().max(1)
}
