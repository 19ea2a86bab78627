//! What is the address of this name?
//!
//! An address that is written out (`127.0.0.1:80`, an `IpAddr` and a port, a `SocketAddr`) needs no
//! lookup. A name (`localhost:80`) is looked up on the blocking pool, since the system's resolver
//! blocks.
//!
//! A name may have several addresses. `bind` and `connect` try them one after another.
//!
//! Interface: [`ToSocketAddrs`], [`lookup_host`]; [`first_of`] for `bind` and `connect`, and
//! [`resolve`].
//!
//! tokio: `net::ToSocketAddrs` has a future type for each kind of address; ours has one for all.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use kettle_runtime::{JoinHandle, has_schedule, spawn_blocking};

use crate::origin::located;

/// A value that can be turned into one or more socket addresses: `"127.0.0.1:80"`, `("localhost",
/// 80)`, a [`SocketAddr`], a slice of them and so on.
///
/// The trait can't be implemented outside this crate.
pub trait ToSocketAddrs: sealed::Resolve {}

/// Looks up a host's addresses. The host is written `name:port` or as a pair.
///
/// # Errors
///
/// If the resolver doesn't know the name, or if the text isn't an address (`InvalidInput`).
///
/// # Panics
///
/// If it is called with a name outside a runtime.
///
/// # Cancel safety
///
/// Nothing is lost if the future is dropped. A lookup that has started runs to its end on its
/// thread.
///
/// ```
/// # #[kettle::main] async fn main() -> std::io::Result<()> {
/// for address in kettle::net::lookup_host("localhost:80").await? {
///     assert!(address.ip().is_loopback());
/// }
/// # Ok(()) }
/// ```
#[track_caller]
pub fn lookup_host<T: ToSocketAddrs>(
    host: T,
) -> impl Future<Output = io::Result<impl Iterator<Item = SocketAddr>>> {
    located(async { Ok(resolve(host).await?.into_iter()) })
}

pub(super) fn resolve(host: impl ToSocketAddrs) -> Resolving {
    host.resolve()
}

/// Tries the addresses of `host` in order until `attempt` succeeds, or returns the last error.
pub(super) async fn first_of<R, F: Future<Output = io::Result<R>>>(
    host: impl ToSocketAddrs,
    mut attempt: impl FnMut(SocketAddr) -> F,
) -> io::Result<R> {
    let mut last = None;
    for address in resolve(host).await? {
        match attempt(address).await {
            Ok(found) => return Ok(found),
            Err(error) => last = Some(error),
        }
    }
    Err(last.unwrap_or_else(no_address))
}

/// The error for a name without addresses, if no attempt has failed with an error of its own.
pub(super) fn no_address() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, "the host name has no address")
}

mod sealed {
    pub trait Resolve {
        #[doc(hidden)]
        fn resolve(&self) -> super::Resolving;
    }
}

/// The addresses, or the job that looks them up.
#[doc(hidden)]
#[derive(Debug)]
pub enum Resolving {
    Known(Vec<SocketAddr>),
    Lookup(JoinHandle<io::Result<Vec<SocketAddr>>>),
}

impl Resolving {
    fn known(address: impl Into<SocketAddr>) -> Resolving {
        Resolving::Known(vec![address.into()])
    }

    /// Asks the system's resolver: in a search on this thread, if it need not ask anybody else.
    fn look_up<A>(host: A, name: &str) -> Resolving
    where
        A: std::net::ToSocketAddrs + Send + 'static,
    {
        if cfg!(debug_assertions)
            && (name == "localhost" && has_schedule())
            && let Ok(found) = host.to_socket_addrs()
        {
            return Resolving::Known(found.collect());
        }
        Resolving::Lookup(spawn_blocking(move || Ok(host.to_socket_addrs()?.collect())))
    }
}

impl Future for Resolving {
    type Output = io::Result<Vec<SocketAddr>>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        Poll::Ready(match self.get_mut() {
            Resolving::Known(addresses) => Ok(std::mem::take(addresses)),
            Resolving::Lookup(job) => match ready!(Pin::new(job).poll(cx)) {
                Ok(answer) => answer,
                // The runtime ended before the resolver answered, or the resolver panicked.
                Err(error) => Err(io::Error::other(error)),
            },
        })
    }
}

impl<T: ToSocketAddrs + ?Sized> ToSocketAddrs for &T {}

impl<T: ToSocketAddrs + ?Sized> sealed::Resolve for &T {
    fn resolve(&self) -> Resolving {
        (**self).resolve()
    }
}

impl ToSocketAddrs for str {}

impl sealed::Resolve for str {
    fn resolve(&self) -> Resolving {
        let name = self.rsplit_once(':').map_or(self, |(name, _)| name);
        match self.parse::<SocketAddr>() {
            Ok(address) => Resolving::known(address),
            Err(_) => Resolving::look_up(self.to_owned(), name),
        }
    }
}

impl ToSocketAddrs for String {}

impl sealed::Resolve for String {
    fn resolve(&self) -> Resolving {
        self.as_str().resolve()
    }
}

impl ToSocketAddrs for (&str, u16) {}

impl sealed::Resolve for (&str, u16) {
    fn resolve(&self) -> Resolving {
        let (host, port) = *self;
        match host.parse::<IpAddr>() {
            Ok(ip) => Resolving::known((ip, port)),
            Err(_) => Resolving::look_up((host.to_owned(), port), host),
        }
    }
}

impl ToSocketAddrs for (String, u16) {}

impl sealed::Resolve for (String, u16) {
    fn resolve(&self) -> Resolving {
        (self.0.as_str(), self.1).resolve()
    }
}

/// The types of an address that is written out.
macro_rules! known {
    ($($address:ty),*) => { $(
        impl ToSocketAddrs for $address {}

        impl sealed::Resolve for $address {
            fn resolve(&self) -> Resolving {
                Resolving::known(*self)
            }
        }
    )* };
}

known!(SocketAddr, SocketAddrV4, SocketAddrV6, (IpAddr, u16), (Ipv4Addr, u16), (Ipv6Addr, u16));

impl ToSocketAddrs for &[SocketAddr] {}

impl sealed::Resolve for &[SocketAddr] {
    fn resolve(&self) -> Resolving {
        Resolving::Known(self.to_vec())
    }
}
