//! How is text written to a file without harm to other files and traces?
//!
//! [`Store::create`] opens the file and locks it. [`Store::add`] puts text into a buffer, which
//! goes to the file when it is large, or with [`Store::flush`] or [`Store::close`]. After an error
//! nothing more is written; [`Store::failure`] says why.
//!
//! Invariants:
//! - Only one trace at a time is written to a file.
//! - Only its owner can read the file, and somebody else's isn't written.
//! - A file that exists is overwritten only if it is empty or has a trace of the same form, and a
//!   symbolic link to a file isn't followed. So whoever can set a variable, or put a link into a
//!   shared folder, can't make a program overwrite its user's files.
//!
//! Not here: what is written (`writer.rs`).

use std::fs::{self, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::Path;

use crate::words::text::Out;

#[cfg(unix)]
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt};

/// A buffer of this size is written to the file. Larger writes aren't cheaper by the byte.
const LARGE: usize = 256 * 1024;

/// A file that is being written.
#[derive(Debug)]
pub(crate) struct Store {
    /// `None`: closed, or not written any more after an error.
    file: Option<fs::File>,
    failure: Option<io::Error>,
    /// The text that isn't in the file yet.
    buffer: Out,
}

impl Store {
    /// Creates the file, or empties the one that exists, if it begins with `mark` as all traces of
    /// this form do. Locks it against other traces, and tries whether it can be written.
    pub(crate) fn create(path: &Path, mark: &str) -> io::Result<Store> {
        let file = match create_new(path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                open_existing(path, mark)?
            }
            created => created?,
        };
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => return Err(io::ErrorKind::ResourceBusy.into()),
            // On a file system without locks, two processes may write to the same file.
            Ok(()) | Err(TryLockError::Error(_)) => {}
        }
        let mut store = Store { file: Some(file), failure: None, buffer: Out::new() };
        store.empty();
        // Tries to write an empty line, which does no harm in a pipe, where it can't be taken back.
        store.write(b"\n");
        store.empty();
        match store.failure() {
            Some(error) => Err(error),
            None => Ok(store),
        }
    }

    /// Empties the file, to be written from its beginning. A pipe or a terminal is left as it is.
    fn empty(&mut self) {
        let Some(mut file) = self.file.as_ref() else { return };
        if file.metadata().is_ok_and(|file| file.is_file())
            && let Err(error) = file.set_len(0).and_then(|()| file.rewind())
        {
            self.failure = Some(error);
        }
    }

    /// Lets `write` add text to the buffer. Returns the length of the added text.
    pub(crate) fn add(&mut self, write: impl FnOnce(&mut Out)) -> u64 {
        let before = self.buffer.len();
        write(&mut self.buffer);
        let length = self.buffer.len() - before;
        if self.buffer.len() >= LARGE {
            self.flush();
        }
        length as u64
    }

    /// Writes the buffer to the file.
    pub(crate) fn flush(&mut self) {
        let mut buffer = std::mem::take(&mut self.buffer);
        self.write(buffer.as_encoded_bytes());
        buffer.clear();
        self.buffer = buffer;
    }

    /// Writes the buffer and closes the file.
    pub(crate) fn close(&mut self) {
        self.flush();
        self.file = None;
    }

    /// Why the file isn't written any more. Returned only once.
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

/// Creates a file. It is an error if anything exists under this path, even a link that leads
/// nowhere.
fn create_new(path: &Path) -> io::Result<fs::File> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    options.mode(0o600);
    options.open(path)
}

/// Opens what exists under this path: a pipe or a device, also behind a link (`/dev/stdout`), or a
/// file that is empty or has an older trace.
fn open_existing(path: &Path, mark: &str) -> io::Result<fs::File> {
    let found = fs::symlink_metadata(path)?;
    let is_special = fs::metadata(path).is_ok_and(|target| !target.is_file() && !target.is_dir());
    if found.is_symlink() && !is_special {
        let words = "it is a symbolic link, which is not followed";
        return Err(io::Error::new(io::ErrorKind::InvalidInput, words));
    }
    let mut file = fs::OpenOptions::new().write(true).read(!is_special).open(path)?;
    let opened = file.metadata()?;
    let was_replaced = opened.is_file() == is_special || is_another_file(&found, &opened);
    if was_replaced {
        return Err(io::ErrorKind::ResourceBusy.into());
    }
    if opened.is_file() {
        if opened.len() > 0 {
            check_mark(&mut file, mark)?;
        }
        #[cfg(unix)]
        file.set_permissions(fs::Permissions::from_mode(0o600))?; // fails if it is somebody else's
    }
    Ok(file)
}

/// Was a file found under a path, and a different one opened?
#[cfg(unix)]
fn is_another_file(found: &fs::Metadata, opened: &fs::Metadata) -> bool {
    found.is_file() && (found.dev(), found.ino()) != (opened.dev(), opened.ino())
}

#[cfg(not(unix))]
fn is_another_file(_: &fs::Metadata, _: &fs::Metadata) -> bool {
    false // not known
}

/// Checks that the file begins as all traces of this form do.
fn check_mark(file: &mut fs::File, mark: &str) -> io::Result<()> {
    let mut beginning = Vec::new();
    file.take(mark.len() as u64).read_to_end(&mut beginning)?;
    if beginning != mark.as_bytes() {
        let words = "it holds something else than a trace of this form";
        return Err(io::Error::new(io::ErrorKind::AlreadyExists, words));
    }
    file.rewind()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::Scratch;
    use crate::words::text::raw;

    const MARK: &str = "a trace";

    fn create(path: &Path) -> io::Result<Store> {
        Store::create(path, MARK)
    }

    fn add(store: &mut Store, text: &str) {
        store.add(|out| raw(out, text));
    }

    #[test]
    fn a_large_buffer_is_written_without_a_flush() {
        let scratch = Scratch::new("store");
        let mut store = create(scratch.path()).unwrap();
        add(&mut store, &"a".repeat(LARGE - 1));
        assert_eq!(scratch.text().len(), 0, "the buffer lacks a byte");
        add(&mut store, "a");
        assert_eq!(scratch.text().len(), LARGE);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_disk_is_noticed_when_the_file_is_created() {
        let scratch = Scratch::new("full");
        std::os::unix::fs::symlink("/dev/full", scratch.path()).unwrap();
        let error = create(scratch.path()).expect_err("it is full");
        assert_eq!(error.kind(), io::ErrorKind::StorageFull);
    }

    #[test]
    fn after_an_error_nothing_more_is_written_and_the_error_is_returned_once() {
        let scratch = Scratch::new("store");
        let mut store = create(scratch.path()).unwrap();
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

    #[cfg(unix)]
    #[test]
    fn a_file_is_for_its_owner_and_a_link_is_not_followed() {
        use std::os::unix::fs::symlink;
        let (scratch, link) = (Scratch::new("own"), Scratch::new("link"));
        symlink(scratch.path(), link.path()).unwrap();
        let followed = || create(link.path()).err().map(|error| error.kind());
        assert_eq!(followed(), Some(io::ErrorKind::InvalidInput), "it leads nowhere");
        assert!(!scratch.path().exists());
        for _ in ["new", "for all"] {
            drop(create(scratch.path()).unwrap());
            assert_eq!(fs::metadata(scratch.path()).unwrap().mode() & 0o777, 0o600);
            fs::set_permissions(scratch.path(), fs::Permissions::from_mode(0o644)).unwrap();
        }
        assert_eq!(followed(), Some(io::ErrorKind::InvalidInput), "it leads to a file");
    }
}
