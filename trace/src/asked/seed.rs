//! What does `KETTLE_SEED` ask for?
//!
//! Unset or empty: nothing. A number: that the run be decided by it (`schedules/seeded.rs`). Anything
//! else is an error that says so: a run must not look as if it had been decided by a slip.
//!
//! Interface: [`schedule`].

use std::ffi::OsStr;
use std::io;

use kettle_runtime::Schedule;

use crate::schedules::seeded::Seeded;

/// The environment variable that asks for a seed.
const VARIABLE: &str = "KETTLE_SEED";

/// What decides in a run where the engine is free to: this seed, or that of the environment variable
/// `KETTLE_SEED`. `None`: nothing asks for that.
///
/// # Errors
///
/// [`io::ErrorKind::InvalidInput`] if the variable is set, and no number.
pub fn schedule(seed: Option<u64>) -> io::Result<Option<Box<dyn Schedule>>> {
    let seed = match seed {
        Some(seed) => Some(seed),
        None => seed_in(std::env::var_os(VARIABLE).as_deref())?,
    };
    Ok(seed.map(|seed| Box::new(Seeded::new(seed)) as Box<dyn Schedule>))
}

fn seed_in(value: Option<&OsStr>) -> io::Result<Option<u64>> {
    let Some(value) = value.filter(|value| !value.is_empty()) else { return Ok(None) };
    let number = value.to_str().and_then(|value| value.parse().ok());
    number.map(Some).ok_or_else(|| {
        let text = format!(
            "{VARIABLE}={:?} is no seed. Set it to a whole number from 0 to {}, or unset it",
            value.to_string_lossy(),
            u64::MAX
        );
        io::Error::new(io::ErrorKind::InvalidInput, text)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_a_seed_and_a_slip_is_refused_with_words() {
        let ask = |value: &str| seed_in(Some(OsStr::new(value)));
        assert_eq!(seed_in(None).unwrap(), None);
        assert_eq!(ask("").unwrap(), None);
        assert_eq!(ask("713").unwrap(), Some(713));
        for wrong in ["-1", "0x10", "many", "7.5"] {
            let error = ask(wrong).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
            assert_eq!(
                error.to_string(),
                format!(
                    "KETTLE_SEED={wrong:?} is no seed. Set it to a whole number from 0 to \
                     18446744073709551615, or unset it"
                )
            );
        }
    }
}
