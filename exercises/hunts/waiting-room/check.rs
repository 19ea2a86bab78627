//! What an engine must do after the fix of `waiting-room`.

use std::cell::Cell;
use std::collections::VecDeque;
use std::future::poll_fn;
use std::io::{self, Read as _, Write as _};
use std::net;
use std::task::{Context, Poll};

use kettle_judge::{Check, check, count, if_it_hangs};
use mio::net::{TcpListener, TcpStream};

use crate::event::Deferral;
use crate::event::Direction::{Read, Write};
use crate::io::readiness::{READY, bits_of};
use crate::{Config, Interest, Runtime, Source, defer};

const BOTH: Interest = Interest::READABLE.add(Interest::WRITABLE);

pub const CHECKS: &[Check] = &[
    check!(visitors_at_once => "visitors who come at once are all let in"),
    check!(more_than_one_buffer => "data that one read leaves is there for the next"),
    check!(data_from_before => "what was sent before the first read is read to its end"),
    check!(one_write_after_the_other => "while there is room, a write doesn't wait"),
    check!(a_short_read_is_all => "after a short read or write the system isn't asked again"),
    check!(an_error_that_passes => "an error other than `WouldBlock` doesn't clear the readiness"),
    check!(what_would_block_waits => "after `WouldBlock` the system isn't asked until it has reported"),
    check!(a_report_during_the_try => "a try doesn't clear what is reported during it"),
    check!(the_end_behind_the_data => "an end that came together with data is found after the data"),
];

fn run<F: Future>(future: F) -> F::Output {
    Runtime::with(Config::default()).expect("a runtime").block_on(future)
}

/// Two connected sockets; ours is non-blocking.
fn pair() -> (Source<TcpStream>, net::TcpStream) {
    let listener = net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let far = net::TcpStream::connect(listener.local_addr().expect("bound")).expect("connected");
    let (near, _) = listener.accept().expect("a connection");
    near.set_nonblocking(true).expect("a socket");
    (Source::new(TcpStream::from_std(near), BOTH).expect("a source"), far)
}

/// Reads up to `size` bytes. Counts in `tries` how often the system was asked.
fn poll_read(
    source: &Source<TcpStream>,
    cx: &mut Context<'_>,
    size: usize,
    tries: &Cell<usize>,
) -> Poll<io::Result<Vec<u8>>> {
    let mut buffer = vec![0; size];
    let read = |mut io: &TcpStream| {
        tries.set(tries.get() + 1);
        io.read(&mut buffer)
    };
    let polled = source.poll_io(Read, cx, size, read, |&n| Some(n));
    polled.map_ok(|count| {
        buffer.truncate(count);
        buffer
    })
}

/// Waits for data that `far` sends once a task waits for it, in one piece. Returns the first read.
async fn first_read(
    near: &Source<TcpStream>,
    far: &mut net::TcpStream,
    send: &[u8],
    size: usize,
    tries: &Cell<usize>,
) -> Vec<u8> {
    let mut sent = false;
    let read = poll_fn(|cx| {
        let polled = poll_read(near, cx, size, tries);
        if !sent {
            assert!(polled.is_pending(), "there is nothing to read yet, and a read is ready");
            far.write_all(send).expect("room for a few bytes");
            sent = true;
        }
        polled
    });
    read.await.expect("a read")
}

/// Goes through the queue so many times.
async fn rounds(times: usize) {
    count::rounds(times, |cx| defer(cx, Deferral::Yield)).await;
}

fn visitors_at_once() {
    const VISITORS: usize = 5;
    run(async {
        let listener =
            TcpListener::bind("127.0.0.1:0".parse().expect("an address")).expect("a port");
        let address = listener.local_addr().expect("bound");
        let listener = Source::new(listener, Interest::READABLE).expect("a source");
        let mut visitors = Vec::new();
        let mut let_in = 0;
        while let_in < VISITORS {
            let accepted = poll_fn(|cx| {
                let accept = |io: &TcpListener| io.accept();
                // All are there: so each other one is asked in without a wait.
                let polled = if let_in % 2 == 1 {
                    Poll::Ready(listener.try_io(Read, accept, |_| None))
                } else {
                    listener.poll_io(Read, cx, 0, accept, |_| None)
                };
                if visitors.is_empty() {
                    assert!(polled.is_pending(), "no visitor has come yet, and one is accepted");
                    let connect = |_| net::TcpStream::connect(address).expect("a connection");
                    visitors.extend((0..VISITORS).map(connect));
                }
                polled
            });
            accepted.await.expect("visitors are there: is the listener still ready?");
            let_in += 1;
        }
    });
}

fn data_from_before() {
    run(async {
        let ((near, mut far), tries) = (pair(), Cell::new(0));
        let bytes: Vec<u8> = (0..95).collect();
        far.write_all(&bytes).expect("room for a few bytes");
        let mut got = Vec::new();
        while got.len() < bytes.len() {
            let read = poll_fn(|cx| poll_read(&near, cx, 10, &tries)).await.expect("a read");
            assert!(!read.is_empty(), "the stream has no end yet, and a read has told it");
            got.extend(read);
        }
        assert_eq!(got, bytes, "what was read, ten bytes at a time");
        // The last read was short, and the selector doesn't know the socket yet: no report comes.
        far.write_all(b"more").expect("room for a few bytes");
        let read = poll_fn(|cx| poll_read(&near, cx, 10, &tries)).await.expect("a read");
        assert_eq!(read, b"more", "what came after a short read");
    });
}

/// Reads `got` up to so many bytes, ten at a time, in each of the ways that there are.
async fn read_on(near: &Source<TcpStream>, got: &mut Vec<u8>, count: usize) {
    for way in (0..3).cycle() {
        if got.len() >= count {
            return;
        }
        let mut buffer = [0; 10];
        let mut read = |mut io: &TcpStream| io.read(&mut buffer);
        let read = match way {
            0 => near.try_io(Read, read, |&n| Some(n)),
            1 => near.io(Read, read, |_| None).await,
            _ => poll_fn(|cx| near.poll_io(Read, cx, 10, &mut read, |&n| Some(n))).await,
        };
        let read = read.expect("there is more to read");
        assert!(read > 0, "the stream has no end yet, and a read has told it");
        got.extend(&buffer[..read]);
    }
}

fn more_than_one_buffer() {
    run(async {
        let ((near, mut far), tries) = (pair(), Cell::new(0));
        let bytes: Vec<u8> = (0..100).collect();
        let mut got = first_read(&near, &mut far, &bytes, 10, &tries).await;
        read_on(&near, &mut got, bytes.len()).await;
        assert_eq!(got, bytes, "what was read, ten bytes at a time");
    });
}

fn one_write_after_the_other() {
    run(async {
        let ((near, mut far), tries) = (pair(), Cell::new(0));
        // It has joined the selector now.
        first_read(&near, &mut far, b"go", 10, &tries).await;
        for word in ["one ", "two ", "three"] {
            let write = |mut io: &TcpStream| io.write(word.as_bytes());
            let poll = |cx: &mut Context<'_>| match word {
                "two " => near.poll_io(Write, cx, 0, write, |_| None),
                _ => near.poll_io(Write, cx, word.len(), write, |&n| Some(n)),
            };
            let written = poll_fn(poll).await.expect("a write");
            assert_eq!(written, word.len(), "bytes written of {word:?}");
        }
        drop(near);
        let mut got = String::new();
        far.read_to_string(&mut got).expect("a text");
        assert_eq!(got, "one two three", "what arrived");
    });
}

fn a_short_read_is_all() {
    run(async {
        let ((near, mut far), tries) = (pair(), Cell::new(0));
        let read = first_read(&near, &mut far, b"water", 10, &tries).await;
        assert_eq!(read, b"water", "the first read");
        let before = tries.get();
        let again = poll_fn(|cx| Poll::Ready(poll_read(&near, cx, 10, &tries))).await;
        assert!(again.is_pending(), "there is no more to read, and a read is ready");
        let asked = tries.get() - before;
        assert_eq!(asked, 0, "how often the system was asked after a short read");
        let short = async || {
            let write = |cx: &mut Context<'_>| near.poll_io(Write, cx, 10, |_| Ok(1), |&n| Some(n));
            poll_fn(|cx| Poll::Ready(write(cx))).await.is_ready()
        };
        assert!(short().await, "a socket has room, and a write waits");
        assert!(!short().await, "a write was short, and the next one doesn't wait");
    });
}

fn an_error_that_passes() {
    use io::ErrorKind::*;
    for passes in [Other, ConnectionRefused, ConnectionReset, Interrupted, NotConnected, TimedOut] {
        run(async {
            let ((near, mut far), tries) = (pair(), Cell::new(0));
            let read = first_read(&near, &mut far, b"water", 3, &tries).await;
            assert_eq!(read, b"wat", "the first read");
            let failed: io::Result<()> =
                poll_fn(|cx| near.poll_io(Read, cx, 0, |_| Err(passes.into()), |_| None)).await;
            assert_eq!(failed.expect_err("it fails").kind(), passes, "the error");
            let rest = poll_fn(|cx| Poll::Ready(poll_read(&near, cx, 10, &tries))).await;
            let Poll::Ready(rest) = rest else {
                panic!(
                    "after an error ({passes:?}) the next read waits, although there is more data"
                )
            };
            assert_eq!(rest.expect("a read"), b"er", "the second read");
        });
    }
}

fn what_would_block_waits() {
    run(async {
        let ((near, mut far), tries) = (pair(), Cell::new(0));
        for round in 1..4 {
            let polled = poll_fn(|cx| Poll::Ready(poll_read(&near, cx, 5, &tries))).await;
            assert!(polled.is_pending(), "nothing is there at poll {round}, and it is ready");
            rounds(2).await;
        }
        assert_eq!(tries.get(), 1, "how often the system was asked, in three polls");
        far.write_all(b"water").expect("room for five bytes");
        let read = poll_fn(|cx| poll_read(&near, cx, 5, &tries)).await.expect("a read");
        assert_eq!(read, b"water", "what was read in the end");
    });
    tried_without_a_wait();
}

/// By `try_io`, which waits for nothing, and clears as a poll does.
fn tried_without_a_wait() {
    run(async {
        let ((near, mut far), tries) = (pair(), Cell::new(0));
        let look = || {
            let mut buffer = [0; 5];
            let read = |mut io: &TcpStream| {
                tries.set(tries.get() + 1);
                io.read(&mut buffer)
            };
            near.try_io(Read, read, |_| None).map_err(|error| error.kind())
        };
        for round in 1..4 {
            assert_eq!(look(), Err(io::ErrorKind::WouldBlock), "nothing is there at try {round}");
            rounds(2).await;
        }
        assert_eq!(tries.get(), 1, "how often the system was asked, in three calls of `try_io`");
        far.write_all(b"water").expect("room for five bytes");
        near.ready([Read]).await.expect("a report");
        assert_eq!(look(), Ok(5), "bytes that were read in the end");
    });
}

// As by the loop, while another thread tries.
fn a_report_during_the_try() {
    run(async {
        let ((near, mut far), tries) = (pair(), Cell::new(0));
        first_read(&near, &mut far, b"water", 10, &tries).await;
        let report = |direction| {
            near.registration.state.report(bits_of(direction, READY), &mut VecDeque::new());
        };
        for direction in [Read, Write] {
            report(direction);
            let mut tried = 0;
            let polled = poll_fn(|cx| {
                let blocks_once = |_: &TcpStream| {
                    tried += 1;
                    report(direction);
                    if tried == 1 { Err(io::ErrorKind::WouldBlock.into()) } else { Ok(()) }
                };
                Poll::Ready(near.poll_io(direction, cx, 0, blocks_once, |_| None))
            });
            let what =
                "data came and was reported, and then the try said `WouldBlock`: the task waits";
            assert!(polled.await.is_ready(), "{what} ({direction:?})");
            let one = |_: &_| {
                report(direction);
                Ok(1)
            };
            let short = |cx: &mut Context<'_>| near.poll_io(direction, cx, 10, one, |&n| Some(n));
            for number in 1..4 {
                let polled = poll_fn(|cx| Poll::Ready(short(cx))).await;
                let what =
                    "data came and was reported, and then the try said how little it had got";
                assert!(polled.is_ready(), "{what}: try {number} waits ({direction:?})");
            }
        }
    });
}

fn the_end_behind_the_data() {
    if_it_hangs("the end was reported with the data, and a read behind the data waits");
    run(async {
        let ((near, mut far), tries) = (pair(), Cell::new(0));
        let polled = poll_fn(|cx| Poll::Ready(poll_read(&near, cx, 10, &tries))).await;
        assert!(polled.is_pending(), "nothing is there yet, and a read is ready");
        far.write_all(b"water").expect("room for five bytes");
        drop(far);
        let read = poll_fn(|cx| poll_read(&near, cx, 10, &tries)).await.expect("a read");
        assert_eq!(read, b"water", "the first read");
        for _ in 0..2 {
            let end = poll_fn(|cx| poll_read(&near, cx, 10, &tries)).await.expect("a read");
            assert!(end.is_empty(), "behind the data is the end, each time, and not {end:?}");
        }
    });
}
