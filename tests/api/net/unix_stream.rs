//! `net::{UnixListener, UnixStream}`, `net::unix`: halves, addresses, credentials.

use std::io::ErrorKind;
use std::os::fd::{AsFd, AsRawFd};

use kettle::io::{AsyncReadExt, AsyncWriteExt};
#[cfg(target_os = "linux")]
use kettle::net::UnixSocket;
use kettle::net::unix::SocketAddr;
use kettle::net::{UnixListener, UnixStream};

use crate::help::Folder;

#[kettle::test]
async fn a_connection_by_a_path() {
    let folder = Folder::new();
    let path = folder.at("s");
    let listener = UnixListener::bind(&path).unwrap();
    assert_eq!(listener.local_addr().unwrap().as_pathname(), Some(path.as_path()));
    assert!(listener.take_error().unwrap().is_none());
    let (near, accepted) = kettle::join!(UnixStream::connect(&path), listener.accept());
    let (mut near, (mut far, peer)) = (near.unwrap(), accepted.unwrap());
    assert!(peer.is_unnamed());
    assert_eq!(near.peer_addr().unwrap().as_pathname(), Some(path.as_path()));
    assert!(near.local_addr().unwrap().is_unnamed());
    assert_eq!(far.local_addr().unwrap().as_pathname(), Some(path.as_path()));
    near.write_all(b"ping").await.unwrap();
    near.shutdown().await.unwrap();
    let mut text = String::new();
    far.read_to_string(&mut text).await.unwrap();
    assert_eq!(text, "ping");
    far.write_all(b"pong").await.unwrap();
    drop(far);
    text.clear();
    near.read_to_string(&mut text).await.unwrap();
    assert_eq!(text, "pong");
    assert!(near.take_error().unwrap().is_none());
    assert_eq!(near.try_write(b"x").unwrap_err().kind(), ErrorKind::BrokenPipe);
}

#[kettle::test]
async fn errors_of_bind_and_connect() {
    let folder = Folder::new();
    let path = folder.at("s");
    assert_eq!(UnixStream::connect(&path).await.unwrap_err().kind(), ErrorKind::NotFound);
    let listener = UnixListener::bind(&path).unwrap();
    assert_eq!(UnixListener::bind(&path).unwrap_err().kind(), ErrorKind::AddrInUse);
    drop(listener);
    assert!(path.exists(), "the file stays");
    assert_eq!(UnixStream::connect(&path).await.unwrap_err().kind(), ErrorKind::ConnectionRefused);
    let zero = UnixListener::bind(folder.at("with\0zero")).unwrap_err();
    assert_eq!(zero.kind(), ErrorKind::InvalidInput);
}

#[cfg(target_os = "linux")]
#[kettle::test]
async fn an_abstract_name_is_no_file() {
    let name = format!("kettle-api-{}-{}", env!("CARGO_PKG_NAME"), std::process::id());
    let listener = UnixListener::bind(format!("\0{name}")).unwrap();
    let address = listener.local_addr().unwrap();
    assert_eq!(address.as_abstract_name(), Some(name.as_bytes()));
    assert!(address.as_pathname().is_none() && !address.is_unnamed());
    let (near, accepted) =
        kettle::join!(UnixStream::connect(format!("\0{name}")), listener.accept());
    drop((near.unwrap(), accepted.unwrap()));
    let (near, accepted) = kettle::join!(UnixStream::connect_addr(&address), listener.accept());
    drop((near.unwrap(), accepted.unwrap()));
}

#[kettle::test]
async fn an_address_of_std_and_back() {
    let folder = Folder::new();
    let std = std::os::unix::net::SocketAddr::from_pathname(folder.at("s")).unwrap();
    let address = SocketAddr::from(std.clone());
    assert_eq!(format!("{address:?}"), format!("{std:?}"));
    let listener = UnixListener::bind_addr(&address).unwrap();
    let back: std::os::unix::net::SocketAddr = address.clone().into();
    assert_eq!(back.as_pathname(), std.as_pathname());
    let (near, _far) = kettle::join!(UnixStream::connect_addr(&address), listener.accept());
    assert_eq!(near.unwrap().peer_addr().unwrap().as_pathname(), address.as_pathname());
}

#[cfg(target_os = "linux")]
#[kettle::test]
async fn the_peer_is_this_process() {
    use std::os::unix::fs::MetadataExt;
    let folder = Folder::new();
    let (near, _far) = UnixStream::pair().unwrap();
    let cred = near.peer_cred().unwrap();
    let mine = std::fs::metadata(folder.path()).unwrap();
    assert_eq!(cred.pid(), Some(std::process::id().cast_signed()));
    assert_eq!((cred.uid(), cred.gid()), (mine.uid(), mine.gid()));
    assert_eq!(cred, near.peer_cred().unwrap());
}

/// The system answers with the process 0, and with the greatest numbers of user and group.
#[cfg(target_os = "linux")]
#[kettle::test]
async fn an_unconnected_stream_has_no_peer() {
    let socket = UnixSocket::new_stream().unwrap().as_fd().try_clone_to_owned().unwrap();
    let socket = std::os::unix::net::UnixStream::from(socket);
    let cred = UnixStream::from_std(socket).unwrap().peer_cred().unwrap();
    assert_eq!((cred.pid(), cred.uid(), cred.gid()), (Some(0), u32::MAX, u32::MAX));
}

#[kettle::test]
async fn from_std_and_back() {
    let folder = Folder::new();
    let (near, mut far) = UnixStream::pair().unwrap();
    let fd = near.as_raw_fd();
    assert_eq!(near.as_fd().as_raw_fd(), fd);
    let std = near.into_std().unwrap();
    assert_eq!(std.as_raw_fd(), fd);
    let mut near = UnixStream::try_from(std).unwrap();
    near.write_all(b"x").await.unwrap();
    assert_eq!(far.read_u8().await.unwrap(), b'x');

    let listener = UnixListener::bind(folder.at("s")).unwrap();
    let listener = UnixListener::from_std(listener.into_std().unwrap()).unwrap();
    let (near, far) = kettle::join!(UnixStream::connect(folder.at("s")), listener.accept());
    drop((near.unwrap(), far.unwrap()));
    let std = std::os::unix::net::UnixListener::bind(folder.at("t")).unwrap();
    std.set_nonblocking(true).unwrap();
    let listener = UnixListener::try_from(std).unwrap();
    assert!(format!("{listener:?}").contains("fd"));
}
