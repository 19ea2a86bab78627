//! `net::UdpSocket`.

use std::io::ErrorKind;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
#[cfg(unix)]
use std::os::fd::{AsFd, AsRawFd};

use kettle::io::ReadBuf;
use kettle::net::UdpSocket;

async fn bound() -> UdpSocket {
    UdpSocket::bind("127.0.0.1:0").await.expect("a socket")
}

/// Two that are connected with each other.
async fn pair() -> (UdpSocket, UdpSocket) {
    let (one, other) = (bound().await, bound().await);
    one.connect(other.local_addr().unwrap()).await.unwrap();
    other.connect(one.local_addr().unwrap()).await.unwrap();
    (one, other)
}

#[kettle::test]
async fn datagrams_keep_their_bounds() {
    let (one, other) = pair().await;
    assert_eq!(one.send(b"one").await.unwrap(), 3);
    assert_eq!(one.send(b"").await.unwrap(), 0);
    assert_eq!(one.send(b"three").await.unwrap(), 5);
    let mut buf = [0; 16];
    assert_eq!(other.recv(&mut buf).await.unwrap(), 3);
    assert_eq!(&buf[..3], b"one");
    assert_eq!(other.recv(&mut buf).await.unwrap(), 0, "an empty datagram is one");
    // What does not fit is lost; the next call gets the next datagram.
    one.send(b"four").await.unwrap();
    assert_eq!(other.recv(&mut buf[..2]).await.unwrap(), 2);
    assert_eq!(&buf[..2], b"th");
    assert_eq!(other.recv(&mut buf).await.unwrap(), 4);
    assert_eq!(&buf[..4], b"four");
}

#[kettle::test]
async fn a_sender_is_named_and_a_receiver_too() {
    let (one, other) = (bound().await, bound().await);
    let (from, to) = (one.local_addr().unwrap(), other.local_addr().unwrap());
    assert_eq!(one.send_to(b"hello", to).await.unwrap(), 5);
    let mut buf = [0; 16];
    assert_eq!(other.recv_from(&mut buf).await.unwrap(), (5, from));
    // By a name, and of several addresses the first.
    let port = to.port();
    assert_eq!(one.send_to(b"a", &[to, from][..]).await.unwrap(), 1);
    assert_eq!(one.send_to(b"b", ("127.0.0.1", port)).await.unwrap(), 1);
    assert_eq!(other.recv(&mut buf).await.unwrap(), 1);
    assert_eq!(other.recv(&mut buf).await.unwrap(), 1);
    assert_eq!(&buf[..1], b"b");
    let none: &[SocketAddr] = &[];
    assert_eq!(one.send_to(b"x", none).await.unwrap_err().kind(), ErrorKind::InvalidInput);
    assert_eq!(one.connect(none).await.unwrap_err().kind(), ErrorKind::InvalidInput);
    assert_eq!(UdpSocket::bind(none).await.unwrap_err().kind(), ErrorKind::InvalidInput);
    assert_eq!(UdpSocket::bind(to).await.unwrap_err().kind(), ErrorKind::AddrInUse);
}

#[kettle::test]
async fn a_connected_socket_hears_its_peer_only() {
    let (one, other) = pair().await;
    let stranger = bound().await;
    stranger.send_to(b"noise", one.local_addr().unwrap()).await.unwrap();
    other.send(b"signal").await.unwrap();
    let mut buf = [0; 16];
    assert_eq!(one.recv(&mut buf).await.unwrap(), 6);
    assert_eq!(one.peer_addr().unwrap(), other.local_addr().unwrap());
    assert_eq!(stranger.peer_addr().unwrap_err().kind(), ErrorKind::NotConnected);
}

#[kettle::test]
async fn a_port_without_a_program_is_an_error_at_the_sender() {
    let one = bound().await;
    let gone = bound().await.local_addr().unwrap();
    one.connect(gone).await.unwrap();
    one.send(b"hello").await.unwrap();
    assert_eq!(one.recv(&mut [0; 8]).await.unwrap_err().kind(), ErrorKind::ConnectionRefused);
    assert!(one.take_error().unwrap().is_none(), "it was taken");
}

#[kettle::test]
async fn tries_say_would_block() {
    let (one, other) = pair().await;
    let from = other.local_addr().unwrap();
    let mut buf = [0; 8];
    let blocked = ErrorKind::WouldBlock;
    assert_eq!(one.try_recv(&mut buf).unwrap_err().kind(), blocked);
    assert_eq!(one.try_recv_from(&mut buf).unwrap_err().kind(), blocked);
    assert_eq!(one.try_peek(&mut buf).unwrap_err().kind(), blocked);
    assert_eq!(one.try_peek_from(&mut buf).unwrap_err().kind(), blocked);
    assert_eq!(one.try_peek_sender().unwrap_err().kind(), blocked);
    other.writable().await.unwrap();
    assert_eq!(other.try_send(b"hello").unwrap(), 5);
    one.readable().await.unwrap();
    assert_eq!(one.try_peek_sender().unwrap(), from);
    assert_eq!(one.try_peek(&mut buf).unwrap(), 5);
    assert_eq!(one.try_peek_from(&mut buf[..2]).unwrap(), (2, from));
    assert_eq!(one.try_recv_from(&mut buf).unwrap(), (5, from));
    let free = bound().await;
    free.writable().await.unwrap();
    assert_eq!(free.try_send_to(b"x", from).unwrap(), 1);
}

#[kettle::test]
async fn a_peek_takes_nothing() {
    let (one, other) = pair().await;
    other.send(b"hello").await.unwrap();
    let from = other.local_addr().unwrap();
    let mut buf = [0; 8];
    assert_eq!(one.peek(&mut buf[..3]).await.unwrap(), 3);
    assert_eq!(one.peek_from(&mut buf).await.unwrap(), (5, from));
    assert_eq!(one.peek_sender().await.unwrap(), from);
    assert_eq!(one.recv_from(&mut buf).await.unwrap(), (5, from));
}

#[kettle::test]
async fn polled_by_hand() {
    let (one, other) = pair().await;
    let from = other.local_addr().unwrap();
    std::future::poll_fn(|cx| other.poll_send_ready(cx)).await.unwrap();
    assert_eq!(std::future::poll_fn(|cx| other.poll_send(cx, b"hello")).await.unwrap(), 5);
    std::future::poll_fn(|cx| one.poll_recv_ready(cx)).await.unwrap();
    let mut bytes = [0; 8];
    let mut buf = ReadBuf::new(&mut bytes);
    buf.put_slice(b">");
    std::future::poll_fn(|cx| one.poll_peek(cx, &mut buf)).await.unwrap();
    assert_eq!(buf.filled(), b">hello", "behind what was there");
    buf.set_filled(1);
    let peeked = std::future::poll_fn(|cx| one.poll_peek_from(cx, &mut buf)).await.unwrap();
    assert_eq!((peeked, buf.filled()), (from, &b">hello"[..]));
    assert_eq!(std::future::poll_fn(|cx| one.poll_peek_sender(cx)).await.unwrap(), from);
    buf.clear();
    std::future::poll_fn(|cx| one.poll_recv(cx, &mut buf)).await.unwrap();
    assert_eq!(buf.filled(), b"hello");
    let free = bound().await;
    let to = free.local_addr().unwrap();
    assert_eq!(std::future::poll_fn(|cx| one.poll_send_to(cx, b"x", from)).await.unwrap(), 1);
    one.connect(to).await.unwrap();
    one.send(b"to free").await.unwrap();
    buf.clear();
    let sender = std::future::poll_fn(|cx| free.poll_recv_from(cx, &mut buf)).await.unwrap();
    assert_eq!((sender, buf.filled()), (one.local_addr().unwrap(), &b"to free"[..]));
}

#[kettle::test]
async fn options() {
    let one = UdpSocket::bind("0.0.0.0:0").await.unwrap();
    one.set_broadcast(true).unwrap();
    assert!(one.broadcast().unwrap());
    one.set_ttl(33).unwrap();
    assert_eq!(one.ttl().unwrap(), 33);
    one.set_tos_v4(0x10).unwrap();
    assert_eq!(one.tos_v4().unwrap(), 0x10);
    one.set_multicast_loop_v4(false).unwrap();
    assert!(!one.multicast_loop_v4().unwrap());
    one.set_multicast_ttl_v4(7).unwrap();
    assert_eq!(one.multicast_ttl_v4().unwrap(), 7);
    let group = Ipv4Addr::new(224, 0, 0, 77);
    let unjoined = one.leave_multicast_v4(group, Ipv4Addr::UNSPECIFIED).unwrap_err();
    assert_eq!(unjoined.kind(), ErrorKind::AddrNotAvailable);
    one.join_multicast_v4(group, Ipv4Addr::LOCALHOST).unwrap();
    one.leave_multicast_v4(group, Ipv4Addr::LOCALHOST).unwrap();
    #[cfg(target_os = "linux")]
    assert_eq!(one.device().unwrap(), None);
    assert!(one.take_error().unwrap().is_none());
}

/// A machine may have no IPv6.
#[cfg(unix)]
#[kettle::test]
async fn options_of_ipv6() {
    let Ok(one) = UdpSocket::bind((Ipv6Addr::LOCALHOST, 0)).await else { return };
    one.set_multicast_loop_v6(false).unwrap();
    assert!(!one.multicast_loop_v6().unwrap());
    one.set_tclass_v6(0x20).unwrap();
    assert_eq!(one.tclass_v6().unwrap(), 0x20);
    let group = "ff02::77".parse().unwrap();
    assert!(one.leave_multicast_v6(&group, 0).is_err(), "not joined");
}

#[cfg(unix)]
#[kettle::test]
async fn from_std_and_back() {
    let (one, other) = pair().await;
    let fd = one.as_raw_fd();
    assert_eq!(one.as_fd().as_raw_fd(), fd);
    let std = one.into_std().unwrap();
    assert_eq!(std.as_raw_fd(), fd);
    other.send(b"hello").await.unwrap();
    let one = UdpSocket::try_from(std).unwrap();
    assert_eq!(one.recv(&mut [0; 8]).await.unwrap(), 5);
    assert!(format!("{one:?}").contains("127.0.0.1"));
}
