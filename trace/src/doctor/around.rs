//! How does the doctor get before a sink?
//!
//! Interface: [`around`]. Hints are given only if `KETTLE_DOCTOR=watch` asks for them, and not where the
//! doctor watches because nothing was asked.

use std::io;

use kettle_events::Sink;

use super::doctor::Doctor;
use super::keeper::Keeper;
use super::mode::Mode;

/// Puts the doctor before a sink, if it is wanted. `trace`: did the program ask for a trace? (A
/// console is there whenever the feature is, and calls no doctor.)
///
/// # Errors
///
/// As [`Mode::from_env`].
pub fn around(behind: Option<Box<dyn Keeper>>, trace: bool) -> io::Result<Option<Box<dyn Sink>>> {
    let asked = Mode::from_env()?;
    let usual = match (cfg!(debug_assertions), trace) {
        (true, _) => Mode::Watch,
        (false, true) => Mode::Warn,
        (false, false) => Mode::Off,
    };
    let mode = asked.unwrap_or(usual);
    Ok(match (mode, behind) {
        (Mode::Off, behind) => behind.map(|behind| behind as Box<dyn Sink>),
        (mode, behind) if asked == Some(Mode::Watch) => {
            Some(Box::new(Doctor::new(mode, behind).hinting()))
        }
        (mode, behind) => Some(Box::new(Doctor::new(mode, behind))),
    })
}
