//! How does kettle print a message of its own?
//!
//! Interface: [`print_message`].

use std::fmt::Display;
use std::io::{self, Write};

/// Prints a line on standard error, in one write, and ignores an error: a closed standard error is
/// no reason for the program to fail. (`eprintln!` would panic, and libtest hides its output.)
pub(crate) fn print_message(message: impl Display) {
    let _ = io::stderr().write_all(format!("kettle: {message}\n").as_bytes());
}
