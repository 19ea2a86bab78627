//! `net::UnixSocket`.

use std::os::fd::{AsFd, AsRawFd};

use kettle::io::{AsyncReadExt, AsyncWriteExt};
use kettle::net::UnixSocket;

use crate::help::Folder;

#[kettle::test]
async fn listens_and_connects() {
    let folder = Folder::new();
    let socket = UnixSocket::new_stream().unwrap();
    assert_eq!(socket.as_fd().as_raw_fd(), socket.as_raw_fd());
    socket.bind(folder.at("s")).unwrap();
    let listener = socket.listen(16).unwrap();
    let near = UnixSocket::new_stream().unwrap();
    near.bind(folder.at("near")).unwrap();
    let (near, far) = kettle::join!(near.connect(folder.at("s")), listener.accept());
    let (mut near, (mut far, from)) = (near.unwrap(), far.unwrap());
    assert_eq!(from.as_pathname(), Some(folder.at("near").as_path()));
    near.write_all(b"x").await.unwrap();
    assert_eq!(far.read_u8().await.unwrap(), b'x');
}

#[kettle::test]
async fn sends_datagrams() {
    let folder = Folder::new();
    let socket = UnixSocket::new_datagram().unwrap();
    socket.bind(folder.at("s")).unwrap();
    let one = socket.datagram().unwrap();
    let other = UnixSocket::new_datagram().unwrap().datagram().unwrap();
    other.send_to(b"hello", folder.at("s")).await.unwrap();
    assert_eq!(one.recv(&mut [0; 8]).await.unwrap(), 5);
}

#[kettle::test]
async fn each_kind_for_its_own() {
    let folder = Folder::new();
    assert!(UnixSocket::new_stream().unwrap().datagram().is_err());
    assert!(UnixSocket::new_datagram().unwrap().listen(1).is_err());
    assert!(UnixSocket::new_datagram().unwrap().connect(folder.at("s")).await.is_err());
    let missing = UnixSocket::new_stream().unwrap().connect(folder.at("s")).await;
    assert_eq!(missing.unwrap_err().kind(), std::io::ErrorKind::NotFound);
}
