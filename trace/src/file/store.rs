//! How does text get into a file that nobody else writes?
//!
//! It gathers in a buffer, and goes to the file when that is large, or when somebody asks for it.
//!
//! Interface: [`Store::claim`], [`Store::empty`]; [`Store::add`], [`Store::flush`],
//! [`Store::close`], [`Store::remove_if_made`]; [`Store::failure`].
//!
//! Invariants: a file that can't be written any more is given up. A new file is for its owner only.
//! One that was there loses nothing but an older trace of the same form, and a symbolic link to a
//! file isn't followed: who can set a variable, or puts a link into a shared folder, can't make a
//! program overwrite what its user has.
//!
//! Not here: what is written (`writer.rs`).

use std::fs::{self, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::Path;

use crate::words::text::Out;

#[cfg(unix)]
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};

/// Larger writes are not cheaper by the byte.
const LARGE: usize = 256 * 1024;

/// A file in the making.
#[derive(Debug)]
pub(crate) struct Store {
    /// `None`: given up, or closed.
    file: Option<fs::File>,
    failure: Option<io::Error>,
    /// The text that isn't in the file yet.
    buffer: Out,
    /// Was there no such file before?
    made: bool,
}

impl Store {
    /// Makes the file, or takes the one that is there as it is, and keeps others from writing to
    /// it. Finds out whether it can be written. A trace of this form begins with `mark`.
    pub(crate) fn claim(path: &Path, mark: &str) -> io::Result<Store> {
        let made = made(path);
        let is_there = |error: &io::Error| error.kind() == io::ErrorKind::AlreadyExists;
        let is_made = made.is_ok();
        let file = if made.as_ref().is_err_and(is_there) { taken(path, mark)? } else { made? };
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => return Err(io::ErrorKind::ResourceBusy.into()),
            // Where files can't be locked, no process is kept from it.
            Ok(()) | Err(TryLockError::Error(_)) => {}
        }
        let holds_something = file.metadata().is_ok_and(|file| file.is_file() && file.len() > 0);
        let mut store =
            Store { file: Some(file), failure: None, buffer: Out::new(), made: is_made };
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

    /// Ends it: nothing more is written.
    pub(crate) fn close(&mut self) {
        self.flush();
        self.file = None;
    }

    /// Removes the file if there was none before, and nothing has been written to it.
    pub(crate) fn remove_if_made(&self, path: &Path) {
        let is_empty =
            fs::symlink_metadata(path).is_ok_and(|file| file.is_file() && file.len() == 0);
        if self.made && is_empty {
            let _ = fs::remove_file(path);
        }
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

/// A new file. (What is there already, if only a link that leads nowhere, is an error.)
fn made(path: &Path) -> io::Result<fs::File> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    options.mode(0o600);
    options.open(path)
}

/// What is there: a pipe or a device, also behind a link (`/dev/stdout`), or a file that is empty
/// or has an older trace.
fn taken(path: &Path, mark: &str) -> io::Result<fs::File> {
    let mut options = fs::OpenOptions::new();
    options.write(true);
    let (found, behind) = (fs::symlink_metadata(path)?, fs::metadata(path));
    let is_special = behind.is_ok_and(|it| !it.is_file() && !it.is_dir());
    if found.is_symlink() && !is_special {
        let words = "it is a symbolic link, which is not followed";
        return Err(io::Error::new(io::ErrorKind::InvalidInput, words));
    }
    let mut file = options.read(!is_special).open(path)?;
    let opened = file.metadata()?;
    #[cfg(unix)]
    let is_another = found.is_file() && (found.dev(), found.ino()) != (opened.dev(), opened.ino());
    #[cfg(not(unix))]
    let is_another = false;
    if is_another || opened.is_file() == is_special {
        return Err(io::ErrorKind::ResourceBusy.into()); // somebody has replaced it meanwhile
    }
    if opened.is_file() && opened.len() > 0 {
        let mut begins = Vec::new();
        Read::take(&mut file, mark.len() as u64).read_to_end(&mut begins)?;
        if begins != mark.as_bytes() {
            let words = "it holds something else than a trace of this form";
            return Err(io::Error::new(io::ErrorKind::AlreadyExists, words));
        }
        file.rewind()?;
    }
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::Scratch;
    use crate::words::text::raw;

    const MARK: &str = "a trace";

    fn claim(path: &Path) -> io::Result<Store> {
        Store::claim(path, MARK)
    }

    fn add(store: &mut Store, text: &str) {
        store.add(|out| raw(out, text));
    }

    #[test]
    fn what_is_large_goes_to_the_file_by_itself() {
        let scratch = Scratch::new("store");
        let mut store = claim(scratch.path()).unwrap();
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
        let error = claim(scratch.path()).expect_err("it is full");
        assert_eq!(error.kind(), io::ErrorKind::StorageFull);
    }

    #[test]
    fn a_file_that_cannot_be_written_is_given_up_and_says_so_once() {
        let scratch = Scratch::new("store");
        let mut store = claim(scratch.path()).unwrap();
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
        let mut first = claim(scratch.path()).unwrap();
        add(&mut first, "a trace: one");
        first.flush();
        let second = claim(scratch.path());
        assert_eq!(second.err().map(|error| error.kind()), Some(io::ErrorKind::ResourceBusy));
        first.close();
        assert_eq!(scratch.text(), "a trace: one");
        claim(scratch.path()).expect("it is free now").empty();
        assert_eq!(scratch.text(), "");
    }

    #[test]
    fn a_file_that_was_made_for_nothing_is_removed() {
        let scratch = Scratch::new("made");
        let mut store = claim(scratch.path()).unwrap();
        add(&mut store, "a trace");
        store.flush();
        store.remove_if_made(scratch.path());
        assert_eq!(scratch.text(), "a trace");
        store.empty();
        store.remove_if_made(scratch.path());
        drop(store); // Wine keeps the name as long as the file is open
        assert!(!scratch.path().exists());
    }

    #[cfg(unix)]
    #[test]
    fn a_new_file_is_for_its_owner_and_a_link_is_not_followed() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let (scratch, link) = (Scratch::new("own"), Scratch::new("link"));
        symlink(scratch.path(), link.path()).unwrap();
        let followed = || claim(link.path()).err().map(|error| error.kind());
        assert_eq!(followed(), Some(io::ErrorKind::InvalidInput), "it leads nowhere");
        assert!(!scratch.path().exists());
        drop(claim(scratch.path()).unwrap());
        assert_eq!(fs::metadata(scratch.path()).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(followed(), Some(io::ErrorKind::InvalidInput), "it leads to a file");
    }
}
