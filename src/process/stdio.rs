//! How does a program write to a child's input and read its output?
//!
//! Through three pipes, each an end of [`net::unix::pipe`](crate::net::unix::pipe) under another
//! name.

use std::io;
use std::os::fd::OwnedFd;
use std::pin::Pin;
use std::process::{self, Stdio};

use crate::io::through::{read_through, write_through};
use crate::io::{AsyncRead, AsyncWrite, impl_descriptor};
use crate::net::unix::pipe::{self, set_nonblocking};

/// One end of a pipe to a child.
macro_rules! pipe_end {
    ($name:ident, $end:ident, $what:literal) => {
        #[doc = concat!("The pipe ", $what, ".")]
        #[derive(Debug)]
        pub struct $name(pipe::$end);

        impl $name {
            /// Converts std's pipe, which may be anything that the selector takes, as a socket is.
            ///
            /// # Panics
            ///
            /// If called outside a runtime.
            #[track_caller]
            pub fn from_std(inner: process::$name) -> io::Result<$name> {
                let end = $name::new(inner)?;
                end.0.io.lend(); // it may have a duplicate
                Ok(end)
            }

            #[track_caller]
            pub(super) fn of(child: u32, inner: process::$name) -> io::Result<$name> {
                let end = $name::new(inner)?;
                end.0.io.emit_child(stringify!($name), child);
                Ok(end)
            }

            #[track_caller]
            fn new(inner: process::$name) -> io::Result<$name> {
                let fd = OwnedFd::from(inner);
                set_nonblocking(&fd, true)?;
                Ok($name(pipe::$end::of(fd.into())?))
            }

            /// Takes the descriptor out of its runtime, in blocking mode.
            pub fn into_owned_fd(self) -> io::Result<OwnedFd> {
                self.0.into_blocking_fd()
            }
        }

        impl TryFrom<$name> for Stdio {
            type Error = io::Error;

            fn try_from(end: $name) -> io::Result<Stdio> {
                Ok(end.into_owned_fd()?.into())
            }
        }

        impl_descriptor!(handle $name, self => self.0);
    };
}

pipe_end!(ChildStdin, Sender, "to a child's input. The child reads its end when this is dropped");
pipe_end!(ChildStdout, Receiver, "from a child's output");
pipe_end!(ChildStderr, Receiver, "from a child's error output");

impl AsyncRead for ChildStdout {
    read_through!(self => Pin::new(&mut self.get_mut().0));
}

impl AsyncRead for ChildStderr {
    read_through!(self => Pin::new(&mut self.get_mut().0));
}

impl AsyncWrite for ChildStdin {
    write_through!(self => Pin::new(&mut self.get_mut().0), self.0);
}
