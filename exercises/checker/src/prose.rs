//! In which style is everything said?
//!
//! Colour helps where there is a terminal, and says nothing that the words don't.
//!
//! Interface: the styles, [`say`], [`markdown`].

use anstream::println;
use anstyle::{AnsiColor, Style};

pub(crate) const BOLD: Style = Style::new().bold();
pub(crate) const DIM: Style = Style::new().dimmed();
pub(crate) const OK: Style = AnsiColor::Green.on_default();
pub(crate) const BAD: Style = AnsiColor::Red.on_default();
pub(crate) const WAIT: Style = AnsiColor::Yellow.on_default();

/// Prints a paragraph, wrapped to the terminal.
pub(crate) fn say(text: &str) {
    println!("{}", textwrap::fill(text, textwrap::termwidth().min(100)));
}

/// A page of the repository: its links are seen from the root, where the commands are typed.
pub(crate) fn markdown(text: &str) -> String {
    text.replace("](../../../", "](").replace("](../../", "](")
}
