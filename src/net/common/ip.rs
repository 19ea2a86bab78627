//! Which options do TCP and UDP sockets share?
//!
//! tokio: the same methods on `TcpSocket` and `UdpSocket`.

/// `ip_options!(Socket, self => the socket inside)`: what `TcpSocket` and `UdpSocket` both have.
macro_rules! ip_options {
    ($socket:ident, $this:ident => $inner:expr) => {
        #[cfg(not(any(
            target_os = "fuchsia",
            target_os = "redox",
            target_os = "solaris",
            target_os = "illumos",
            target_os = "haiku"
        )))]
        impl $socket {
            /// Returns the type of service of outgoing packets (`IP_TOS`), which tells routers how
            /// to treat them. The two lowest bits are about congestion.
            pub fn tos_v4(&$this) -> std::io::Result<u32> {
                socket2::SockRef::from($inner).tos_v4()
            }

            /// Sets the type of service. Windows ignores it unless an administrator has allowed it.
            pub fn set_tos_v4(&$this, tos: u32) -> std::io::Result<()> {
                socket2::SockRef::from($inner).set_tos_v4(tos)
            }

            /// The earlier name of `tos_v4`.
            #[deprecated = "call `tos_v4`: the option is IPv4's"]
            #[doc(hidden)]
            pub fn tos(&$this) -> std::io::Result<u32> {
                $this.tos_v4()
            }

            /// The earlier name of `set_tos_v4`.
            #[deprecated = "call `set_tos_v4`: the option is IPv4's"]
            #[doc(hidden)]
            pub fn set_tos(&$this, tos: u32) -> std::io::Result<()> {
                $this.set_tos_v4(tos)
            }
        }

        #[cfg(any(
            target_os = "android",
            target_os = "dragonfly",
            target_os = "freebsd",
            target_os = "fuchsia",
            target_os = "linux",
            target_os = "macos",
            target_os = "netbsd",
            target_os = "openbsd",
            target_os = "cygwin"
        ))]
        impl $socket {
            /// Returns the traffic class, IPv6's type of service (`IPV6_TCLASS`).
            pub fn tclass_v6(&$this) -> std::io::Result<u32> {
                socket2::SockRef::from($inner).tclass_v6()
            }

            /// Sets the traffic class.
            pub fn set_tclass_v6(&$this, tclass: u32) -> std::io::Result<()> {
                socket2::SockRef::from($inner).set_tclass_v6(tclass)
            }
        }

        #[cfg(any(target_os = "android", target_os = "fuchsia", target_os = "linux"))]
        impl $socket {
            /// Returns the name of the network interface that the socket is bound to
            /// (`SO_BINDTODEVICE`), or `None` if it isn't bound to one.
            pub fn device(&$this) -> std::io::Result<Option<Vec<u8>>> {
                socket2::SockRef::from($inner).device()
            }

            /// Binds the socket to a network interface such as `b"eth0"`, so that it gets packets
            /// only from that one. `None` unbinds it.
            pub fn bind_device(&$this, interface: Option<&[u8]>) -> std::io::Result<()> {
                socket2::SockRef::from($inner).bind_device(interface)
            }
        }
    };
}

pub(in crate::net) use ip_options;
