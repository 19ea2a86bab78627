//! How does the doctor get before a sink?
//!
//! Interface: [`around`].

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
    let usual = cfg!(debug_assertions) || trace;
    let mode = asked.unwrap_or(if usual { Mode::Warn } else { Mode::Off });
    Ok(match (mode, behind) {
        (Mode::Off, behind) => behind.map(|behind| behind as Box<dyn Sink>),
        (mode, behind) => Some(Box::new(Doctor::new(mode, behind))),
    })
}
