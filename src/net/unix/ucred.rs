//! Which user is at the other end of a Unix socket?
//!
//! The system knows, and the peer can't lie: these are the numbers of the process that connected or
//! listened, at that moment.
//!
//! tokio: `tokio::net::unix::UCred`, which makes `unsafe` calls on fourteen systems. We ask `nix`,
//! which has the call for Linux only; elsewhere the answer is the error `Unsupported`. `rustix`
//! won't do: it assumes that the process's number can't be 0.

use std::io;
use std::os::fd::BorrowedFd;

#[cfg(any(target_os = "linux", target_os = "android"))]
use nix::sys::socket::{getsockopt, sockopt::PeerCredentials};

/// The number of a user.
#[allow(non_camel_case_types)] // C's name
pub type uid_t = u32;

/// The number of a group of users.
#[allow(non_camel_case_types)] // C's name
pub type gid_t = u32;

/// The number of a process, or of a group of processes.
#[allow(non_camel_case_types)] // C's name
pub type pid_t = i32;

/// User, group and process at the other end:
/// [`UnixStream::peer_cred`](crate::net::UnixStream::peer_cred).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct UCred {
    pid: Option<pid_t>,
    uid: uid_t,
    gid: gid_t,
}

impl UCred {
    /// The user.
    pub fn uid(&self) -> uid_t {
        self.uid
    }

    /// The user's group.
    pub fn gid(&self) -> gid_t {
        self.gid
    }

    /// The process, if the system tells. It may have ended, and another may have got the number. On
    /// Linux 0 is a process that this one can't see, or none: the socket is not connected.
    pub fn pid(&self) -> Option<pid_t> {
        self.pid
    }

    /// Asks the system.
    #[cfg(any(target_os = "linux", target_os = "android"))]
    pub(super) fn of(socket: BorrowedFd<'_>) -> io::Result<UCred> {
        let cred = getsockopt(&socket, PeerCredentials)?;
        Ok(UCred { pid: Some(cred.pid()), uid: cred.uid(), gid: cred.gid() })
    }

    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    pub(super) fn of(_: BorrowedFd<'_>) -> io::Result<UCred> {
        let what = "kettle can't ask this system which user is at the other end of a socket";
        Err(io::Error::new(io::ErrorKind::Unsupported, what))
    }
}
