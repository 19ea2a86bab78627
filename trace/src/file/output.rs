//! What has the program printed, and in which poll?
//!
//! A runtime doesn't see what goes to standard output. But if that is a file, the one that has started the
//! program can say so (`KETTLE_TRACE_OUTPUT`, set by `cargo xtask replay`), and we look how far it has
//! grown each time that we are given records: after each poll. A line is in the file before `println!`
//! returns; so what has come since the poll began was printed in it. No clock has to be right for
//! that, and no thread to be quick.
//!
//! Interface: [`Output::open`]; [`Output::lines`], what has come since the last call.
//!
//! Not here: what becomes of the lines (`file.rs`).

use std::fs;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

/// How much is read at one time: the program waits for it.
const AT_ONCE: u64 = 1 << 20;
/// A longer line is cut.
const LONG: usize = 1 << 16;

/// A file to which the program prints.
#[derive(Debug)]
pub(crate) struct Output {
    file: fs::File,
    seen: u64,
    /// The beginning of a line whose end has not come yet.
    begun: Vec<u8>,
}

impl Output {
    /// Reads along from the beginning, or from its end as it is now.
    pub(crate) fn open(path: &Path, from_beginning: bool) -> io::Result<Output> {
        let mut file = fs::File::open(path)?;
        let seen = if from_beginning { 0 } else { file.seek(SeekFrom::End(0))? };
        Ok(Output { file, seen, begun: Vec::new() })
    }

    /// The lines that are whole and new.
    pub(crate) fn lines(&mut self) -> Vec<String> {
        let mut lines = Vec::new();
        let Ok(length) = self.file.metadata().map(|file| file.len()) else { return lines };
        if length < self.seen && self.file.rewind().is_ok() {
            // Somebody has emptied it: what is in it now is new.
            self.seen = 0;
            lines.extend(self.rest());
        }
        if length > self.seen {
            let before = self.begun.len();
            // What can't be read now is read next time.
            let mut file = Read::take(&mut self.file, AT_ONCE);
            let _ = file.read_to_end(&mut self.begun);
            self.seen += (self.begun.len() - before) as u64;
            self.cut(before, &mut lines);
        }
        lines
    }

    /// Takes out the lines that are whole; no end of a line is before `from`.
    fn cut(&mut self, from: usize, lines: &mut Vec<String>) {
        let mut start = 0;
        for end in from..self.begun.len() {
            if self.begun[end] == b'\n' || end - start >= LONG {
                lines.push(text(&self.begun[start..=end]));
                start = end + 1;
            }
        }
        self.begun.drain(..start);
    }

    /// What comes after the last line's end.
    pub(crate) fn rest(&mut self) -> Option<String> {
        (!self.begun.is_empty()).then(|| text(&std::mem::take(&mut self.begun)))
    }
}

fn text(line: &[u8]) -> String {
    let text = String::from_utf8_lossy(line);
    text.strip_suffix('\n').map_or(text.as_ref(), |line| line.trim_end_matches('\r')).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::Scratch;
    use std::io::Write;

    #[test]
    fn lines_come_when_they_are_whole() {
        let scratch = Scratch::new("output");
        let mut out = fs::File::create(scratch.path()).unwrap();
        out.write_all(b"first\nsec").unwrap();
        let mut output = Output::open(scratch.path(), true).unwrap();
        let mut late = Output::open(scratch.path(), false).unwrap();
        assert_eq!(output.lines(), ["first"]);
        assert!(output.lines().is_empty());
        out.write_all(b"ond\r\n\nno \xff text\nrest").unwrap();
        assert_eq!(output.lines(), ["second", "", "no \u{fffd} text"]);
        assert_eq!(output.rest().as_deref(), Some("rest"));
        assert_eq!(output.rest(), None);
        assert_eq!(late.lines(), ["ond", "", "no \u{fffd} text"]);
    }

    #[test]
    fn a_file_that_is_emptied_begins_anew() {
        let scratch = Scratch::new("emptied");
        fs::write(scratch.path(), "a long first line\nbegun").unwrap();
        let mut output = Output::open(scratch.path(), true).unwrap();
        assert_eq!(output.lines(), ["a long first line"]);
        fs::write(scratch.path(), "new\n").unwrap();
        assert_eq!(output.lines(), ["begun", "new"]);
    }

    #[test]
    fn much_at_once_comes_in_pieces_and_whole() {
        let scratch = Scratch::new("much");
        let long = "x".repeat(3 * LONG);
        fs::write(scratch.path(), format!("{}{long}\nend\n", "line\n".repeat(300_000))).unwrap();
        let mut output = Output::open(scratch.path(), true).unwrap();
        let (mut lines, mut calls) = (Vec::new(), 0);
        while lines.last().is_none_or(|last| last != "end") {
            let seen = output.seen;
            lines.extend(output.lines());
            assert!((1..=AT_ONCE).contains(&(output.seen - seen)));
            calls += 1;
        }
        assert!(calls > 1, "all of it at one time");
        assert!(lines[..300_000].iter().all(|line| line == "line"));
        assert!(lines[300_000..].iter().all(|line| line.len() <= LONG + 1));
        assert_eq!(lines[300_000..lines.len() - 1].concat(), long);
        assert_eq!(output.rest(), None);
    }
}
