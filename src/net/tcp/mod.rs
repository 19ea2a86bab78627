//! What are the parts of a TCP connection?
//!
//! The halves of a [`TcpStream`](super::TcpStream), for one task that reads and another that
//! writes: borrowed ([`ReadHalf`], [`WriteHalf`]) or owned ([`OwnedReadHalf`], [`OwnedWriteHalf`]).
//! The sockets themselves are re-exported one level up.
//!
//! tokio: `tokio::net::tcp`.

pub(super) mod listener;
pub(super) mod socket;
mod split;
mod split_owned;
pub(super) mod stream;
mod stream_options;
mod stream_ready;

pub use split::{ReadHalf, WriteHalf};
pub use split_owned::{OwnedReadHalf, OwnedWriteHalf, ReuniteError};

/// A blocking socket would stop the whole thread at its first try. tokio panics here as well.
#[cfg(unix)]
#[track_caller]
fn assert_non_blocking<'s>(socket: impl Into<socket2::SockRef<'s>>) {
    if cfg!(debug_assertions) {
        let non_blocking = socket.into().nonblocking().unwrap_or(true);
        assert!(
            non_blocking,
            "this socket is in blocking mode: reading from it would stop the thread and every task \
             on it. Call `set_nonblocking(true)` before `from_std`"
        );
    }
}

/// Windows can't be asked.
#[cfg(windows)]
fn assert_non_blocking<'s>(_: impl Into<socket2::SockRef<'s>>) {}
