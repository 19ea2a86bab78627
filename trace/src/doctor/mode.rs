//! Is the doctor in, and what does it do when it finds something?
//!
//! `KETTLE_DOCTOR` says so: `off`, `warn`, `watch` or `panic`. Unset: in builds with debug
//! assertions it looks where there is a reason to, or watches if a trace is wanted; elsewhere it
//! warns if a trace is wanted, and otherwise is off.
//!
//! Interface: [`Mode`]. Invariant: a variable with a slip in it is an error before the
//! program starts, and not a doctor who is silent.

use std::ffi::OsStr;
use std::io;

use crate::words::refused::refused;

/// The environment variable that calls the doctor, or sends it away.
const VARIABLE: &str = "KETTLE_DOCTOR";

/// What the doctor does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Nothing: it doesn't look.
    Off,
    /// It looks where there is a reason to, and nothing is recorded until then. It prints what it
    /// finds on standard error, and a thread of its own also notices a poll that never ends.
    State,
    /// It prints what it finds in a record of everything.
    Warn,
    /// The same, and a thread of its own also notices a poll that never ends.
    Watch,
    /// As [`Mode::Watch`], and `block_on` panics after a verdict, as soon as the poll returns.
    Panic,
}

impl Mode {
    /// Does a thread of its own look at the polls? Only such a thread can see a poll that never
    /// ends. `warn` does without: it is for programs that are to have no thread more.
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
    match value.to_str() {
        Some("off") => Ok(Some(Mode::Off)),
        Some("warn") => Ok(Some(Mode::Warn)),
        Some("watch") => Ok(Some(Mode::Watch)),
        Some("panic") => Ok(Some(Mode::Panic)),
        _ => {
            let wrong = "is not understood. Set it to off, warn, watch or panic, or unset it";
            Err(refused(VARIABLE, value, wrong))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_words_are_known_and_nothing_asks_for_nothing() {
        let ask = |value: &str| mode_for(Some(OsStr::new(value))).unwrap();
        assert_eq!(mode_for(None).unwrap(), None);
        assert_eq!(ask(""), None);
        let known = [
            ("off", Mode::Off),
            ("warn", Mode::Warn),
            ("watch", Mode::Watch),
            ("panic", Mode::Panic),
        ];
        for (word, mode) in known {
            assert_eq!(ask(word), Some(mode));
        }
    }

    #[test]
    fn a_poll_that_never_ends_is_seen_in_two_modes() {
        let watching = [Mode::Off, Mode::Warn, Mode::Watch, Mode::Panic].map(Mode::watches);
        assert_eq!(watching, [false, false, true, true]);
    }

    #[test]
    fn anything_else_is_refused_with_words() {
        for value in ["Off", "1", "no", "warn "] {
            let error = mode_for(Some(OsStr::new(value))).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
            assert_eq!(
                error.to_string(),
                format!(
                    "KETTLE_DOCTOR={value:?} is not understood. Set it to off, warn, watch or panic, \
                     or unset it"
                )
            );
        }
    }
}
