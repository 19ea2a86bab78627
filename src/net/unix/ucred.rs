//! Which user is at the other end of a Unix socket?
//!
//! The system answers this, so the peer can't lie. The IDs belong to the process that connected or
//! listened, as it was at that moment.
//!
//! tokio: `tokio::net::unix::UCred` makes `unsafe` calls on fourteen systems. We use `nix`, whose
//! safe call exists only on Linux and Android; other systems give the error `Unsupported`. `rustix`
//! won't do, because it assumes that a process ID can't be 0.

use std::io;
use std::os::fd::BorrowedFd;

#[cfg(any(target_os = "linux", target_os = "android"))]
use nix::sys::socket::{getsockopt, sockopt::PeerCredentials};

/// A user ID.
#[allow(non_camel_case_types)] // C's name
pub type uid_t = u32;

/// The ID of a group of users.
#[allow(non_camel_case_types)] // C's name
pub type gid_t = u32;

/// The ID of a process or of a group of processes.
#[allow(non_camel_case_types)] // C's name
pub type pid_t = i32;

/// The user, group and process at the other end:
/// [`UnixStream::peer_cred`](crate::net::UnixStream::peer_cred).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct UCred {
    pid: Option<pid_t>,
    uid: uid_t,
    gid: gid_t,
}

impl UCred {
    /// Returns the user.
    pub fn uid(&self) -> uid_t {
        self.uid
    }

    /// Returns the user's group.
    pub fn gid(&self) -> gid_t {
        self.gid
    }

    /// Returns the process, if the system knows it. That process may have ended since, and its ID
    /// may now belong to another. On Linux 0 means that this process can't see the other one, or
    /// that the socket isn't connected.
    pub fn pid(&self) -> Option<pid_t> {
        self.pid
    }

    /// Asks the system about the other end of `socket`.
    #[cfg(any(target_os = "linux", target_os = "android"))]
    pub(super) fn of(socket: BorrowedFd<'_>) -> io::Result<UCred> {
        let cred = getsockopt(&socket, PeerCredentials)?;
        Ok(UCred { pid: Some(cred.pid()), uid: cred.uid(), gid: cred.gid() })
    }

    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    pub(super) fn of(_: BorrowedFd<'_>) -> io::Result<UCred> {
        let text = "peer credentials are not supported on this platform";
        Err(io::Error::new(io::ErrorKind::Unsupported, text))
    }
}
