//! How is a pipe with a name opened?
//!
//! A FIFO is a file (`mkfifo`). Opening it as a receiver succeeds at once; as a sender it fails
//! with `ENXIO` while no receiver has it open. A receiver waits for the first sender, and reads the
//! end of the stream when no sender has it open any more; opened for both directions (`read_write`,
//! on Linux), it never does.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use super::{Receiver, Sender, must_be_a_pipe};

/// How to open a pipe that has a name.
///
/// ```no_run
/// use kettle::io::AsyncReadExt;
/// use kettle::net::unix::pipe;
///
/// # #[kettle::main]
/// # async fn main() -> std::io::Result<()> {
/// let mut receiver = pipe::OpenOptions::new().open_receiver("/run/orders")?;
/// let mut text = String::new();
/// receiver.read_to_string(&mut text).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default)]
pub struct OpenOptions {
    #[cfg(any(target_os = "linux", target_os = "android"))]
    read_write: bool,
    unchecked: bool,
}

impl OpenOptions {
    /// Everything off.
    pub fn new() -> OpenOptions {
        OpenOptions::default()
    }

    /// Opens the pipe for both directions, whichever end it is to be. So a sender can be opened
    /// before any receiver, and a receiver does not meet the end of the stream.
    #[cfg(any(target_os = "linux", target_os = "android"))]
    pub fn read_write(&mut self, value: bool) -> &mut OpenOptions {
        self.read_write = value;
        self
    }

    /// Does not ask whether the file is a pipe.
    pub fn unchecked(&mut self, value: bool) -> &mut OpenOptions {
        self.unchecked = value;
        self
    }

    /// Opens the end that is read.
    ///
    /// # Errors
    ///
    /// The system's; `InvalidInput` if the file is not a pipe.
    ///
    /// # Panics
    ///
    /// Outside of a runtime.
    #[track_caller]
    pub fn open_receiver<P: AsRef<Path>>(&self, path: P) -> io::Result<Receiver> {
        let options = fs::OpenOptions::new().read(true).clone();
        Receiver::from_file_unchecked(self.open(path.as_ref(), options)?)
    }

    /// Opens the end that is written.
    ///
    /// # Errors
    ///
    /// The system's (`ENXIO`: no receiver has it open); `InvalidInput` if the file is not a pipe.
    ///
    /// # Panics
    ///
    /// Outside of a runtime.
    #[track_caller]
    pub fn open_sender<P: AsRef<Path>>(&self, path: P) -> io::Result<Sender> {
        let options = fs::OpenOptions::new().write(true).clone();
        Sender::from_file_unchecked(self.open(path.as_ref(), options)?)
    }

    fn open(&self, path: &Path, mut options: fs::OpenOptions) -> io::Result<File> {
        #[cfg(any(target_os = "linux", target_os = "android"))]
        if self.read_write {
            options.read(true).write(true);
        }
        let file = options.custom_flags(libc::O_NONBLOCK).open(path)?;
        if !self.unchecked {
            must_be_a_pipe(&file)?;
        }
        Ok(file)
    }
}
