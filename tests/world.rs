//! Is what one end does at the other end at once?
//!
//! On Linux's loopback it is, but for TCP beyond 128 KiB unread, or without `TCP_NODELAY`: a look
//! of timeout 0, made after a write, names the other end, and all the bytes are there. By that a
//! hang is proven although sockets are open, and a virtual clock jumps (`src/net/common/link.rs`).
//! If this fails on your system, for example in a sandbox with a network stack of its own, believe
//! no verdict about sockets there.
#![cfg(target_os = "linux")]

use std::io::{self, ErrorKind, Read, Write, pipe};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream, UdpSocket};
use std::os::fd::AsRawFd;
use std::os::unix::net::{UnixDatagram, UnixStream};
use std::time::Duration;

use mio::unix::SourceFd;
use mio::{Events, Interest, Poll, Token};
use socket2::SockRef;

const LOOKS: usize = 20_000;
const HERE: (Ipv4Addr, u16) = (Ipv4Addr::LOCALHOST, 0);

/// A selector that reports edges, as kettle's does.
struct Selector(Poll, Events);

impl Selector {
    fn new() -> Selector {
        Selector(Poll::new().unwrap(), Events::with_capacity(64))
    }

    fn add(&self, fd: &impl AsRawFd, token: usize) {
        let interest = Interest::READABLE.add(Interest::WRITABLE);
        let (fd, registry) = (fd.as_raw_fd(), self.0.registry());
        registry.register(&mut SourceFd(&fd), Token(token), interest).unwrap();
    }

    /// Does a look of timeout 0 name it?
    fn names(&mut self, token: usize, is_so: impl Fn(&mio::event::Event) -> bool) -> bool {
        self.0.poll(&mut self.1, Some(Duration::ZERO)).unwrap();
        self.1.iter().any(|event| event.token() == Token(token) && is_so(event))
    }
}

fn is_empty(result: io::Result<usize>) -> bool {
    result.is_err_and(|error| error.kind() == ErrorKind::WouldBlock)
}

/// Lengths from 1 to `most`, mixed.
fn lengths(most: usize) -> impl Iterator<Item = usize> {
    (0..LOOKS).map(move |nth| 1 + nth.wrapping_mul(2_654_435_761) % most)
}

/// One end writes, and the other, which was empty, is named and has it all.
fn at_once(
    [one, other]: [&dyn AsRawFd; 2],
    most: usize,
    mut write: impl FnMut(&[u8]) -> io::Result<usize>,
    mut read: impl FnMut(&mut [u8]) -> io::Result<usize>,
) {
    let (mut selector, mut bytes) = (Selector::new(), vec![1; most]);
    selector.add(&one.as_raw_fd(), 0);
    selector.add(&other.as_raw_fd(), 1);
    assert!(is_empty(read(&mut bytes)));
    for (nth, length) in lengths(most).enumerate() {
        let mut left = write(&bytes[..length]).unwrap();
        assert!(selector.names(1, mio::event::Event::is_readable), "missed after {nth} looks");
        while left > 0 {
            left -= read(&mut bytes).unwrap();
        }
        assert!(is_empty(read(&mut bytes)));
    }
}

fn connection(listener: &TcpListener) -> (TcpStream, TcpStream) {
    let one = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let other = listener.accept().unwrap().0;
    for end in [&one, &other] {
        end.set_nodelay(true).unwrap();
        end.set_nonblocking(true).unwrap();
    }
    (one, other)
}

#[test]
fn bytes_over_tcp() {
    let (one, other) = connection(&TcpListener::bind(HERE).unwrap());
    at_once([&one, &other], 16 << 10, |it| (&one).write(it), |it| (&other).read(it));
}

#[test]
fn bytes_over_a_unix_stream() {
    let (one, other) = UnixStream::pair().unwrap();
    assert!([&one, &other].iter().all(|end| end.set_nonblocking(true).is_ok()));
    at_once([&one, &other], 64 << 10, |it| (&one).write(it), |it| (&other).read(it));
}

#[test]
fn datagrams() {
    let (one, other) = UnixDatagram::pair().unwrap();
    assert!([&one, &other].iter().all(|end| end.set_nonblocking(true).is_ok()));
    at_once([&one, &other], 32 << 10, |it| one.send(it), |it| other.recv(it));
    let (one, other) = (UdpSocket::bind(HERE).unwrap(), UdpSocket::bind(HERE).unwrap());
    assert!([&one, &other].iter().all(|end| end.set_nonblocking(true).is_ok()));
    one.connect(other.local_addr().unwrap()).unwrap();
    at_once([&one, &other], 32 << 10, |it| one.send(it), |it| other.recv(it));
}

#[test]
fn bytes_in_a_pipe() {
    let (mut other, mut one) = pipe().unwrap();
    let [read, write] = [other.as_raw_fd(), one.as_raw_fd()];
    SockRef::from(&other).set_nonblocking(true).unwrap();
    at_once([&write, &read], 32 << 10, |it| one.write(it), |it| other.read(it));
}

#[test]
fn the_life_of_a_connection() {
    let listener = TcpListener::bind(HERE).unwrap();
    listener.set_nonblocking(true).unwrap();
    let at = listener.local_addr().unwrap();
    let mut selector = Selector::new();
    selector.add(&listener, 0);
    for nth in 0..2_000 {
        let mut one = mio::net::TcpStream::connect(at).unwrap();
        selector.0.registry().register(&mut one, Token(1), Interest::WRITABLE).unwrap();
        selector.0.poll(&mut selector.1, Some(Duration::ZERO)).unwrap();
        let named = |token| selector.1.iter().any(|event| event.token() == Token(token));
        assert!(named(0) && named(1), "connected: {nth}");
        let other = listener.accept().unwrap().0;
        other.set_nonblocking(true).unwrap();
        selector.add(&other, 2);
        assert!(!selector.names(2, mio::event::Event::is_read_closed));
        match nth % 3 {
            0 => one.shutdown(Shutdown::Write).unwrap(),
            1 => drop(one),
            _ => {
                SockRef::from(&one).set_linger(Some(Duration::ZERO)).unwrap();
                drop(one);
            }
        }
        assert!(selector.names(2, mio::event::Event::is_read_closed), "ended: {nth}");
    }
}
