//! Which error does an environment variable with a wrong value give?
//!
//! Interface: [`refused`], for one variable; [`unfit`], for any text.

use std::ffi::OsStr;
use std::fmt::Display;
use std::io;

/// The error for one variable: `KETTLE_TEA="cold"`, what is wrong with that, and what to write.
pub(crate) fn refused(
    variable: &str,
    value: &(impl AsRef<OsStr> + ?Sized),
    wrong: impl Display,
) -> io::Error {
    unfit(format!("{variable}={:?} {wrong}", value.as_ref().to_string_lossy()))
}

/// An error of the kind `InvalidInput` with this text.
pub(crate) fn unfit(text: String) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, text)
}
