//! How does text get into a file that nobody else writes?
//!
//! It gathers in a buffer, and goes to the file when that is large, or when somebody asks for it.
//!
//! Interface: [`Store::claim`], [`Store::empty`]; [`Store::add`], [`Store::flush`],
//! [`Store::close`]; [`Store::failure`].
//!
//! Invariant: a file that can't be written any more is given up.
//!
//! Not here: what is written (`writer.rs`).

use std::fs::{self, TryLockError};
use std::io::{self, Seek, Write};
use std::path::Path;

use crate::words::text::Out;

/// Larger writes are not cheaper by the byte.
const LARGE: usize = 256 * 1024;

/// A file in the making.
#[derive(Debug)]
pub(crate) struct Store {
    /// `None`: given up, or closed.
    file: Option<fs::File>,
    failure: Option<io::Error>,
    /// What is not in the file yet.
    buffer: Out,
}

impl Store {
    /// Makes the file, or takes the one that is there as it is, and keeps others from writing to
    /// it. Finds out whether it can be written.
    pub(crate) fn claim(path: &Path) -> io::Result<Store> {
        let file = fs::OpenOptions::new().write(true).create(true).truncate(false).open(path)?;
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => return Err(io::ErrorKind::ResourceBusy.into()),
            // Where files can't be locked, no process is kept from it.
            Ok(()) | Err(TryLockError::Error(_)) => {}
        }
        let holds_something = file.metadata().is_ok_and(|file| file.is_file() && file.len() > 0);
        let mut store = Store { file: Some(file), failure: None, buffer: Out::new() };
        if !holds_something {
            // An empty line, which says nothing where it can't be taken back: in a pipe.
            store.write(b"\n");
            store.empty();
        }
        store.failure().map_or(Ok(store), Err)
    }

    /// Empties the file, to be written from its beginning. (A pipe or a terminal has nothing to be
    /// emptied.)
    pub(crate) fn empty(&mut self) {
        self.buffer.clear();
        let Some(mut file) = self.file.as_ref() else { return };
        if file.metadata().is_ok_and(|file| file.is_file())
            && let Err(error) = file.set_len(0).and_then(|()| file.rewind())
        {
            self.failure = Some(error);
        }
    }

    /// Adds what `write` puts at the end of the buffer; gives its length.
    pub(crate) fn add(&mut self, write: impl FnOnce(&mut Out)) -> u64 {
        let before = self.buffer.len();
        write(&mut self.buffer);
        let length = self.buffer.len() - before;
        if self.buffer.len() >= LARGE {
            self.flush();
        }
        length as u64
    }

    /// Hands to the system what was added.
    pub(crate) fn flush(&mut self) {
        let mut buffer = std::mem::take(&mut self.buffer);
        self.write(buffer.as_encoded_bytes());
        buffer.clear();
        self.buffer = buffer;
    }

    /// Writes nothing more.
    pub(crate) fn close(&mut self) {
        self.flush();
        self.file = None;
    }

    /// Why the file was given up, once.
    pub(crate) fn failure(&mut self) -> Option<io::Error> {
        self.failure.take()
    }

    fn write(&mut self, text: &[u8]) {
        if let Some(file) = &mut self.file
            && let Err(error) = file.write_all(text)
        {
            self.failure = Some(error);
            self.file = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::Scratch;
    use crate::words::text::raw;

    fn add(store: &mut Store, text: &str) {
        store.add(|out| raw(out, text));
    }

    #[test]
    fn what_is_large_goes_to_the_file_by_itself() {
        let scratch = Scratch::new("store");
        let mut store = Store::claim(scratch.path()).unwrap();
        add(&mut store, &"a".repeat(LARGE - 1));
        assert_eq!(scratch.text().len(), 0, "a byte is wanting to a large write");
        add(&mut store, "a");
        assert_eq!(scratch.text().len(), LARGE);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_disk_is_known_when_the_file_is_made() {
        let scratch = Scratch::new("full");
        std::os::unix::fs::symlink("/dev/full", scratch.path()).unwrap();
        let error = Store::claim(scratch.path()).expect_err("it is full");
        assert_eq!(error.kind(), io::ErrorKind::StorageFull);
    }

    #[test]
    fn a_file_that_cannot_be_written_is_given_up_and_says_so_once() {
        let scratch = Scratch::new("store");
        let mut store = Store::claim(scratch.path()).unwrap();
        // A handle that can only read stands for a disk that is full.
        store.file = Some(fs::File::open(scratch.path()).unwrap());
        add(&mut store, "one");
        store.flush();
        assert!(store.failure().is_some());
        add(&mut store, "two");
        store.close();
        assert!(store.failure().is_none());
        assert_eq!(scratch.text(), "");
    }

    #[test]
    fn a_file_that_somebody_writes_is_not_taken() {
        let scratch = Scratch::new("store");
        let mut first = Store::claim(scratch.path()).unwrap();
        add(&mut first, "one");
        let second = Store::claim(scratch.path());
        assert_eq!(second.err().map(|error| error.kind()), Some(io::ErrorKind::ResourceBusy));
        first.close();
        assert_eq!(scratch.text(), "one");
        Store::claim(scratch.path()).expect("it is free now").empty();
        assert_eq!(scratch.text(), "");
    }
}
