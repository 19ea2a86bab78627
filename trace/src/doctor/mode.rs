//! Is the doctor on, and what does it do with a verdict?
//!
//! The environment variable `KETTLE_DOCTOR` names a [`Mode`] by one of [`WORDS`]. If it is unset,
//! [`around`](super::around) chooses the mode.
//!
//! Interface: [`Mode::from_env`] reads the variable. Invariant: a misspelt value is an error before
//! the program starts, so that nobody mistakes a doctor that is off for one that has found nothing.

use std::ffi::OsStr;
use std::io;

use crate::words::refused::refused;

const VARIABLE: &str = "KETTLE_DOCTOR";

const WORDS: [(&str, Mode); 4] =
    [("off", Mode::Off), ("warn", Mode::Warn), ("watch", Mode::Watch), ("panic", Mode::Panic)];

/// When the doctor looks, at what, and what it does with a verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// It is off.
    Off,
    /// Nothing is recorded: it looks at the runtime's state when there is a reason to, and prints
    /// what it finds on standard error. A thread of its own notices a poll that never ends.
    State,
    /// Everything is recorded, and it prints what it finds.
    Warn,
    /// As [`Mode::Warn`], and a thread of its own notices a poll that never ends.
    Watch,
    /// As [`Mode::Watch`], and `block_on` panics after a verdict, as soon as the poll returns.
    Panic,
}

impl Mode {
    /// Does the doctor's thread look for polls that never end?
    pub(super) fn watches(self) -> bool {
        matches!(self, Mode::State | Mode::Watch | Mode::Panic)
    }

    /// What `KETTLE_DOCTOR` asks for; `None` if it is unset or empty.
    ///
    /// # Errors
    ///
    /// [`io::ErrorKind::InvalidInput`] for any other value than `off`, `warn`, `watch` and `panic`.
    pub fn from_env() -> io::Result<Option<Mode>> {
        mode_for(std::env::var_os(VARIABLE).as_deref())
    }
}

fn mode_for(value: Option<&OsStr>) -> io::Result<Option<Mode>> {
    let Some(value) = value.filter(|value| !value.is_empty()) else { return Ok(None) };
    if let Some((_, mode)) = WORDS.iter().find(|(word, _)| value == *word) {
        return Ok(Some(*mode));
    }
    let wrong = "is not understood. Set it to off, warn, watch or panic, or unset it";
    Err(refused(VARIABLE, value, wrong))
}
