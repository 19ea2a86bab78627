//! In which style is everything printed?
//!
//! Colour helps in a terminal, but never says anything that the words don't.

use anstream::println;
use anstyle::{AnsiColor, Style};

pub(crate) const BOLD: Style = Style::new().bold();
pub(crate) const DIM: Style = Style::new().dimmed();
pub(crate) const OK: Style = AnsiColor::Green.on_default();
pub(crate) const BAD: Style = AnsiColor::Red.on_default();
pub(crate) const WAIT: Style = AnsiColor::Yellow.on_default();

/// Prints a paragraph, wrapped to the terminal.
pub(crate) fn say(text: &str) {
    println!("{}", textwrap::fill(text, width()));
}

/// As wide as the terminal, but no line so long that it is hard to read. Only blanks end a line, so
/// that the path of a file stays whole.
pub(crate) fn width() -> textwrap::Options<'static> {
    textwrap::Options::new(textwrap::termwidth().min(100))
        .word_separator(textwrap::WordSeparator::AsciiSpace)
        .word_splitter(textwrap::WordSplitter::NoHyphenation)
        .break_words(false)
}

/// The text of a page of the repository, with links from the root, where commands are typed.
pub(crate) fn markdown(text: &str) -> String {
    text.replace("](../../../", "](").replace("](../../", "](")
}
