//! What goes wrong on a network, where a schedule may decide that?
//!
//! With `KETTLE_FAULTS=net` each fault, and with `KETTLE_FAULTS=net.cut` this one alone, is asked
//! for before a transfer over a connection whose two ends are both in a test. It changes what the
//! operations return at one end or both ([`End`]).
//!
//! A fault is a file: the word and the sentences for it, when it may come, and what it does. It
//! comes in by its line in [`ALL`]; lists, pages and searches take it from there.

mod cut;
mod delay;
mod silence;

use std::sync::LazyLock;

use kettle_runtime::choose;
use kettle_runtime::event::{self, Direction, Point};

use super::link::End;

const ALL: [&Fault; 3] = [&cut::CUT, &delay::DELAY, &silence::SILENCE];

/// Something that a network may do.
struct Fault {
    told: event::Fault,
    /// Can it come before a transfer in this direction?
    may_come: fn(&End, Direction) -> bool,
    /// Does what an answer says; they count from 1.
    does: fn(&End, usize),
}

/// Those that the environment asks for.
static WANTED: LazyLock<Vec<&Fault>> = LazyLock::new(|| {
    let wanted = std::env::var("KETTLE_FAULTS").unwrap_or_default();
    let is_wanted = |fault: &&Fault| wanted == "net" || wanted == fault.told.word;
    let all: Vec<&Fault> = ALL.into_iter().filter(is_wanted).collect();
    assert!(
        wanted.is_empty() || !all.is_empty(),
        "KETTLE_FAULTS={wanted} names no fault: it is net for all, or one of {}",
        ALL.map(|fault| fault.told.word).join(", ")
    );
    all
});

/// Before a transfer: does one come?
pub(crate) fn come(end: &End, direction: Direction) {
    if !end.is_whole() {
        return;
    }
    for fault in WANTED.iter().filter(|fault| (fault.may_come)(end, direction)) {
        match choose(Point::Fault(&fault.told), fault.told.does.len() + 1) {
            0 => {}
            answer => return (fault.does)(end, answer),
        }
    }
}
