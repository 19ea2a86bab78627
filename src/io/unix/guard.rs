//! Which readiness did a wait for a descriptor find, and was it true?
//!
//! A guard holds the readiness that the wait found. If the program's attempt returns `WouldBlock`,
//! the guard clears that readiness, so that the next wait needs a new report. Dropping a guard
//! doesn't clear anything. The other side's end, once reported, is never cleared.
//!
//! tokio: `AsyncFdReadyGuard`, `AsyncFdReadyMutGuard`, `TryIoError`.

use std::fmt;
use std::io;
use std::os::fd::AsRawFd;

use kettle_runtime::event::done_here;
use kettle_runtime::{Found, Pollable};

use super::async_fd::AsyncFd;
use crate::io::evented::Evented;
use crate::io::{Interest, Ready};

/// The readiness that a wait on an [`AsyncFd`] has found.
#[must_use = "a guard that is only dropped clears nothing, and the next wait is over at once"]
pub struct AsyncFdReadyGuard<'a, T: AsRawFd> {
    fd: &'a AsyncFd<T>,
    readiness: Readiness,
}

/// The readiness that a wait on an [`AsyncFd`] has found, with mutable access to the object.
#[must_use = "a guard that is only dropped clears nothing, and the next wait is over at once"]
pub struct AsyncFdReadyMutGuard<'a, T: AsRawFd> {
    fd: &'a mut AsyncFd<T>,
    readiness: Readiness,
}

/// The error of an attempt that returned `WouldBlock`, since the descriptor wasn't ready after all.
#[derive(Debug)]
pub struct TryIoError(());

/// The readiness that was found and not cleared.
struct Readiness {
    found: Found,
    ready: Ready,
}

impl Readiness {
    fn new(found: Found, interest: Interest) -> Readiness {
        Readiness { ready: Ready::new(&found, interest), found }
    }

    /// Records an attempt, and clears the readiness if it returned `WouldBlock`. If several
    /// directions were found ready, nobody knows which was tried, so the attempt isn't recorded.
    fn tried<S: Pollable, R>(
        &mut self,
        io: &Evented<S>,
        result: io::Result<R>,
    ) -> Result<io::Result<R>, TryIoError> {
        let mut directions = self.ready.directions();
        if let (Some(direction), None) = (directions.next(), directions.next()) {
            io.emit_try(direction, &result);
        }
        match result {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                self.clear(io, Ready::ALL);
                Err(TryIoError(()))
            }
            result => Ok(result),
        }
    }

    /// Clears `which`, because it turned out to be wrong.
    fn clear<S: Pollable>(&mut self, io: &Evented<S>, which: Ready) {
        let _ = io.forget(&self.found, self.ready & which); // registered, so it can't fail
        self.ready = self.ready - which;
    }
}

impl<'a, T: AsRawFd> AsyncFdReadyGuard<'a, T> {
    pub(super) fn new(fd: &'a AsyncFd<T>, found: Found, interest: Interest) -> Self {
        AsyncFdReadyGuard { fd, readiness: Readiness::new(found, interest) }
    }

    /// Tries `f`, and clears the readiness if `f` returns `WouldBlock`, which must come from the
    /// descriptor.
    ///
    /// # Errors
    ///
    /// [`TryIoError`] for a `WouldBlock`; any other result of `f` is inside the `Ok`.
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn try_io<R>(
        &mut self,
        f: impl FnOnce(&'a AsyncFd<T>) -> io::Result<R>,
    ) -> Result<io::Result<R>, TryIoError> {
        done_here(|| {
            let result = f(self.fd);
            self.readiness.tried(&self.fd.io, result)
        })
    }

    /// Returns the descriptor.
    pub fn get_ref(&self) -> &'a AsyncFd<T> {
        self.fd
    }

    /// Returns the object that has the descriptor.
    pub fn get_inner(&self) -> &'a T {
        self.fd.get_ref()
    }
}

impl<'a, T: AsRawFd> AsyncFdReadyMutGuard<'a, T> {
    pub(super) fn new(fd: &'a mut AsyncFd<T>, found: Found, interest: Interest) -> Self {
        AsyncFdReadyMutGuard { fd, readiness: Readiness::new(found, interest) }
    }

    /// [`AsyncFdReadyGuard::try_io`] with an operation that changes the object.
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn try_io<R>(
        &mut self,
        f: impl FnOnce(&mut AsyncFd<T>) -> io::Result<R>,
    ) -> Result<io::Result<R>, TryIoError> {
        done_here(|| {
            let result = f(self.fd);
            self.readiness.tried(&self.fd.io, result)
        })
    }

    /// Returns the descriptor.
    pub fn get_ref(&self) -> &AsyncFd<T> {
        self.fd
    }

    /// Returns the descriptor mutably.
    pub fn get_mut(&mut self) -> &mut AsyncFd<T> {
        self.fd
    }

    /// Returns the object that has the descriptor.
    pub fn get_inner(&self) -> &T {
        self.fd.get_ref()
    }

    /// Returns the object mutably.
    pub fn get_inner_mut(&mut self) -> &mut T {
        self.fd.get_mut()
    }
}

/// Both guards' methods for readiness.
macro_rules! guard {
    ($guard:ident, $name:literal) => {
        impl<T: AsRawFd> $guard<'_, T> {
            /// Clears the readiness, because an operation's `WouldBlock` has shown that it is
            /// wrong. Doesn't clear reports that came after the wait.
            #[cfg_attr(debug_assertions, track_caller)]
            pub fn clear_ready(&mut self) {
                self.clear_ready_matching(Ready::ALL);
            }

            /// Clears only a part of the readiness.
            #[cfg_attr(debug_assertions, track_caller)]
            pub fn clear_ready_matching(&mut self, ready: Ready) {
                done_here(|| self.readiness.clear(&self.fd.io, ready));
            }

            /// Does nothing, but says in the program's text that the descriptor is still ready.
            // Nothing to do, as in tokio.
            #[allow(clippy::unused_self)]
            pub fn retain_ready(&mut self) {}

            /// Returns the readiness that was found and not cleared.
            pub fn ready(&self) -> Ready {
                self.readiness.ready
            }
        }

        impl<T: AsRawFd + fmt::Debug> fmt::Debug for $guard<'_, T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct($name).field("async_fd", &self.fd).finish()
            }
        }
    };
}

guard!(AsyncFdReadyGuard, "ReadyGuard");
guard!(AsyncFdReadyMutGuard, "MutReadyGuard");
