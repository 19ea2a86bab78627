//! Which words refuse an environment variable that asks for something unknown?

use std::ffi::OsStr;
use std::fmt::Display;
use std::io;

/// `KETTLE_TEA="cold"` and what is wrong with it, which ends with what to write instead.
pub(crate) fn refused(
    variable: &str,
    value: &(impl AsRef<OsStr> + ?Sized),
    wrong: impl Display,
) -> io::Error {
    unfit(format!("{variable}={:?} {wrong}", value.as_ref().to_string_lossy()))
}

/// What was asked for can't be meant.
pub(crate) fn unfit(text: String) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, text)
}
