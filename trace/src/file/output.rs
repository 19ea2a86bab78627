//! Which lines did the program print, and in which poll?
//!
//! A runtime doesn't see what goes to standard output. But if that is a file, the environment can
//! name it (`KETTLE_TRACE_OUTPUT`; `cargo xtask replay` sets it). Then, after each poll, the sink
//! checks how far the file has grown. `println!` returns only after its line is in the file, so the
//! new lines were printed in that poll. No clock has to be exact for this, and no second thread has
//! to keep up.
//!
//! Interface: [`Output::open`] opens the file; [`Output::lines`] gives the lines since the last
//! call, [`Output::rest`] a last line without an end. Not here: how the lines get into the trace
//! (`writer.rs`).

use std::fs;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

/// At most this many bytes are read at a time, because the program waits meanwhile.
const MAX_READ: u64 = 1 << 20;

/// A file to which the program prints.
#[derive(Debug)]
pub(crate) struct Output {
    /// Its position is where the next read begins.
    file: fs::File,
    /// The beginning of a line that the program hasn't finished.
    unfinished: Vec<u8>,
}

impl Output {
    /// Opens the file in order to read what is added to it from now on, and with `from_beginning`
    /// also what is in it already.
    pub(crate) fn open(path: &Path, from_beginning: bool) -> io::Result<Output> {
        let mut file = fs::File::open(path)?;
        if !from_beginning {
            file.seek(SeekFrom::End(0))?;
        }
        Ok(Output { file, unfinished: Vec::new() })
    }

    /// The lines finished since the last call.
    pub(crate) fn lines(&mut self) -> Vec<String> {
        let searched = self.unfinished.len(); // so far there is no end of a line
        // If this fails, the text is read next time.
        let _ = Read::take(&mut self.file, MAX_READ).read_to_end(&mut self.unfinished);
        let is_end = |byte: &u8| *byte == b'\n';
        let Some(last_end) = self.unfinished[searched..].iter().rposition(is_end) else {
            return Vec::new();
        };
        let finished: Vec<u8> = self.unfinished.drain(..=searched + last_end).collect();
        finished.split_inclusive(is_end).map(without_end).collect()
    }

    /// The text after the end of the last line, if any.
    pub(crate) fn rest(&mut self) -> Option<String> {
        let rest = std::mem::take(&mut self.unfinished);
        if rest.is_empty() { None } else { Some(without_end(&rest)) }
    }
}

/// The line without `\n` or `\r\n`.
fn without_end(line: &[u8]) -> String {
    let text = String::from_utf8_lossy(line);
    match text.strip_suffix('\n') {
        Some(line) => line.trim_end_matches('\r').to_owned(),
        None => text.into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::Scratch;
    use std::io::Write;

    #[test]
    fn a_line_is_returned_once_it_is_complete() {
        let scratch = Scratch::new("output");
        let mut printed = fs::File::create(scratch.path()).unwrap();
        printed.write_all(b"first\nsec").unwrap();
        let mut output = Output::open(scratch.path(), true).unwrap();
        let mut late = Output::open(scratch.path(), false).unwrap();
        assert_eq!(output.lines(), ["first"]);
        assert!(output.lines().is_empty());
        printed.write_all(b"ond\r\n\nno \xff text\nrest").unwrap();
        assert_eq!(output.lines(), ["second", "", "no \u{fffd} text"]);
        assert_eq!(output.rest().as_deref(), Some("rest"));
        assert_eq!(output.rest(), None);
        assert_eq!(late.lines(), ["ond", "", "no \u{fffd} text"]);
    }

    #[test]
    fn output_larger_than_a_read_is_returned_in_pieces_without_a_loss() {
        let scratch = Scratch::new("much");
        fs::write(scratch.path(), format!("{}end\n", "line\n".repeat(300_000))).unwrap();
        let mut output = Output::open(scratch.path(), true).unwrap();
        let first = output.lines();
        assert!((1..300_000).contains(&first.len()), "all of it at one time");
        let lines = [first, output.lines()].concat();
        assert!(lines[..300_000].iter().all(|line| line == "line"));
        assert_eq!(lines[300_000..], ["end"]);
    }
}
