//! What is the address of a Unix socket?
//!
//! A file, or on Linux a name that isn't a file (*abstract*), or nothing: a socket that only
//! connects needs no address.

use std::fmt;
use std::io;
use std::os::unix::net;
use std::path::Path;

/// The address of a Unix socket.
///
/// ```
/// use kettle::net::unix::SocketAddr;
///
/// let address = std::os::unix::net::SocketAddr::from_pathname("/run/tea.sock").unwrap();
/// let address = SocketAddr::from(address);
/// assert_eq!(address.as_pathname().unwrap().to_str(), Some("/run/tea.sock"));
/// assert!(!address.is_unnamed());
/// ```
#[derive(Clone)]
pub struct SocketAddr(pub(super) net::SocketAddr);

impl SocketAddr {
    /// Of a path. On Linux one that begins with a zero byte is an abstract name.
    pub(super) fn of_path(path: &Path) -> io::Result<SocketAddr> {
        #[cfg(any(target_os = "linux", target_os = "android"))]
        {
            use std::os::unix::ffi::OsStrExt;
            if let Some(name) = path.as_os_str().as_bytes().strip_prefix(b"\0") {
                return <net::SocketAddr as Abstract>::from_abstract_name(name).map(SocketAddr);
            }
        }
        net::SocketAddr::from_pathname(path).map(SocketAddr)
    }

    /// Has the socket no address?
    pub fn is_unnamed(&self) -> bool {
        self.0.is_unnamed()
    }

    /// The file, if the address is one.
    pub fn as_pathname(&self) -> Option<&Path> {
        self.0.as_pathname()
    }

    /// The abstract name, if the address is one.
    #[cfg(any(target_os = "linux", target_os = "android"))]
    pub fn as_abstract_name(&self) -> Option<&[u8]> {
        Abstract::as_abstract_name(&self.0)
    }
}

#[cfg(target_os = "android")]
use std::os::android::net::SocketAddrExt as Abstract;
#[cfg(target_os = "linux")]
use std::os::linux::net::SocketAddrExt as Abstract;

impl fmt::Debug for SocketAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl From<net::SocketAddr> for SocketAddr {
    fn from(address: net::SocketAddr) -> SocketAddr {
        SocketAddr(address)
    }
}

impl From<SocketAddr> for net::SocketAddr {
    fn from(address: SocketAddr) -> net::SocketAddr {
        address.0
    }
}
