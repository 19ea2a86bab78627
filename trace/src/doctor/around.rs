//! How does the doctor get before a sink?
//!
//! Interface: [`around`]. Hints are given only if `KETTLE_DOCTOR=watch` asks for them, and not where the
//! doctor watches because nothing was asked.

use kettle_events::Sink;

use super::doctor::Doctor;
use super::keeper::Keeper;
use super::mode::Mode;

/// Puts the doctor before a sink, if it is wanted: in the mode that was asked for, showing stacks or
/// not. `trace`: did the program ask for a trace?
pub fn around(
    behind: Option<Box<dyn Keeper>>,
    asked: Option<Mode>,
    stacks: bool,
    trace: bool,
) -> Option<Box<dyn Sink>> {
    let usual = match (cfg!(debug_assertions), trace) {
        (true, _) => Mode::Watch,
        (false, true) => Mode::Warn,
        (false, false) => Mode::Off,
    };
    let mode = asked.unwrap_or(usual);
    if mode == Mode::Off {
        return behind.map(|behind| behind as Box<dyn Sink>);
    }
    let mut doctor = Doctor::new(mode, behind);
    if asked == Some(Mode::Watch) {
        doctor = doctor.hinting();
    }
    if stacks {
        doctor = doctor.showing_stacks();
    }
    Some(Box::new(doctor))
}
