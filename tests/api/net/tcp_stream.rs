//! `net::TcpStream`: what `tcp.rs` does not ask; `net::tcp`: the halves.

use std::future::poll_fn;
use std::io::ErrorKind;
use std::mem::MaybeUninit;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use bytes::{BufMut, BytesMut};
use kettle::io::{AsyncRead, AsyncReadExt, AsyncWriteExt, ReadBuf};
use kettle::net::UdpSocket;
#[cfg(unix)]
use kettle::net::UnixStream;

use crate::common::engine::connection as pair;

#[cfg(target_os = "linux")]
#[kettle::test]
async fn confirming_at_once() {
    let (near, _far) = pair().await;
    near.set_quickack(true).unwrap();
    assert!(near.quickack().unwrap());
    near.set_quickack(false).unwrap();
    assert!(!near.quickack().unwrap());
}

#[kettle::test]
async fn a_peek_takes_nothing() {
    let (near, mut far) = pair().await;
    far.write_all(b"hello").await.unwrap();
    let mut buf = [0; 8];
    assert_eq!(near.peek(&mut buf).await.unwrap(), 5);
    let mut buf = ReadBuf::new(&mut buf);
    buf.clear();
    let n = poll_fn(|cx| near.poll_peek(cx, &mut buf)).await.unwrap();
    assert_eq!((n, buf.filled()), (5, &b"hello"[..]));
    let (mut reader, _writer) = near.into_split();
    let mut buf = [0; 2];
    assert_eq!(reader.peek(&mut buf).await.unwrap(), 2);
    let mut rest = ReadBuf::new(&mut buf);
    let n = poll_fn(|cx| reader.poll_peek(cx, &mut rest)).await.unwrap();
    assert_eq!(n, 2);
    let mut text = [0; 5];
    reader.read_exact(&mut text).await.unwrap();
    assert_eq!(&text, b"hello");
}

/// A buffer that is offered anew to each poll. How many of its bytes does the poll zero?
fn zeroed<R>(poll: impl FnOnce(&mut ReadBuf<'_>) -> Poll<R>) -> usize {
    let mut memory = vec![MaybeUninit::uninit(); 64 * 1024];
    let mut buf = ReadBuf::uninit(&mut memory);
    assert!(poll(&mut buf).is_pending(), "nothing has been sent");
    buf.initialized().len()
}

#[kettle::test]
async fn a_read_that_waits_zeroes_nothing() {
    let (mut near, _far) = pair().await;
    let mut cx = Context::from_waker(Waker::noop());
    // The first asks the system, and so may zero.
    zeroed(|buf| Pin::new(&mut near).poll_read(&mut cx, buf));
    let reads = (0..10).map(|_| zeroed(|buf| Pin::new(&mut near).poll_read(&mut cx, buf)));
    assert_eq!(reads.sum::<usize>(), 0);
    assert_eq!(zeroed(|buf| near.poll_peek(&mut cx, buf)), 0);

    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    zeroed(|buf| socket.poll_recv(&mut cx, buf));
    assert_eq!(zeroed(|buf| socket.poll_recv(&mut cx, buf)), 0);
    assert_eq!(zeroed(|buf| socket.poll_recv_from(&mut cx, buf)), 0);
    assert_eq!(zeroed(|buf| socket.poll_peek(&mut cx, buf)), 0);
    assert_eq!(zeroed(|buf| socket.poll_peek_from(&mut cx, buf)), 0);
}

#[kettle::test]
async fn a_growing_buffer_is_filled() {
    let (near, mut far) = pair().await;
    let mut buf = BytesMut::with_capacity(8);
    buf.put_slice(b">");
    let early = near.try_read_buf(&mut buf).unwrap_err();
    assert_eq!((early.kind(), &buf[..]), (ErrorKind::WouldBlock, &b">"[..]));
    far.write_all(b"hello").await.unwrap();
    near.readable().await.unwrap();
    assert_eq!(near.try_read_buf(&mut buf).unwrap(), 5);
    assert_eq!(&buf[..], b">hello");
    // Limited, and one without room.
    far.write_all(b"more").await.unwrap();
    near.readable().await.unwrap();
    assert_eq!(near.try_read_buf(&mut (&mut buf).limit(2)).unwrap(), 2);
    assert_eq!(&buf[..], b">hellomo");
    let (reader, _writer) = near.into_split();
    reader.readable().await.unwrap();
    assert_eq!(reader.try_read_buf(&mut (&mut buf).limit(0)).unwrap(), 0);
    assert_eq!(reader.try_read_buf(&mut buf).unwrap(), 2);
    assert_eq!(&buf[..], b">hellomore");
    drop(far);
    reader.readable().await.unwrap();
    assert_eq!(reader.try_read_buf(&mut buf).unwrap(), 0, "the end");
}

#[cfg(unix)]
#[kettle::test]
async fn growing_buffers_of_unix() {
    let (near, far) = UnixStream::pair().unwrap();
    far.writable().await.unwrap();
    far.try_write(b"hello").unwrap();
    let mut buf = Vec::new();
    near.readable().await.unwrap();
    assert_eq!(near.try_read_buf(&mut buf).unwrap(), 5);
    let (reader, _writer) = near.into_split();
    assert_eq!(reader.try_read_buf(&mut buf).unwrap_err().kind(), ErrorKind::WouldBlock);
    assert_eq!(buf, b"hello");
    let (sender, receiver) = kettle::net::unix::pipe::pipe().unwrap();
    sender.writable().await.unwrap();
    sender.try_write(b"!").unwrap();
    receiver.readable().await.unwrap();
    assert_eq!(receiver.try_read_buf(&mut buf).unwrap(), 1);
    assert_eq!(buf, b"hello!");
}

#[cfg(unix)]
#[kettle::test]
async fn a_growing_buffer_gets_a_datagram() {
    let one = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let other = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    one.connect(other.local_addr().unwrap()).await.unwrap();
    let from = one.local_addr().unwrap();
    for word in ["a", "bc", "def", "ghij"] {
        one.send(word.as_bytes()).await.unwrap();
    }
    let mut buf = BytesMut::with_capacity(16);
    assert_eq!(other.recv_buf(&mut buf).await.unwrap(), 1);
    assert_eq!(other.recv_buf_from(&mut buf).await.unwrap(), (2, from));
    other.readable().await.unwrap();
    assert_eq!(other.try_recv_buf(&mut buf).unwrap(), 3);
    assert_eq!(other.try_recv_buf_from(&mut (&mut buf).limit(2)).unwrap(), (2, from));
    assert_eq!(&buf[..], b"abcdefgh", "what has no room is lost");
    let nothing = other.try_recv_buf(&mut buf).unwrap_err();
    assert_eq!((nothing.kind(), buf.len()), (ErrorKind::WouldBlock, 8));
}
