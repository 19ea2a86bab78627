//! How is a named pipe opened?
//!
//! A FIFO is a file that `mkfifo` creates. A receiver can open it at once, but a sender gets the
//! error `ENXIO` until a receiver has it open. A receiver waits for its first sender, and reads the
//! end of the stream after the last one has closed the pipe. If the receiver was opened for both
//! directions (`read_write`, on Linux), it never sees the end.

use std::fs;
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use super::{Receiver, Sender, check_pipe};

/// The options for opening a named pipe.
///
/// ```no_run
/// use kettle::io::AsyncReadExt;
/// use kettle::net::unix::pipe;
///
/// # #[kettle::main] async fn main() -> std::io::Result<()> {
/// let mut receiver = pipe::OpenOptions::new().open_receiver("/run/orders")?;
/// let mut text = String::new();
/// receiver.read_to_string(&mut text).await?;
/// # Ok(()) }
/// ```
#[derive(Clone, Debug, Default)]
pub struct OpenOptions {
    #[cfg(any(target_os = "linux", target_os = "android"))]
    read_write: bool,
    unchecked: bool,
}

impl OpenOptions {
    /// Starts with all options off.
    pub fn new() -> OpenOptions {
        OpenOptions::default()
    }

    /// Opens the pipe for both directions, whichever end is asked for. So a sender can be opened
    /// before any receiver, and a receiver never sees the end of the stream.
    #[cfg(any(target_os = "linux", target_os = "android"))]
    pub fn read_write(&mut self, value: bool) -> &mut OpenOptions {
        self.read_write = value;
        self
    }

    /// Skips the check that the file is a pipe.
    pub fn unchecked(&mut self, value: bool) -> &mut OpenOptions {
        self.unchecked = value;
        self
    }

    /// Opens the end that is read from.
    ///
    /// # Errors
    ///
    /// The system's errors; `InvalidInput` if the file isn't a pipe.
    ///
    /// # Panics
    ///
    /// If called outside a runtime.
    #[track_caller]
    pub fn open_receiver<P: AsRef<Path>>(&self, path: P) -> io::Result<Receiver> {
        let options = fs::OpenOptions::new().read(true).clone();
        Receiver::of(self.open(path.as_ref(), options)?.into())
    }

    /// Opens the end that is written to.
    ///
    /// # Errors
    ///
    /// The system's errors (`ENXIO` if it has no receiver); `InvalidInput` if the file isn't a
    /// pipe.
    ///
    /// # Panics
    ///
    /// If called outside a runtime.
    #[track_caller]
    pub fn open_sender<P: AsRef<Path>>(&self, path: P) -> io::Result<Sender> {
        let options = fs::OpenOptions::new().write(true).clone();
        Sender::of(self.open(path.as_ref(), options)?.into())
    }

    fn open(&self, path: &Path, mut options: fs::OpenOptions) -> io::Result<OwnedFd> {
        #[cfg(any(target_os = "linux", target_os = "android"))]
        if self.read_write {
            options.read(true).write(true);
        }
        let file = options.custom_flags(libc::O_NONBLOCK).open(path)?;
        if !self.unchecked {
            check_pipe(&file)?;
        }
        Ok(file.into())
    }
}
