//! How does kettle print a message of its own, and is it coloured?
//!
//! Interface: [`print_message`], [`is_coloured`].

use std::fmt::Display;
use std::io::{self, IsTerminal, Write};

/// Prints a line on standard error, in one write, and ignores an error: a closed standard error is
/// no reason for the program to fail. (`eprintln!` would panic, and libtest hides its output.)
pub(crate) fn print_message(message: impl Display) {
    let _ = io::stderr().write_all(format!("kettle: {message}\n").as_bytes());
}

/// Is standard error a terminal, and `NO_COLOR` unset or empty?
pub(crate) fn is_coloured() -> bool {
    let refuses_colour = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    io::stderr().is_terminal() && !refuses_colour
}
