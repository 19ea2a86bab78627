//! `kettle::net`: what a program sees of sockets. The readiness bits, tokens and waiters have their
//! own tests in the engine (`runtime/src/*_tests.rs`).

use crate::common::engine::{connected, connection, must_wait, outputs_of, yield_times};
use std::future::poll_fn;
use std::io::{ErrorKind, Read, Write};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Poll;

use kettle::io::{AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use kettle::net::{TcpListener, TcpStream};

// ---- helpers ------------------------------------------------------------------------------------

/// Counts the polls of a future.
fn counted<F: Future>(future: F) -> (impl Future<Output = F::Output>, Arc<AtomicUsize>) {
    let polls = Arc::<AtomicUsize>::default();
    let (mut future, count) = (Box::pin(future), polls.clone());
    let counted = poll_fn(move |cx| {
        count.fetch_add(1, Ordering::SeqCst);
        future.as_mut().poll(cx)
    });
    (counted, polls)
}

fn pattern(len: usize) -> Vec<u8> {
    (0..len).map(|i| u8::try_from(i % 251).unwrap()).collect()
}

// ---- the end of a stream ------------------------------------------------------------------------

#[kettle::test]
async fn data_and_end_before_the_first_read() {
    let (mut near, mut far) = connected().await;
    far.write_all(b"hello").unwrap();
    drop(far);
    let mut buf = [0; 1024];
    assert_eq!(near.read(&mut buf).await.unwrap(), 5);
    assert_eq!(&buf[..5], b"hello");
    assert_eq!(near.read(&mut buf).await.unwrap(), 0);
    assert_eq!(near.read(&mut buf).await.unwrap(), 0);
}

/// As above, but with the reader waiting: data and end come in one report, and the read is short.
#[kettle::test]
async fn data_and_end_in_one_report_to_a_reader_that_waits() {
    let (mut near, mut far) = connected().await;
    let reader = kettle::spawn(async move {
        let mut buf = [0; 1024];
        let first = near.read(&mut buf).await.unwrap();
        (first, near.read(&mut buf).await.unwrap())
    });
    yield_times(2).await; // the reader waits
    far.write_all(b"hello").unwrap();
    drop(far); // both before the loop looks at the selector again
    assert_eq!(reader.await.unwrap(), (5, 0));
}

#[kettle::test]
async fn a_reset_is_an_error() {
    let (mut near, far) = connection().await;
    let reader = kettle::spawn(async move { near.read(&mut [0; 8]).await });
    yield_times(2).await;
    far.set_zero_linger().unwrap();
    drop(far);
    assert_eq!(reader.await.unwrap().unwrap_err().kind(), ErrorKind::ConnectionReset);
}

#[kettle::test]
async fn writing_to_a_reset_connection_ends_with_an_error() {
    let (mut near, far) = connection().await;
    far.set_zero_linger().unwrap();
    drop(far);
    let error = loop {
        if let Err(error) = near.write_all(&[0; 4096]).await {
            break error;
        }
    };
    let kinds = [ErrorKind::ConnectionReset, ErrorKind::BrokenPipe];
    assert!(kinds.contains(&error.kind()), "{error:?}");
    near.shutdown().await.unwrap(); // nothing left to shut down: no error, as tokio's
}

#[kettle::test]
async fn half_close_both_ways() {
    let (mut near, mut far) = connection().await;
    near.write_all(b"question").await.unwrap();
    near.shutdown().await.unwrap();
    let mut text = String::new();
    far.read_to_string(&mut text).await.unwrap();
    assert_eq!(text, "question");
    far.write_all(b"answer").await.unwrap();
    far.shutdown().await.unwrap();
    text.clear();
    near.read_to_string(&mut text).await.unwrap();
    assert_eq!(text, "answer");
    assert_eq!(near.write_all(b"more").await.unwrap_err().kind(), ErrorKind::BrokenPipe);
}

// ---- short reads and writes ---------------------------------------------------------------------

#[kettle::test]
async fn one_byte_at_a_time() {
    let (mut near, mut far) = connection().await;
    near.set_nodelay(true).unwrap();
    let sent = pattern(2_000);
    let expected = sent.clone();
    let writer = kettle::spawn(async move {
        for byte in sent {
            near.write_all(&[byte]).await.unwrap();
            kettle::task::yield_now().await;
        }
    });
    let mut received = Vec::new();
    let mut byte = [0];
    while far.read(&mut byte).await.unwrap() == 1 {
        received.push(byte[0]);
    }
    writer.await.unwrap();
    assert_eq!(received, expected);
}

#[kettle::test]
async fn eight_mebibytes_to_a_peer_that_begins_to_read_late() {
    let (mut near, mut far) = connection().await;
    let sent = pattern(8 << 20);
    let expected = sent.clone();
    let (writer, polls) = counted(async move { near.write_all(&sent).await });
    let writer = kettle::spawn(writer);
    // As long as the peer doesn't read, the writer fills what buffers there are, and then waits.
    let mut before = 0;
    while before != polls.load(Ordering::SeqCst) {
        before = polls.load(Ordering::SeqCst);
        yield_times(100).await;
    }
    assert!(!writer.is_finished());
    let mut received = Vec::new();
    far.read_to_end(&mut received).await.unwrap();
    writer.await.unwrap().unwrap();
    assert!(received == expected);
}

#[kettle::test]
async fn a_write_to_a_full_buffer_is_pending_and_is_woken_by_room() {
    let (mut near, mut far) = connected().await;
    let block = vec![7; 65_536];
    let fill = poll_fn(|cx| {
        let mut written = 0;
        while let Poll::Ready(n) = Pin::new(&mut near).poll_write(cx, &block) {
            written += n.unwrap();
        }
        Poll::Ready(written)
    });
    let written = fill.await;
    assert_eq!(near.try_write(&block).unwrap_err().kind(), ErrorKind::WouldBlock);
    let writable = kettle::spawn(async move { near.writable().await.map(|()| near) });
    yield_times(3).await;
    let drain = kettle::task::spawn_blocking(move || {
        far.read_exact(&mut vec![0; written]).unwrap();
        far
    });
    let near = writable.await.unwrap().unwrap();
    assert!(near.try_write(b"room").is_ok());
    drain.await.unwrap();
}

// ---- who is woken -------------------------------------------------------------------------------

#[kettle::test]
async fn two_directions_two_tasks() {
    let (near, mut far) = connection().await;
    let (mut reader, mut writer) = near.into_split();
    let (reading, polls) = counted(async move {
        let mut byte = [0];
        reader.read_exact(&mut byte).await.unwrap();
        reader
    });
    let reading = kettle::spawn(reading);
    let (writing, turns) = counted(async move {
        writer.write_all(&pattern(8 << 20)).await.unwrap();
        writer
    });
    let writing = kettle::spawn(writing);
    let mut received = vec![0; 8 << 20];
    far.read_exact(&mut received).await.unwrap();
    let writer = writing.await.unwrap();
    assert!(received == pattern(8 << 20));
    assert!(turns.load(Ordering::SeqCst) > 1, "it had to wait");
    // The reader was polled once at first. All the room that there was for the writer has not
    // concerned it.
    assert_eq!(polls.load(Ordering::SeqCst), 1);
    far.write_all(b"!").await.unwrap();
    let reader = reading.await.unwrap();
    assert_eq!(polls.load(Ordering::SeqCst), 2);
    reader.reunite(writer).unwrap();
}

#[kettle::test]
async fn the_newest_of_two_tasks_that_poll_one_direction_is_woken() {
    let (near, mut far) = connected().await;
    let near = Arc::new(near);
    let waits = |near: Arc<TcpStream>| async move { poll_fn(|cx| near.poll_read_ready(cx)).await };
    near.try_read(&mut [0; 8]).unwrap_err();
    let first = kettle::spawn(waits(near.clone()));
    yield_times(2).await;
    let second = kettle::spawn(waits(near.clone()));
    yield_times(2).await;
    far.write_all(b"x").unwrap();
    second.await.unwrap().unwrap();
    assert!(!first.is_finished());
    first.abort();
}

/// A task that had waited on a socket, and dropped it, is left alone by the next one of its key.
#[kettle::test]
async fn a_reused_key_never_wakes_the_old_task() {
    let (old, _far) = connected().await;
    let mut old = Some(old);
    let (forgetful, polls) = counted(poll_fn(move |cx| {
        if let Some(mut old) = old.take() {
            let mut room = [0; 8];
            let mut buf = ReadBuf::new(&mut room);
            let read = kettle::io::AsyncRead::poll_read(Pin::new(&mut old), cx, &mut buf);
            assert!(read.is_pending());
        }
        Poll::<()>::Pending
    }));
    let forgetful = kettle::spawn(forgetful);
    yield_times(2).await;
    for _ in 0..10 {
        let (mut new, mut far) = connected().await;
        let reader = kettle::spawn(async move { new.read(&mut [0; 8]).await.unwrap() });
        yield_times(2).await;
        far.write_all(b"hello").unwrap();
        assert_eq!(reader.await.unwrap(), 5);
    }
    assert_eq!(polls.load(Ordering::SeqCst), 1);
    forgetful.abort();
}

#[kettle::test]
async fn several_tasks_accept_on_one_listener() {
    let listener = Arc::new(TcpListener::bind("127.0.0.1:0").await.unwrap());
    let address = listener.local_addr().unwrap();
    let tasks = [(); 4].map(|()| {
        let listener = listener.clone();
        kettle::spawn(async move { listener.accept().await.unwrap().1 })
    });
    yield_times(2).await;
    let mut connected = Vec::new();
    for _ in 0..4 {
        connected.push(TcpStream::connect(address).await.unwrap());
    }
    let mut peers = outputs_of(tasks).await;
    let mut locals: Vec<_> = connected.iter().map(|s| s.local_addr().unwrap()).collect();
    peers.sort();
    locals.sort();
    assert_eq!(peers, locals);
}

#[kettle::test]
async fn an_accept_that_is_dropped_loses_no_connection() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    {
        let mut accept = pin!(listener.accept());
        must_wait(|cx| accept.as_mut().poll(cx)).await;
    }
    let near = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
    let (_, peer) = listener.accept().await.unwrap();
    assert_eq!(peer, near.local_addr().unwrap());
}
