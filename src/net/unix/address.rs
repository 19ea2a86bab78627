//! What is the address of a Unix socket?
//!
//! The path of a file, or on Linux an *abstract* name that isn't a file. A socket that only
//! connects needs no address at all.

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
    /// Makes an address from a path, or on Linux from an abstract name after a zero byte.
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

    /// Returns whether the socket has no address.
    pub fn is_unnamed(&self) -> bool {
        self.0.is_unnamed()
    }

    /// Returns the path, if the address is a file.
    pub fn as_pathname(&self) -> Option<&Path> {
        self.0.as_pathname()
    }

    /// Returns the name, if the address is an abstract one.
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
