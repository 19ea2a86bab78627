//! `io::unix::AsyncFd` and its guards.
#![allow(deprecated)] // tokio's `new` and `try_new`: their heirs are `unsafe` there

use std::future::poll_fn;
use std::io::{self, ErrorKind, Read, Write};
use std::os::fd::{AsRawFd, RawFd};
use std::os::unix::net::UnixStream;
use std::sync::Arc;

use kettle::io::unix::{AsyncFd, TryIoError};
use kettle::io::{AsyncWriteExt as _, Interest, Ready};

use crate::common::engine::yield_until;
use crate::help::{Polled, Side, side};

fn pair() -> (AsyncFd<UnixStream>, UnixStream) {
    let (near, far) = UnixStream::pair().unwrap();
    near.set_nonblocking(true).unwrap();
    far.set_nonblocking(true).unwrap();
    (AsyncFd::new(near).unwrap(), far)
}

/// All that wait learn of the report, although the first of them uses it up at once.
#[kettle::test]
async fn a_report_ends_every_wait() {
    let (near, mut far) = pair();
    let [mut first, mut second] = [(); 2].map(|()| Polled::waiting(near.readable()));
    far.write_all(b"x").unwrap();
    first.when_woken().await.unwrap().clear_ready();
    assert_eq!(second.wakes(), 1);
    let guard = second.ready().unwrap();
    assert_eq!(guard.ready(), Ready::EMPTY);
    Polled::new(near.readable()).pending();
}

/// Unlike a socket of `net`, also in kettle.
#[kettle::test]
async fn a_fresh_one_waits_for_a_report() {
    let (near, mut far) = pair();
    let mut readable = Polled::waiting(near.readable());
    far.write_all(b"x").unwrap();
    let guard = readable.when_woken().await.unwrap();
    assert!(guard.ready().is_readable() && !guard.ready().is_writable());
    assert_eq!(guard.get_inner().as_raw_fd(), near.as_raw_fd());
    assert_eq!(guard.get_ref().as_raw_fd(), near.get_ref().as_raw_fd());
    assert!(near.writable().await.unwrap().ready().is_writable());
}

#[kettle::test]
async fn a_guard_clears_what_it_has_found() {
    let (near, mut far) = pair();
    far.write_all(b"x").unwrap();
    let mut guard = near.readable().await.unwrap();
    guard.retain_ready();
    drop(guard);
    // Nothing was cleared, though there is nothing any more.
    near.get_ref().read_exact(&mut [0]).unwrap();
    let mut guard = Polled::new(near.readable()).ready().unwrap();
    let result = guard.try_io(|near| near.get_ref().read(&mut [0; 8]));
    assert!(matches!(result, Err(TryIoError { .. })));
    assert_eq!(guard.ready(), Ready::EMPTY);
    drop(guard);
    let mut readable = Polled::waiting(near.readable());
    far.write_all(b"y").unwrap();
    let mut guard = readable.when_woken().await.unwrap();
    let result = guard.try_io(|near| near.get_ref().read(&mut [0; 8]));
    assert_eq!(result.unwrap().unwrap(), 1);
    // Another error is the operation's.
    let result = guard.try_io(|_| -> io::Result<()> { Err(io::Error::other("own")) });
    assert_eq!(result.unwrap().unwrap_err().to_string(), "own");
    assert!(guard.ready().is_readable());
    guard.clear_ready();
    guard.clear_ready(); // once more is nothing
    drop(guard);
    Polled::new(near.readable()).pending();
}

/// Data that came after the wait has made a report of its own: clearing keeps that.
#[kettle::test]
async fn a_report_in_between_is_not_cleared() {
    let (near, mut far) = pair();
    far.write_all(b"x").unwrap();
    let mut guard = near.readable().await.unwrap();
    near.get_ref().read_exact(&mut [0]).unwrap();
    far.write_all(b"y").unwrap();
    // Let the report in: another descriptor that becomes ready later says when.
    let (other, mut other_far) = pair();
    other_far.write_all(b"z").unwrap();
    drop(other.readable().await.unwrap());
    kettle::task::yield_now().await;
    guard.clear_ready();
    drop(guard);
    drop(Polled::new(near.readable()).ready().unwrap());
}

#[kettle::test]
async fn a_part_is_cleared() {
    let (near, mut far) = pair();
    far.write_all(b"x").unwrap();
    drop(near.readable().await.unwrap());
    let both = Interest::READABLE | Interest::WRITABLE;
    let mut guard = near.ready(both).await.unwrap();
    assert!(guard.ready().is_readable() && guard.ready().is_writable());
    guard.clear_ready_matching(Ready::WRITABLE);
    assert!(guard.ready().is_readable() && !guard.ready().is_writable());
    drop(guard);
    drop(Polled::new(near.readable()).ready().unwrap());
    Polled::new(near.writable()).pending();
}

/// Only the end stays. What came before it is cleared, or a loop that reads until there is nothing
/// would not end.
#[kettle::test]
async fn what_came_before_the_end_is_cleared() {
    let (near, mut far) = pair();
    far.write_all(b"x").unwrap();
    drop(far);
    let mut rounds = 0;
    loop {
        let mut guard = near.readable().await.unwrap();
        assert!(guard.ready().is_read_closed());
        if guard.ready() & Ready::READABLE == Ready::EMPTY {
            break;
        }
        guard.clear_ready();
        rounds += 1;
        assert!(rounds < 10, "readable again and again");
    }
    assert_eq!(rounds, 1);
    // A try that finds nothing leaves the end, too: by a guard, and without one.
    let nothing = |_: &UnixStream| Err::<(), _>(ErrorKind::WouldBlock.into());
    let mut guard = near.readable().await.unwrap();
    guard.try_io(|near| nothing(near.get_ref())).unwrap_err();
    drop(guard);
    near.try_io(Interest::READABLE, nothing).unwrap_err();
    assert!(Polled::new(near.readable()).ready().unwrap().ready().is_read_closed());
}

#[kettle::test]
async fn guards_that_change_the_thing() {
    let (mut near, mut far) = pair();
    far.write_all(b"xy").unwrap();
    let mut guard = near.readable_mut().await.unwrap();
    assert_eq!(guard.try_io(|near| near.get_mut().read(&mut [0; 1])).unwrap().unwrap(), 1);
    guard.get_inner_mut().read_exact(&mut [0]).unwrap();
    assert_eq!(guard.get_inner().as_raw_fd(), guard.get_ref().as_raw_fd());
    assert!(guard.get_mut().get_mut().read(&mut [0]).is_err());
    assert!(guard.try_io(|near| near.get_mut().read(&mut [0; 1])).is_err());
    assert!(guard.ready().is_empty());
    drop(guard);
    Polled::new(near.readable_mut()).pending();
    let mut guard = near.writable_mut().await.unwrap();
    guard.clear_ready_matching(Ready::READABLE);
    assert!(guard.ready().is_writable());
    guard.retain_ready();
    guard.clear_ready();
    drop(guard);
    Polled::new(near.ready_mut(Interest::WRITABLE)).pending();
}

#[kettle::test]
async fn polled_by_hand() {
    let (mut near, mut far) = pair();
    far.write_all(b"x").unwrap();
    let readable = poll_fn(|cx| near.poll_read_ready(cx).map_ok(|guard| guard.ready()));
    assert!(readable.await.unwrap().is_readable());
    let writable = poll_fn(|cx| near.poll_write_ready(cx).map_ok(|guard| guard.ready()));
    assert!(writable.await.unwrap().is_writable());
    let clears = poll_fn(|cx| near.poll_read_ready_mut(cx).map_ok(|mut guard| guard.clear_ready()));
    clears.await.unwrap();
    Polled::new(poll_fn(|cx| near.poll_read_ready(cx).map_ok(drop))).pending();
    let clears =
        poll_fn(|cx| near.poll_write_ready_mut(cx).map_ok(|mut guard| guard.clear_ready()));
    clears.await.unwrap();
    Polled::new(poll_fn(|cx| near.poll_write_ready(cx).map_ok(drop))).pending();
}

#[kettle::test]
async fn waiting_and_trying_in_one() {
    let (mut near, mut far) = pair();
    {
        let mut buf = [0; 8];
        let read = near.async_io(Interest::READABLE, |mut near| near.read(&mut buf));
        let mut read = Polled::waiting(read);
        far.write_all(b"hello").unwrap();
        assert_eq!(read.when_woken().await.unwrap(), 5);
    }
    // One byte is there, and the operation wants two.
    far.write_all(b"x").unwrap();
    let mut got: Vec<u8> = Vec::new();
    let tries = std::cell::Cell::new(0);
    {
        let read = near.async_io_mut(Interest::READABLE, |near| {
            tries.set(tries.get() + 1);
            let mut buf = [0; 8];
            let n = near.read(&mut buf)?;
            got.extend(&buf[..n]);
            if got.len() < 2 { Err(ErrorKind::WouldBlock.into()) } else { Ok(got.len()) }
        });
        let mut read = Polled::new(read);
        // One poll takes the first byte, as soon as its report is in.
        while tries.get() == 0 {
            read.pending();
            kettle::task::yield_now().await;
        }
        let wakes = read.wakes();
        far.write_all(b"y").unwrap();
        yield_until(|| read.wakes() != wakes).await;
        assert_eq!(read.ready().unwrap(), 2);
    }
    assert_eq!(got, b"xy");
}

#[kettle::test]
async fn single_tries() {
    let (mut near, mut far) = pair();
    let mut calls = 0;
    let fresh = near.try_io(Interest::READABLE, |_| {
        calls += 1;
        Ok(())
    });
    assert_eq!((fresh.unwrap_err().kind(), calls), (ErrorKind::WouldBlock, 0));
    far.write_all(b"xy").unwrap();
    drop(near.readable().await.unwrap());
    assert_eq!(near.try_io(Interest::READABLE, |mut near| near.read(&mut [0])).unwrap(), 1);
    assert_eq!(near.try_io_mut(Interest::READABLE, |near| near.read(&mut [0])).unwrap(), 1);
    let blocked = near.try_io_mut(Interest::READABLE, |near| near.read(&mut [0]));
    assert_eq!(blocked.unwrap_err().kind(), ErrorKind::WouldBlock);
    let cleared = near.try_io_mut(Interest::READABLE, |_| -> io::Result<()> {
        panic!("it is known not to be ready")
    });
    assert_eq!(cleared.unwrap_err().kind(), ErrorKind::WouldBlock);
}

#[kettle::test]
async fn only_what_it_is_interested_in_is_reported() {
    let (near, mut far) = UnixStream::pair().unwrap();
    near.set_nonblocking(true).unwrap();
    let near = AsyncFd::with_interest(near, Interest::READABLE).unwrap();
    let mut writable = Polled::waiting(near.writable());
    far.write_all(b"x").unwrap();
    drop(near.readable().await.unwrap());
    writable.pending();
    drop(writable);
    let again = AsyncFd::try_with_interest(near.into_inner(), Interest::WRITABLE).unwrap();
    drop(again.writable().await.unwrap());
}

/// A file on a disk can't be waited for. (kqueue takes it.)
#[cfg(any(target_os = "linux", target_os = "android"))]
#[kettle::test]
async fn what_the_selector_refuses_comes_back() {
    use std::error::Error;
    use std::fs::File;

    let folder = crate::help::Folder::new();
    let file = File::create(folder.at("file")).unwrap();
    let fd = file.as_raw_fd();
    let error = AsyncFd::try_new(file).unwrap_err();
    assert_eq!(error.source().unwrap().to_string(), error.to_string());
    assert!(format!("{error:?}").contains("PermissionDenied"));
    let (file, cause) = error.into_parts();
    assert_eq!((file.as_raw_fd(), cause.kind()), (fd, ErrorKind::PermissionDenied));
    assert_eq!(AsyncFd::new(file).unwrap_err().kind(), ErrorKind::PermissionDenied);
    let file = File::open(folder.at("file")).unwrap();
    let error: io::Error = AsyncFd::try_new(file).unwrap_err().into();
    assert_eq!(error.kind(), ErrorKind::PermissionDenied);
}

#[kettle::test]
async fn a_descriptor_is_registered_once() {
    let near = Arc::new(UnixStream::pair().unwrap().0);
    let first = AsyncFd::new(near.clone()).unwrap();
    assert_eq!(AsyncFd::new(near.clone()).unwrap_err().kind(), ErrorKind::AlreadyExists);
    drop(first.into_inner());
    drop(AsyncFd::new(near).unwrap());
}

/// A descriptor of something else.
#[derive(Debug)]
struct Same(RawFd);

impl AsRawFd for Same {
    fn as_raw_fd(&self) -> RawFd {
        self.0
    }
}

#[kettle::test]
async fn not_beside_a_socket_that_waits() {
    let (near, mut far) = kettle::net::UnixStream::pair().unwrap();
    let mut buf = [0; 8];
    let read = near.async_io(Interest::READABLE, || near.try_read(&mut buf));
    let mut waits = Polled::waiting(read);
    assert_eq!(AsyncFd::new(Same(near.as_raw_fd())).unwrap_err().kind(), ErrorKind::AlreadyExists);
    far.write_all(b"hello").await.unwrap();
    assert_eq!(waits.when_woken().await.unwrap(), 5);
}

/// kettle's sockets join the selector when they first wait. So here the socket comes second, and
/// gets the error that the `AsyncFd` gets in tokio: the selector stays with the first.
#[kettle::test]
async fn a_socket_does_not_take_the_selector_from_it() {
    let (near, mut far) = kettle::net::UnixStream::pair().unwrap();
    let second = AsyncFd::new(Same(near.as_raw_fd()));
    if side() == Side::Tokio {
        assert_eq!(second.unwrap_err().kind(), ErrorKind::AlreadyExists);
        return;
    }
    let fd = second.unwrap();
    let mut readable = Polled::waiting(fd.readable());
    assert_eq!(near.try_read(&mut [0; 8]).unwrap_err().kind(), ErrorKind::AlreadyExists);
    far.write_all(b"hello").await.unwrap();
    assert!(readable.when_woken().await.unwrap().ready().is_readable());
    // What needs no wait works.
    assert_eq!(near.try_read(&mut [0; 8]).unwrap(), 5);
}

#[kettle::test]
async fn after_the_end_of_its_runtime_waiting_is_an_error() {
    let (near, _far) = UnixStream::pair().unwrap();
    near.set_nonblocking(true).unwrap();
    let near = std::thread::spawn(|| {
        let runtime = kettle::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let _entered = runtime.enter();
        AsyncFd::new(near).unwrap()
    });
    let near = near.join().unwrap();
    assert!(near.readable().await.is_err());
}
