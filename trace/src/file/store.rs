//! How is a trace kept within its bounds?
//!
//! Lines gather in a buffer. The *head* of the trace goes to the file as the program runs. When the
//! head has its size, the *tail* is kept in memory, in two halves: when the newer one is full, the older
//! one is forgotten. It is written at the end.
//!
//! Interface: [`Store::create`], [`Store::claim`]; [`Store::lines`], [`Store::anew`], [`Store::aside`];
//! [`Store::flush`]; [`Store::close`], [`Store::failure`].
//!
//! Invariants: the file holds whole lines after each write; lines are in order. What
//! [`Store::aside`] takes is never forgotten. A file that can't be written any more is given up.
//!
//! Not here: what the lines say (`json.rs`, `perfetto.rs`).

use std::fs::{self, TryLockError};
use std::io::{self, Seek, Write};
use std::path::Path;

/// Larger writes are not cheaper by the byte.
const LARGE: usize = 256 * 1024;

/// A file in the making.
#[derive(Debug)]
pub(crate) struct Store {
    /// `None`: given up, or closed.
    file: Option<fs::File>,
    failure: Option<io::Error>,
    /// Of the head, what is not in the file yet.
    buffer: Vec<u8>,
    tail: Option<Tail>,
    /// The number of the last event.
    last: u64,
    /// Bytes of lines that the head may still take.
    room: u64,
    /// Bytes of lines in each half of the tail.
    half: usize,
}

/// The last lines of a run that has more than fit.
#[derive(Debug, Default)]
struct Tail {
    older: Half,
    newer: Half,
    /// The number of the last event in the head.
    after: u64,
    forgotten: u64,
}

#[derive(Debug, Default)]
struct Half {
    text: Vec<u8>,
    /// So much of it, at its beginning, does not count.
    free: usize,
    events: u64,
}

/// Is there room for more, behind a line?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Room {
    /// In the same part of the trace.
    Enough,
    /// The head has its size now, and what follows belongs to the tail.
    Full,
    /// A half of the tail is full; another one begins, and this one may be forgotten.
    Half,
}

/// What the tail had to forget.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Forgotten {
    /// How many events.
    pub(crate) events: u64,
    /// The number of the last one before them.
    pub(crate) after: u64,
}

impl Store {
    /// Makes the file, or empties the one that is there, and keeps others from doing so while it is
    /// written.
    pub(crate) fn create(path: &Path) -> io::Result<Store> {
        // It is emptied only once it is ours.
        let mut store = Store::claim(path)?;
        store.emptied();
        store.failure().map_or(Ok(store), Err)
    }

    /// The same, but what the file holds stays for now.
    pub(crate) fn claim(path: &Path) -> io::Result<Store> {
        let file = fs::OpenOptions::new().write(true).create(true).truncate(false).open(path)?;
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => return Err(io::ErrorKind::ResourceBusy.into()),
            // Where files can't be locked, no process is kept from it.
            Ok(()) | Err(TryLockError::Error(_)) => {}
        }
        let file = Some(file);
        let (buffer, room, half) = (Vec::new(), u64::MAX, usize::MAX);
        Ok(Store { file, failure: None, buffer, tail: None, last: 0, room, half })
    }

    /// Finds out whether anything can be written, before anything is. (What is in the file already says so.)
    pub(crate) fn try_out(&mut self) {
        let held = self.file.as_ref().and_then(|file| file.metadata().ok());
        if held.is_some_and(|file| file.is_file() && file.len() > 0) {
            return;
        }
        // An empty line, which says nothing where it can't be taken back: in a pipe.
        self.write(b"\n");
        self.emptied();
    }

    /// Empties the file, to be written once more. It stays ours.
    pub(crate) fn restart(&mut self) {
        self.buffer.clear();
        self.tail = None;
        self.emptied();
    }

    /// (A pipe or a terminal has nothing to be emptied.)
    fn emptied(&mut self) {
        let Some(mut file) = self.file.as_ref() else { return };
        if file.metadata().is_ok_and(|file| file.is_file())
            && let Err(error) = file.set_len(0).and_then(|()| file.rewind())
        {
            self.failure = Some(error);
        }
    }

    /// From here on at most so many bytes of lines.
    pub(crate) fn limit(&mut self, limit: u64) {
        // An eighth is for the end of the run.
        self.room = limit - limit / 8;
        self.half = usize::try_from(limit / 16).unwrap_or(usize::MAX);
    }

    /// Writes lines: `write` adds them to the buffer. They tell of so many events, and the last event
    /// until then has this number.
    pub(crate) fn lines(
        &mut self,
        events: u64,
        last: u64,
        write: impl FnOnce(&mut Vec<u8>),
    ) -> Room {
        self.last = last;
        if let Some(tail) = &mut self.tail {
            add(&mut tail.newer.text, write);
            tail.newer.events += events;
            return if tail.make_room(self.half) { Room::Half } else { Room::Enough };
        }
        let length = add(&mut self.buffer, write) as u64;
        if self.buffer.len() >= LARGE {
            self.flush();
        }
        if length <= self.room {
            self.room -= length;
            return Room::Enough;
        }
        self.flush();
        self.tail = Some(Tail { after: self.last, ..Tail::default() });
        Room::Full
    }

    /// Writes what a half of the tail begins with, so that it can be read without the one before. It does
    /// not count: it may be more than a half holds, and would fill each one anew.
    pub(crate) fn anew(&mut self, write: impl FnOnce(&mut Vec<u8>)) {
        if let Some(Tail { newer, .. }) = &mut self.tail {
            newer.free += add(&mut newer.text, write);
        }
    }

    /// Does what comes next belong to the head?
    pub(crate) fn is_head(&self) -> bool {
        self.tail.is_none()
    }

    /// Writes something that must not be forgotten, and does not count.
    pub(crate) fn aside(&mut self, text: &[u8]) {
        if self.tail.is_none() {
            self.buffer.extend_from_slice(text);
        } else {
            self.write(text);
        }
    }

    /// Hands to the system what belongs to the head.
    pub(crate) fn flush(&mut self) {
        if !self.buffer.is_empty() {
            let mut buffer = std::mem::take(&mut self.buffer);
            self.write(&buffer);
            buffer.clear();
            self.buffer = buffer;
        }
    }

    /// What the tail has forgotten until now.
    pub(crate) fn forgotten(&self) -> Option<Forgotten> {
        let tail = self.tail.as_ref().filter(|tail| tail.forgotten > 0)?;
        Some(Forgotten { events: tail.forgotten, after: tail.after })
    }

    /// Writes the tail between these two, and nothing more after them.
    pub(crate) fn close(&mut self, before_the_tail: &[u8], last: &[u8]) {
        self.flush();
        let tail = self.tail.take().unwrap_or_default();
        for text in [before_the_tail, &tail.older.text, &tail.newer.text, last] {
            self.write(text);
        }
        self.file = None;
    }

    /// Why the file was given up, once.
    pub(crate) fn failure(&mut self) -> Option<io::Error> {
        self.failure.take()
    }

    fn write(&mut self, text: &[u8]) {
        let Some(file) = &mut self.file else { return };
        if let Err(error) = file.write_all(text) {
            self.failure = Some(error);
            self.file = None;
        }
    }
}

/// Adds lines; gives their length.
fn add(out: &mut Vec<u8>, write: impl FnOnce(&mut Vec<u8>)) -> usize {
    let before = out.len();
    write(out);
    out.len() - before
}

impl Tail {
    /// Begins another half if the newer one is full.
    fn make_room(&mut self, half: usize) -> bool {
        let full = self.newer.text.len() - self.newer.free >= half;
        if full {
            self.forgotten += self.older.events;
            std::mem::swap(&mut self.older, &mut self.newer);
            self.newer.text.clear();
            (self.newer.free, self.newer.events) = (0, 0);
        }
        full
    }
}

#[cfg(test)]
#[path = "store_tests.rs"]
mod tests;
