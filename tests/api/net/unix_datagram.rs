//! `net::UnixDatagram`.

use std::future::poll_fn;
use std::io::ErrorKind;
use std::mem::MaybeUninit;
use std::net::Shutdown;
use std::os::fd::{AsFd, AsRawFd};

use kettle::io::ReadBuf;
use kettle::net::UnixDatagram;

use crate::help::{Folder, Polled};

/// Longer than what a stream zeroes for one read.
#[kettle::test]
async fn a_long_datagram_fills_a_growing_buffer_whole() {
    const LONG: usize = 100_000;
    let (one, other) = UnixDatagram::pair().unwrap();
    let sent = vec![7; LONG];
    for way in 0..4 {
        assert_eq!(one.send(&sent).await.unwrap(), LONG);
        other.readable().await.unwrap();
        let mut got = Vec::with_capacity(2 * LONG);
        let n = match way {
            0 => other.recv_buf(&mut got).await.unwrap(),
            1 => other.recv_buf_from(&mut got).await.unwrap().0,
            2 => other.try_recv_buf(&mut got).unwrap(),
            _ => other.try_recv_buf_from(&mut got).unwrap().0,
        };
        assert!(n == LONG && got == sent, "way {way}");
    }
    for with_sender in [false, true] {
        assert_eq!(one.send(&sent).await.unwrap(), LONG);
        let mut space = vec![MaybeUninit::uninit(); 2 * LONG];
        let mut got = ReadBuf::uninit(&mut space);
        if with_sender {
            poll_fn(|cx| other.poll_recv_from(cx, &mut got)).await.unwrap();
        } else {
            poll_fn(|cx| other.poll_recv(cx, &mut got)).await.unwrap();
        }
        assert!(got.filled() == sent);
    }
}

#[kettle::test]
async fn by_paths() {
    let folder = Folder::new();
    let (here, there) = (folder.at("here"), folder.at("there"));
    let one = UnixDatagram::bind(&here).unwrap();
    let other = UnixDatagram::bind(&there).unwrap();
    assert_eq!(UnixDatagram::bind(&here).unwrap_err().kind(), ErrorKind::AddrInUse);
    assert_eq!(one.local_addr().unwrap().as_pathname(), Some(here.as_path()));
    assert_eq!(one.send_to(b"hello", &there).await.unwrap(), 5);
    let mut buf = [0; 8];
    let (n, from) = other.recv_from(&mut buf).await.unwrap();
    assert_eq!((n, from.as_pathname()), (5, Some(here.as_path())));
    one.writable().await.unwrap();
    assert_eq!(one.try_send_to(b"x", &there).unwrap(), 1);
    other.readable().await.unwrap();
    let (n, from) = other.try_recv_from(&mut buf).unwrap();
    assert_eq!((n, from.as_pathname()), (1, Some(here.as_path())));

    assert!(one.peer_addr().is_err(), "not connected");
    one.connect(&there).unwrap();
    assert_eq!(one.peer_addr().unwrap().as_pathname(), Some(there.as_path()));
    one.send(b"again").await.unwrap();
    assert_eq!(other.recv(&mut buf).await.unwrap(), 5);

    let free = UnixDatagram::unbound().unwrap();
    assert!(free.local_addr().unwrap().is_unnamed());
    assert_eq!(free.send(b"x").await.unwrap_err().kind(), ErrorKind::NotConnected);
    let missing = free.send_to(b"x", folder.at("missing")).await.unwrap_err();
    assert_eq!(missing.kind(), ErrorKind::NotFound);
    assert_eq!(free.connect(folder.at("missing")).unwrap_err().kind(), ErrorKind::NotFound);
    drop(other);
    assert!(there.exists(), "the file stays");
    assert_eq!(free.send_to(b"x", &there).await.unwrap_err().kind(), ErrorKind::ConnectionRefused);
    assert!(free.take_error().unwrap().is_none());
}

/// None is lost: a sender waits until there is room.
#[kettle::test]
async fn a_sender_waits_for_room() {
    let (one, other) = UnixDatagram::pair().unwrap();
    one.writable().await.unwrap();
    let mut sent = 0_u64;
    while one.try_send(&[0; 1000]).is_ok() {
        sent += 1;
    }
    assert_eq!(one.try_send(&[0; 1000]).unwrap_err().kind(), ErrorKind::WouldBlock);
    let mut waiting = Polled::waiting(one.send(b"last"));
    let mut buf = [0; 1000];
    for _ in 0..sent {
        assert_eq!(other.recv(&mut buf).await.unwrap(), 1000);
    }
    assert_eq!(waiting.when_woken().await.unwrap(), 4);
    assert_eq!(other.recv(&mut buf).await.unwrap(), 4);
}

#[kettle::test]
async fn polled_by_hand() {
    let folder = Folder::new();
    let (one, other) = UnixDatagram::pair().unwrap();
    std::future::poll_fn(|cx| one.poll_send_ready(cx)).await.unwrap();
    assert_eq!(std::future::poll_fn(|cx| one.poll_send(cx, b"hello")).await.unwrap(), 5);
    std::future::poll_fn(|cx| other.poll_recv_ready(cx)).await.unwrap();
    let mut bytes = [0; 8];
    let mut buf = ReadBuf::new(&mut bytes);
    buf.put_slice(b">");
    std::future::poll_fn(|cx| other.poll_recv(cx, &mut buf)).await.unwrap();
    assert_eq!(buf.filled(), b">hello");
    let named = UnixDatagram::bind(folder.at("s")).unwrap();
    let free = UnixDatagram::unbound().unwrap();
    let sent = std::future::poll_fn(|cx| free.poll_send_to(cx, b"x", folder.at("s"))).await;
    assert_eq!(sent.unwrap(), 1);
    buf.clear();
    let from = std::future::poll_fn(|cx| named.poll_recv_from(cx, &mut buf)).await.unwrap();
    assert!(from.is_unnamed());
    assert_eq!(buf.filled(), b"x");
}

#[kettle::test]
async fn a_direction_that_is_shut_down() {
    let (one, other) = UnixDatagram::pair().unwrap();
    one.shutdown(Shutdown::Write).unwrap();
    assert_eq!(one.send(b"x").await.unwrap_err().kind(), ErrorKind::BrokenPipe);
    other.send(b"hello").await.unwrap();
    assert_eq!(one.recv(&mut [0; 8]).await.unwrap(), 5);
    one.shutdown(Shutdown::Read).unwrap();
    assert_eq!(other.send(b"x").await.unwrap_err().kind(), ErrorKind::BrokenPipe);
}

#[kettle::test]
async fn from_std_and_back() {
    let (one, other) = UnixDatagram::pair().unwrap();
    let fd = one.as_raw_fd();
    assert_eq!(one.as_fd().as_raw_fd(), fd);
    let one = UnixDatagram::try_from(one.into_std().unwrap()).unwrap();
    assert_eq!(one.as_raw_fd(), fd);
    other.send(b"hello").await.unwrap();
    assert_eq!(one.recv(&mut [0; 8]).await.unwrap(), 5);
    assert!(format!("{one:?}").contains("fd"));
}
