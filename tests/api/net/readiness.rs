//! `io::Interest` and `io::Ready`; waiting for what few programs wait for: errors and urgent data.

use std::io::ErrorKind;
#[cfg(target_os = "linux")]
use std::net::{TcpListener, TcpStream};

#[cfg(target_os = "linux")]
use kettle::io::unix::AsyncFd;
use kettle::io::{Interest, Ready};
use kettle::net::UdpSocket;

use crate::help::Polled;

#[test]
fn interests() {
    let both = Interest::READABLE | Interest::WRITABLE;
    assert!(both.is_readable() && both.is_writable() && !both.is_error());
    assert_eq!(both, Interest::READABLE.add(Interest::WRITABLE));
    assert_eq!(both.remove(Interest::READABLE), Some(Interest::WRITABLE));
    assert_eq!(both.remove(both), None);
    let mut all = both;
    all |= Interest::ERROR;
    assert!(all.is_error());
    assert_eq!(format!("{all:?}"), "READABLE | WRITABLE | ERROR");
    assert_eq!(format!("{:?}", Interest::ERROR), "ERROR");
    #[cfg(target_os = "linux")]
    {
        assert!(Interest::PRIORITY.is_priority() && !Interest::PRIORITY.is_readable());
        assert!(!all.is_priority());
        all |= Interest::PRIORITY;
        assert_eq!(format!("{all:?}"), "READABLE | WRITABLE | PRIORITY | ERROR");
    }
}

#[test]
fn readiness() {
    assert!(Ready::EMPTY.is_empty() && !Ready::ALL.is_empty());
    assert!(Ready::READ_CLOSED.is_readable(), "the end can be read");
    assert!(Ready::WRITE_CLOSED.is_writable(), "the error can be written");
    assert!(Ready::READABLE.is_readable() && !Ready::READABLE.is_read_closed());
    assert!(Ready::ERROR.is_error() && !Ready::ERROR.is_readable());
    let mut two = Ready::READABLE | Ready::ERROR;
    assert_eq!(two - Ready::ERROR, Ready::READABLE);
    assert_eq!(two & Ready::ERROR, Ready::ERROR);
    two |= Ready::WRITABLE;
    assert!(two.is_writable() && two < Ready::ALL);
    #[cfg(target_os = "linux")]
    {
        assert!(Ready::PRIORITY.is_priority() && !Ready::PRIORITY.is_readable());
        assert!(Ready::ALL.is_priority());
        assert_eq!(
            format!("{:?}", Ready::PRIORITY),
            "Ready { is_readable: false, is_writable: false, is_read_closed: false, \
             is_write_closed: false, is_error: false, is_priority: true }"
        );
    }
}

/// One that sends to a port where no program listens.
async fn refused() -> UdpSocket {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let gone = UdpSocket::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    socket.connect(gone).await.unwrap();
    socket
}

#[kettle::test]
async fn an_error_is_waited_for() {
    let socket = refused().await;
    let mut waiting = Polled::waiting(socket.ready(Interest::ERROR));
    socket.send(b"x").await.unwrap();
    assert_eq!(waiting.when_woken().await.unwrap(), Ready::ERROR);
    let taken = socket.try_io(Interest::ERROR, || match socket.take_error()? {
        Some(error) => Err(error),
        None => Err(ErrorKind::WouldBlock.into()),
    });
    let error: std::io::Result<()> = taken;
    assert_eq!(error.unwrap_err().kind(), ErrorKind::ConnectionRefused);
    // It has been taken: the try that finds nothing clears it, and the next wait waits.
    let none = |(): ()| -> std::io::Result<()> { Err(ErrorKind::WouldBlock.into()) };
    let _ = socket.try_io(Interest::ERROR, || none(()));
    let mut waiting = Polled::waiting(socket.ready(Interest::ERROR));
    socket.send(b"x").await.unwrap();
    assert!(waiting.when_woken().await.unwrap().is_error());
}

/// An error that was reported before anybody asked for errors.
#[kettle::test]
async fn an_error_that_is_there_is_found() {
    let socket = refused().await;
    let _ = socket.try_recv(&mut [0; 8]);
    let mut waiting = Polled::new(socket.ready(Interest::READABLE | Interest::ERROR));
    let _ = waiting.poll();
    socket.send(b"x").await.unwrap();
    let ready = waiting.when_woken().await.unwrap();
    assert!(ready.is_error(), "{ready:?}");
    assert!(socket.ready(Interest::ERROR).await.unwrap().is_error());
}

/// tokio leaves the error out of what was not asked for.
#[kettle::test]
async fn what_was_not_asked_is_not_said() {
    let socket = refused().await;
    socket.send(b"x").await.unwrap();
    let both = Interest::WRITABLE | Interest::ERROR;
    while !socket.ready(both).await.unwrap().is_error() {
        kettle::task::yield_now().await;
    }
    let ready = socket.ready(Interest::WRITABLE).await.unwrap();
    assert!(ready.is_writable() && !ready.is_error(), "{ready:?}");
}

/// Two ends of a connection; the near one can be asked for TCP's out-of-band byte.
#[cfg(target_os = "linux")]
#[allow(deprecated)] // tokio's `with_interest`: its heir is `unsafe` there
fn ends_for_urgent_data() -> (TcpStream, AsyncFd<TcpStream>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let far = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let (near, _) = listener.accept().unwrap();
    near.set_nonblocking(true).unwrap();
    (far, AsyncFd::with_interest(near, Interest::PRIORITY | Interest::READABLE).unwrap())
}

/// Nothing urgent will come any more.
#[cfg(target_os = "linux")]
#[kettle::test]
async fn the_end_is_told_to_those_who_wait_for_urgent_data() {
    let (far, near) = ends_for_urgent_data();
    let mut waiting = Polled::waiting(near.ready(Interest::PRIORITY));
    drop(far);
    let guard = waiting.when_woken().await.unwrap();
    assert!(guard.ready().is_read_closed(), "{:?}", guard.ready());
}

/// TCP's out-of-band byte.
#[cfg(target_os = "linux")]
#[kettle::test]
async fn urgent_data_is_waited_for() {
    let (far, near) = ends_for_urgent_data();
    let mut waiting = Polled::waiting(near.ready(Interest::PRIORITY));
    std::io::Write::write_all(&mut &far, b"plain").unwrap();
    drop(near.readable().await.unwrap());
    waiting.pending();
    let wakes = waiting.wakes();
    socket2::SockRef::from(&far).send_out_of_band(b"!").unwrap();
    crate::common::engine::yield_until(|| waiting.wakes() != wakes).await;
    let mut guard = waiting.ready().unwrap();
    assert!(guard.ready().is_priority(), "{:?}", guard.ready());
    let mut byte = [std::mem::MaybeUninit::uninit(); 1];
    let socket = socket2::SockRef::from(near.get_ref());
    assert_eq!(socket.recv_out_of_band(&mut byte).unwrap(), 1);
    guard.clear_ready();
    assert_eq!(guard.ready(), Ready::EMPTY);
    drop(guard);
    Polled::new(near.ready(Interest::PRIORITY)).pending();
    let again = near.try_io(Interest::PRIORITY, |_| Ok(()));
    assert_eq!(again.unwrap_err().kind(), ErrorKind::WouldBlock);
}
