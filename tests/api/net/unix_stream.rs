//! `net::{UnixListener, UnixStream}`, `net::unix`: halves, addresses, credentials.

use std::io::{ErrorKind, IoSlice, IoSliceMut};
use std::os::fd::{AsFd, AsRawFd};

use kettle::io::{AsyncReadExt, AsyncWriteExt, Interest};
#[cfg(target_os = "linux")]
use kettle::net::UnixSocket;
use kettle::net::unix::SocketAddr;
use kettle::net::{UnixListener, UnixStream};

use crate::help::{Polled, panic_of};

use super::{Folder, send};

#[allow(dead_code)] // asks the compiler
async fn futures_are_send() {
    let folder = Folder::new();
    let listener = UnixListener::bind(folder.at("s")).unwrap();
    drop(send(listener.accept()));
    drop(send(UnixStream::connect(folder.at("s"))));
    let address = listener.local_addr().unwrap();
    drop(send(UnixStream::connect_addr(&address)));
    let (one, _other) = UnixStream::pair().unwrap();
    drop(send(one.ready(Interest::READABLE)));
    drop(send(one.readable()));
    drop(send(one.writable()));
    drop(send(one.async_io(Interest::READABLE, || Ok(()))));
}

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
}

#[kettle::test]
async fn errors_of_bind_and_connect() {
    let folder = Folder::new();
    let path = folder.at("s");
    let missing = UnixStream::connect(&path).await.unwrap_err();
    assert_eq!(missing.kind(), ErrorKind::NotFound);
    let listener = UnixListener::bind(&path).unwrap();
    assert_eq!(UnixListener::bind(&path).unwrap_err().kind(), ErrorKind::AddrInUse);
    drop(listener);
    assert!(path.exists(), "the file stays");
    let refused = UnixStream::connect(&path).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::ConnectionRefused);
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

#[kettle::test]
async fn a_dropped_accept_loses_nothing() {
    let folder = Folder::new();
    let listener = UnixListener::bind(folder.at("s")).unwrap();
    {
        let mut waiting = Polled::new(listener.accept());
        waiting.pending();
    }
    let near = UnixStream::connect(folder.at("s")).await.unwrap();
    let (far, _) = std::future::poll_fn(|cx| listener.poll_accept(cx)).await.unwrap();
    drop((near, far));
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

/// More may be there than a short read got: what fits into one read is the system's choice.
#[kettle::test]
async fn a_short_try_does_not_clear_readiness() {
    let (near, far) = UnixStream::pair().unwrap();
    far.writable().await.unwrap();
    assert_eq!(far.try_write(b"hello").unwrap(), 5);
    near.readable().await.unwrap();
    assert_eq!(near.try_read(&mut [0; 8]).unwrap(), 5);
    Polled::new(near.readable()).ready().unwrap();
    assert_eq!(near.try_read(&mut [0; 8]).unwrap_err().kind(), ErrorKind::WouldBlock);
    Polled::new(near.readable()).pending();

    assert_eq!(far.try_write(b"again").unwrap(), 5);
    near.readable().await.unwrap();
    assert_eq!(near.try_read_buf(&mut Vec::with_capacity(8)).unwrap(), 5);
    Polled::new(near.readable()).ready().unwrap();

    let too_much = vec![0; 4_000_000];
    assert!(far.try_write(&too_much).unwrap() < too_much.len());
    Polled::new(far.writable()).ready().unwrap();
    assert_eq!(far.try_write(&too_much).unwrap_err().kind(), ErrorKind::WouldBlock);
    Polled::new(far.writable()).pending();
}

#[kettle::test]
async fn tries_and_readiness() {
    let (near, far) = UnixStream::pair().unwrap();
    let mut buf = [0; 8];
    assert_eq!(near.try_read(&mut buf).unwrap_err().kind(), ErrorKind::WouldBlock);
    far.writable().await.unwrap();
    assert_eq!(far.try_write(b"hel").unwrap(), 3);
    assert_eq!(far.try_write_vectored(&[IoSlice::new(b"l"), IoSlice::new(b"o")]).unwrap(), 2);
    let ready = near.ready(Interest::READABLE | Interest::WRITABLE).await.unwrap();
    assert!(ready.is_readable() || ready.is_writable());
    near.readable().await.unwrap();
    let (one, other) = buf.split_at_mut(2);
    let read = near.try_read_vectored(&mut [IoSliceMut::new(one), IoSliceMut::new(other)]);
    assert_eq!(read.unwrap(), 5);
    assert_eq!(&buf[..5], b"hello");
    // There is no more: nothing is ready until there is.
    assert_eq!(near.try_read(&mut buf).unwrap_err().kind(), ErrorKind::WouldBlock);
    let mut readable = Polled::new(near.readable());
    readable.pending();
    drop(far);
    while readable.wakes() == 0 {
        kettle::task::yield_now().await;
    }
    readable.ready().unwrap();
    assert!(near.ready(Interest::READABLE).await.unwrap().is_read_closed());
    assert_eq!(near.try_read(&mut buf).unwrap(), 0, "the end");
    std::future::poll_fn(|cx| near.poll_read_ready(cx)).await.unwrap();
    std::future::poll_fn(|cx| near.poll_write_ready(cx)).await.unwrap();
    assert_eq!(near.try_write(b"x").unwrap_err().kind(), ErrorKind::BrokenPipe);
}

#[kettle::test]
async fn operations_of_ones_own() {
    let (near, far) = UnixStream::pair().unwrap();
    let blocked = || -> std::io::Result<()> { Err(ErrorKind::WouldBlock.into()) };
    let _ = near.try_io(Interest::READABLE, blocked);
    let count = std::cell::Cell::new(0);
    let again = near.try_io(Interest::READABLE, || {
        count.set(count.get() + 1);
        Ok(())
    });
    assert_eq!((again.unwrap_err().kind(), count.get()), (ErrorKind::WouldBlock, 0));
    let mut waiting = Polled::new(near.async_io(Interest::READABLE, || {
        count.set(count.get() + 1);
        Ok(count.get())
    }));
    waiting.pending();
    far.writable().await.unwrap();
    far.try_write(b"x").unwrap();
    while waiting.wakes() == 0 {
        kettle::task::yield_now().await;
    }
    assert_eq!(waiting.ready().unwrap(), 1);
    let failed = near.try_io(Interest::WRITABLE, || -> std::io::Result<()> {
        Err(std::io::Error::other("own"))
    });
    assert_eq!(failed.unwrap_err().to_string(), "own");
}

#[kettle::test]
async fn borrowed_halves() {
    let (mut near, mut far) = UnixStream::pair().unwrap();
    {
        let (mut reader, mut writer) = near.split();
        let mut buf = [0; 4];
        let answer = async {
            far.read_exact(&mut [0; 4]).await.unwrap();
            far.write_all(b"pong").await.unwrap();
        };
        let (sent, got, ()) =
            kettle::join!(writer.write_all(b"ping"), reader.read_exact(&mut buf), answer);
        sent.unwrap();
        got.unwrap();
        assert_eq!(&buf, b"pong");
        assert!(reader.peer_addr().unwrap().is_unnamed());
        assert!(writer.local_addr().unwrap().is_unnamed());
        writer.writable().await.unwrap();
        assert_eq!(writer.try_write(b"a").unwrap(), 1);
        assert_eq!(writer.try_write_vectored(&[IoSlice::new(b"b")]).unwrap(), 1);
        writer.ready(Interest::WRITABLE).await.unwrap();
        far.write_all(b"cd").await.unwrap();
        reader.readable().await.unwrap();
        reader.ready(Interest::READABLE).await.unwrap();
        assert_eq!(reader.try_read(&mut buf[..1]).unwrap(), 1);
        assert_eq!(reader.try_read_vectored(&mut [IoSliceMut::new(&mut buf[..1])]).unwrap(), 1);
        let stream: &UnixStream = reader.as_ref();
        assert_eq!(stream.as_raw_fd(), AsRef::<UnixStream>::as_ref(&writer).as_raw_fd());
    }
    near.write_all(b"e").await.unwrap();
    let mut text = [0; 3];
    far.read_exact(&mut text).await.unwrap();
    assert_eq!(&text, b"abe", "dropping the halves has ended nothing");
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

#[test]
fn outside_of_a_runtime_it_panics_where_the_program_is() {
    let folder = Folder::new();
    assert_eq!(panic_of(|| drop(UnixListener::bind(folder.at("s")))).file, file!());
    let (std, _) = std::os::unix::net::UnixStream::pair().unwrap();
    std.set_nonblocking(true).unwrap();
    assert_eq!(panic_of(|| drop(UnixStream::from_std(std))).file, file!());
}
