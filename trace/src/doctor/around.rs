//! How does the doctor get before a sink?
//!
//! Interface: [`around`]. Hints are given only if `KETTLE_DOCTOR=watch` asks for them, and not where the
//! doctor watches because nothing was asked.

use std::io;

use kettle_events::Sink;

use super::doctor::Doctor;
use super::keeper::Keeper;
use super::mode::Mode;
use super::stacks;

/// Puts the doctor before a sink, if it is wanted. `trace`: did the program ask for a trace?
///
/// # Errors
///
/// As [`Mode::from_env`], and if `KETTLE_STACKS` is set to anything but 1 or 0.
pub fn around(behind: Option<Box<dyn Keeper>>, trace: bool) -> io::Result<Option<Box<dyn Sink>>> {
    let asked = Mode::from_env()?;
    let usual = match (cfg!(debug_assertions), trace) {
        (true, _) => Mode::Watch,
        (false, true) => Mode::Warn,
        (false, false) => Mode::Off,
    };
    let mode = asked.unwrap_or(usual);
    let stacks = stacks::wanted()?;
    if mode == Mode::Off {
        return Ok(behind.map(|behind| behind as Box<dyn Sink>));
    }
    let mut doctor = Doctor::new(mode, behind);
    if asked == Some(Mode::Watch) {
        doctor = doctor.hinting();
    }
    if stacks {
        doctor = doctor.showing_stacks();
    }
    Ok(Some(Box::new(doctor)))
}
