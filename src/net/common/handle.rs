//! How does a `std` socket join a runtime, and how does it leave again?
//!
//! `from_std` takes over a `std` socket in non-blocking mode, and `into_std` gives it back. In
//! between, the descriptor can be borrowed to set options that have no method here. A socket that
//! isn't registered with a runtime yet converts from and into a descriptor.
//!
//! tokio: `from_std` panics for a blocking socket in debug builds, as here.

/// Panics if the socket is blocking, because its first read would block the whole thread.
#[cfg(unix)]
#[track_caller]
pub(in crate::net) fn assert_non_blocking<'s>(socket: impl Into<socket2::SockRef<'s>>) {
    if cfg!(debug_assertions) {
        let non_blocking = socket.into().nonblocking().unwrap_or(true);
        assert!(
            non_blocking,
            "this socket is in blocking mode: reading from it would stop the thread and every task \
             on it. Call `set_nonblocking(true)` before `from_std`"
        );
    }
}

/// Windows can't tell us whether a socket is blocking.
#[cfg(windows)]
pub(in crate::net) fn assert_non_blocking<'s>(_: impl Into<socket2::SockRef<'s>>) {}

/// `handle!(Socket: std's type, mio's type, interest, link)`: what finds the other end of one that
/// comes from elsewhere.
macro_rules! handle {
    ($socket:ident: $std:ty, $mio:ty, $interest:expr, $link:expr) => {
        impl $socket {
            /// Takes over a `std` socket, which must be in non-blocking mode.
            ///
            /// # Panics
            ///
            /// If called outside a runtime, or, in debug builds on Unix, if the socket is blocking.
            #[track_caller]
            pub fn from_std(socket: $std) -> std::io::Result<$socket> {
                crate::net::common::assert_non_blocking(&socket);
                $socket::made_elsewhere(socket, $link)
            }

            /// Takes the socket out of its runtime, still in non-blocking mode.
            #[cfg_attr(debug_assertions, track_caller)]
            pub fn into_std(self) -> std::io::Result<$std> {
                kettle_runtime::event::done_here(|| Ok(self.io.into_inner()?.into()))
            }

            /// Of a socket that may have another descriptor.
            #[track_caller]
            pub(in crate::net) fn made_elsewhere(
                socket: $std,
                link: impl FnOnce(
                    crate::net::common::link::Source,
                    &$mio,
                ) -> Option<crate::net::common::link::Held>,
            ) -> std::io::Result<$socket> {
                let mut made = $socket::from_mio(<$mio>::from_std(socket))?;
                if crate::net::common::is_ours(made.io.lend()) {
                    made.io.link(link);
                }
                Ok(made)
            }

            #[track_caller]
            pub(in crate::net) fn from_mio(io: $mio) -> std::io::Result<$socket> {
                Ok($socket { io: crate::io::evented::Evented::new(io, $interest)? })
            }
        }

        /// The same as `from_std`.
        impl TryFrom<$std> for $socket {
            type Error = std::io::Error;

            #[track_caller]
            fn try_from(socket: $std) -> std::io::Result<$socket> {
                $socket::from_std(socket)
            }
        }

        impl std::fmt::Debug for $socket {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.io.fmt(f)
            }
        }

        crate::io::impl_descriptor!(socket $socket, self => self.io.lend());
    };
}

/// `descriptor!(Socket)`: for a socket without a runtime, whose field `inner` is a
/// `socket2::Socket`.
macro_rules! descriptor {
    ($socket:ident) => {
        crate::io::impl_descriptor!(socket $socket, self => self.inner);

        #[cfg(unix)]
        impl std::os::fd::IntoRawFd for $socket {
            fn into_raw_fd(self) -> std::os::fd::RawFd {
                self.inner.into_raw_fd()
            }
        }

        #[cfg(unix)]
        impl From<$socket> for std::os::fd::OwnedFd {
            fn from(socket: $socket) -> std::os::fd::OwnedFd {
                socket.inner.into()
            }
        }

        /// The descriptor must be a socket of this kind in non-blocking mode, neither connected nor
        /// listening. tokio has `FromRawFd` for this, which is `unsafe`.
        #[cfg(unix)]
        impl From<std::os::fd::OwnedFd> for $socket {
            fn from(socket: std::os::fd::OwnedFd) -> $socket {
                $socket { inner: socket.into() }
            }
        }

        #[cfg(windows)]
        impl std::os::windows::io::IntoRawSocket for $socket {
            fn into_raw_socket(self) -> std::os::windows::io::RawSocket {
                self.inner.into_raw_socket()
            }
        }

        #[cfg(windows)]
        impl From<$socket> for std::os::windows::io::OwnedSocket {
            fn from(socket: $socket) -> std::os::windows::io::OwnedSocket {
                socket.inner.into()
            }
        }

        /// The same as `From<OwnedFd>` on Unix.
        #[cfg(windows)]
        impl From<std::os::windows::io::OwnedSocket> for $socket {
            fn from(socket: std::os::windows::io::OwnedSocket) -> $socket {
                $socket { inner: socket.into() }
            }
        }
    };
}

pub(in crate::net) use {descriptor, handle};
