//! `net::TcpSocket`.

use std::io::ErrorKind;
use std::net::{Ipv6Addr, SocketAddr};
#[cfg(unix)]
use std::os::fd::{AsFd, AsRawFd, IntoRawFd};
use std::time::Duration;

use kettle::net::TcpSocket;

fn loopback() -> SocketAddr {
    "127.0.0.1:0".parse().unwrap()
}

#[cfg(unix)]
#[test]
#[allow(deprecated)] // tokio warns of `set_linger`: a drop may block
fn options_are_read_back() {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_keepalive(true).unwrap();
    assert!(socket.keepalive().unwrap());
    socket.set_nodelay(true).unwrap();
    assert!(socket.nodelay().unwrap());
    socket.set_reuseaddr(true).unwrap();
    assert!(socket.reuseaddr().unwrap());
    socket.set_reuseport(true).unwrap();
    assert!(socket.reuseport().unwrap());
    socket.set_send_buffer_size(20_000).unwrap();
    assert!(socket.send_buffer_size().unwrap() >= 20_000);
    socket.set_recv_buffer_size(20_000).unwrap();
    assert!(socket.recv_buffer_size().unwrap() >= 20_000);
    socket.set_linger(Some(Duration::from_secs(3))).unwrap();
    assert_eq!(socket.linger().unwrap(), Some(Duration::from_secs(3)));
    socket.set_zero_linger().unwrap();
    assert_eq!(socket.linger().unwrap(), Some(Duration::ZERO));
    socket.set_tos_v4(0x28).unwrap();
    assert_eq!(socket.tos_v4().unwrap(), 0x28);
    socket.set_tos(0x10).unwrap(); // the earlier name
    assert_eq!(socket.tos().unwrap(), 0x10);
    assert!(socket.take_error().unwrap().is_none());
}

/// A machine may have no IPv6.
#[cfg(unix)]
#[test]
fn options_of_ipv6() {
    let Ok(socket) = TcpSocket::new_v6() else { return };
    socket.set_tclass_v6(0x28).unwrap();
    assert_eq!(socket.tclass_v6().unwrap(), 0x28);
    if socket.bind((Ipv6Addr::LOCALHOST, 0).into()).is_ok() {
        assert!(socket.local_addr().unwrap().is_ipv6());
    }
}

#[cfg(target_os = "linux")]
#[test]
fn an_interface() {
    let socket = TcpSocket::new_v4().unwrap();
    assert_eq!(socket.device().unwrap(), None);
    let missing = socket.bind_device(Some(b"no-such-device")).unwrap_err();
    // Which is asked first, the right or the name, is the kernel's to say.
    assert!(matches!(missing.raw_os_error(), Some(1 | 19)), "EPERM or ENODEV, but {missing:?}");
    // Without the right to do it at all, the rest can't be asked.
    if socket.bind_device(Some(b"lo")).is_ok() {
        assert_eq!(socket.device().unwrap().as_deref(), Some(&b"lo"[..]));
        socket.bind_device(None).unwrap();
        assert_eq!(socket.device().unwrap(), None);
    }
}

#[cfg(unix)]
#[kettle::test]
async fn two_listeners_share_a_port() {
    let one = TcpSocket::new_v4().unwrap();
    one.set_reuseport(true).unwrap();
    one.bind(loopback()).unwrap();
    let address = one.local_addr().unwrap();
    let one = one.listen(16).unwrap();
    let other = TcpSocket::new_v4().unwrap();
    assert_eq!(other.bind(address).unwrap_err().kind(), ErrorKind::AddrInUse);
    let other = TcpSocket::new_v4().unwrap();
    other.set_reuseport(true).unwrap();
    other.bind(address).unwrap();
    let other = other.listen(16).unwrap();
    let _near = TcpSocket::new_v4().unwrap().connect(address).await.unwrap();
    kettle::select! {
        taken = one.accept() => drop(taken.unwrap()),
        taken = other.accept() => drop(taken.unwrap()),
    }
}

#[kettle::test]
async fn a_bound_socket_connects_from_its_address() {
    let listener = TcpSocket::new_v4().unwrap();
    listener.bind(loopback()).unwrap();
    let listener = listener.listen(1).unwrap();
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(loopback()).unwrap();
    let from = socket.local_addr().unwrap();
    let near = socket.connect(listener.local_addr().unwrap()).await.unwrap();
    assert_eq!(near.local_addr().unwrap(), from);
    assert_eq!(listener.accept().await.unwrap().1, from);
}

/// Nothing is sent before the first write, and until then there is no peer.
#[cfg(target_os = "linux")]
#[kettle::test]
async fn with_fast_open_the_first_write_connects() {
    use std::io::Read;
    use std::process::Command;

    use kettle::io::AsyncWriteExt;

    use crate::help::Polled;

    let listener = std::net::TcpListener::bind(loopback()).unwrap();
    let socket = TcpSocket::new_v4().unwrap();
    // TCP_FASTOPEN_CONNECT and _NO_COOKIE: no crate here sets them without `unsafe`.
    let set = "setsockopt(STDIN, 6, $_, pack('i', 1)) or die $! for 30, 34";
    let copy = socket.as_fd().try_clone_to_owned().unwrap();
    let perl = Command::new("perl").args(["-e", set]).stdin(copy).status().unwrap();
    assert!(perl.success());
    let mut connects = Polled::waiting(socket.connect(listener.local_addr().unwrap()));
    let mut near = connects.when_woken().await.unwrap();
    assert_eq!(near.peer_addr().unwrap_err().kind(), ErrorKind::NotConnected);
    near.write_all(b"tea").await.unwrap();
    let mut read = [0; 3];
    listener.accept().unwrap().0.read_exact(&mut read).unwrap();
    assert_eq!(&read, b"tea");
}

#[cfg(unix)]
#[kettle::test]
async fn descriptors() {
    let socket = TcpSocket::new_v4().unwrap();
    assert_eq!(socket.as_fd().as_raw_fd(), socket.as_raw_fd());
    let fd = socket.as_raw_fd();
    assert!(format!("{socket:?}").contains(&fd.to_string()));
    let copy = socket.as_fd().try_clone_to_owned().unwrap();
    assert_eq!(socket.into_raw_fd(), fd); // and stays open
    // A socket of std that is not connected, made with options of its own.
    let socket = TcpSocket::from_std_stream(std::net::TcpStream::from(copy));
    socket.bind(loopback()).unwrap();
    drop(socket.listen(1).unwrap());
}

/// kettle's own, in place of `FromRawFd`.
#[cfg(unix)]
#[cfg(not(on_tokio))]
#[kettle::test]
async fn from_an_owned_descriptor_and_back() {
    use kettle::net::UnixSocket;
    use std::os::fd::OwnedFd;
    let socket = TcpSocket::new_v4().unwrap();
    let fd = socket.as_raw_fd();
    let owned = OwnedFd::from(socket);
    assert_eq!(owned.as_raw_fd(), fd);
    let socket = TcpSocket::from(owned);
    socket.bind(loopback()).unwrap();
    drop(socket.listen(1).unwrap());
    let socket = UnixSocket::from(OwnedFd::from(UnixSocket::new_stream().unwrap()));
    drop(socket);
}
