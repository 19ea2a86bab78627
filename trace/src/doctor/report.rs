//! How is a verdict printed?
//!
//! As rustc would: what, where, the line itself with a mark under it, why it matters, what to write
//! instead. The line is there if its file can be found; colours, if standard error is a terminal.
//!
//! Interface: [`print`], [`render`]. Invariant: one verdict is written at once.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::{self, IsTerminal, Write as _};

use parking_lot::Mutex;

use super::lint::{Lint, LintKind, Spot};
use super::mode::Mode;
use crate::words::sources::line_at;

/// Writes a verdict to standard error.
pub(super) fn print(lint: &Lint, mode: Mode) {
    let unwanted = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let colour = io::stderr().is_terminal() && !unwanted;
    let text = render(lint, level(lint, mode), colour);
    // A reader who has gone is no reason for the program to fail.
    let _ = io::stderr().write_all(text.as_bytes());
}

/// The same as text, without colours.
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

/// Is this the first of its kind at its place, in this process? (Each runtime has a doctor.)
pub(super) fn is_new(lint: &Lint) -> bool {
    static PRINTED: Mutex<BTreeSet<(LintKind, &str, u32, u32)>> = Mutex::new(BTreeSet::new());
    let mut printed = PRINTED.lock();
    lint.place()
        .is_none_or(|place| printed.insert((lint.kind, place.file(), place.line(), place.column())))
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

/// The text of a verdict.
pub(super) fn render(lint: &Lint, level: &str, colour: bool) -> String {
    let paint = match (colour, level) {
        (false, _) => PLAIN,
        (true, "error") => ERROR,
        (true, _) => WARNING,
    };
    let Paint { bold, level: hue, dim, off } = paint;
    let mut text = format!("{hue}{level}[kettle::{}]{off}{bold}: {}{off}\n", lint.kind, lint.text);
    let width = lint.spots.iter().map(|spot| digits(spot.place.line())).max().unwrap_or(1);
    let pad = " ".repeat(width);
    for (index, spot) in lint.spots.iter().enumerate() {
        let arrow = if index == 0 { "-->" } else { ":::" };
        let _ = writeln!(text, "{pad}{dim}{arrow}{off} {}", spot.place);
        frame(&mut text, spot, index == 0, width, &paint);
    }
    let notes = lint.notes.iter().map(|note| ("note", note));
    for (word, words) in notes.chain([("help", &lint.help)]) {
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

fn digits(number: u32) -> usize {
    number.checked_ilog10().unwrap_or(0) as usize + 1
}
