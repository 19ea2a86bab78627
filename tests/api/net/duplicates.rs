//! A socket that is dropped leaves the selector, although a duplicate of its descriptor keeps the
//! open file.

use std::fs;
use std::io::Write;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::os::unix::fs::MetadataExt;
use std::time::Duration;

use kettle::io::AsyncReadExt;
use kettle::net::unix::pipe::{self, Receiver};
use kettle::net::{TcpListener, TcpSocket, UdpSocket, UnixDatagram};
use kettle::process::ChildStdout;
use kettle::runtime::Handle;
use kettle::time::sleep;

use crate::common::engine::{connected, connection};
use crate::help::Polled;

/// How often is this open file registered with a selector of this process?
fn registrations(file: &impl AsRawFd) -> usize {
    let inode = fs::metadata(format!("/proc/self/fd/{}", file.as_raw_fd())).unwrap().ino();
    let inode = format!("ino:{inode:x} ");
    let infos = fs::read_dir("/proc/self/fdinfo").unwrap();
    // Other tests close descriptors meanwhile.
    let infos = infos.filter_map(|info| fs::read_to_string(info.ok()?.path()).ok());
    let of = |info: &str| {
        info.lines().filter(|it| it.starts_with("tfd:") && it.contains(&inode)).count()
    };
    infos.map(|info| of(&info)).max().unwrap() // a selector has two descriptors
}

fn duplicate(of: &impl AsFd) -> OwnedFd {
    of.as_fd().try_clone_to_owned().unwrap()
}

/// A wait has registered the socket, which is dropped here; a duplicate is left.
fn leaves<T>(socket: T, duplicate: &OwnedFd) {
    let registered = registrations(duplicate);
    drop(socket);
    assert_eq!(registrations(duplicate), registered - 1);
}

/// One for each task, as a server might share it.
#[kettle::test]
async fn the_copies_of_a_socket_of_std_leave_one_by_one() {
    let std = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    std.set_nonblocking(true).unwrap();
    let copies = [(); 8].map(|()| UdpSocket::from_std(std.try_clone().unwrap()).unwrap());
    for copy in &copies {
        Polled::new(copy.recv(&mut [0])).pending();
    }
    for (gone, copy) in copies.into_iter().enumerate() {
        assert_eq!(registrations(&std), 8 - gone);
        drop(copy);
    }
    assert_eq!(registrations(&std), 0);
}

#[kettle::test]
async fn what_was_made_of_a_descriptor_leaves() {
    let std = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    std.set_nonblocking(true).unwrap();
    let (copy, listener) = (duplicate(&std), TcpListener::from_std(std).unwrap());
    Polled::new(listener.accept()).pending();
    leaves(listener, &copy);

    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let (copy, listener) = (duplicate(&socket), socket.listen(1).unwrap());
    Polled::new(listener.accept()).pending();
    leaves(listener, &copy);

    let (reader, _writer) = std::io::pipe().unwrap();
    let (copy, mut receiver) =
        (duplicate(&reader), Receiver::from_owned_fd(reader.into()).unwrap());
    Polled::new(receiver.read_u8()).pending();
    leaves(receiver, &copy);

    let (reader, _writer) = std::io::pipe().unwrap();
    let (copy, std) = (duplicate(&reader), OwnedFd::from(reader).into());
    let mut stdout = ChildStdout::from_std(std).unwrap();
    Polled::new(stdout.read_u8()).pending();
    leaves(stdout, &copy);
}

#[kettle::test]
async fn what_has_lent_its_descriptor_leaves() {
    let (mut stream, _far) = connection().await;
    Polled::new(stream.read_u8()).pending();
    let copy = duplicate(&stream);
    leaves(stream, &copy);

    let (datagrams, _far) = UnixDatagram::pair().unwrap();
    Polled::new(datagrams.recv(&mut [0])).pending();
    let copy = duplicate(&datagrams);
    leaves(datagrams, &copy);

    let (_sender, mut receiver) = pipe::pipe().unwrap();
    Polled::new(receiver.read_u8()).pending();
    let copy = duplicate(&receiver);
    leaves(receiver, &copy);
}

/// Each message makes the duplicate readable as the loop goes to sleep, which is not its business.
#[kettle::test]
async fn a_duplicate_does_not_wake_the_loop() {
    let (mut stream, mut far) = connected().await;
    Polled::new(stream.read_u8()).pending();
    let _duplicate = duplicate(&stream);
    drop(stream);
    let mut parks_of_40_sleeps = async |message: &[u8]| {
        let metrics = Handle::current().metrics();
        let before = metrics.worker_park_count(0);
        for _ in 0..40 {
            far.write_all(message).unwrap();
            sleep(Duration::from_millis(5)).await;
        }
        metrics.worker_park_count(0) - before
    };
    // Fewer than 40, if a busy machine lets the time of a sleep pass before the loop sleeps.
    let quiet = parks_of_40_sleeps(b"").await.max(40);
    let parks = parks_of_40_sleeps(b"x").await;
    assert!(parks < quiet + 10, "{parks} instead of {quiet}");
}
