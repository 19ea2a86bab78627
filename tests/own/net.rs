//! Sockets: what the selector hears of.

use std::future::poll_fn;
use std::io::{ErrorKind, Write};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Context;
use std::thread;
use std::time::Duration;

use kettle::io::{AsyncReadExt, AsyncWriteExt, Interest};
use kettle::net::TcpListener;
use kettle::runtime::{Builder, Runtime};
use kettle::task::yield_now;
use kettle::trace::{Event, Recorder};
use kettle_events::{Replaced, Resource};
use kettle_runtime::budget::UNITS;

use crate::common::engine::*;

/// A connection whose data is there when it is accepted never joins the selector: four system calls
/// (accept, read, write, close), and none of epoll's. The listener joins once.
#[test]
fn a_short_connection_never_joins_the_selector() {
    let ((), records) = kettle::trace::record(|| {
        Runtime::new().unwrap().block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let address = listener.local_addr().unwrap();
            for _ in 0..20 {
                let (accepted, far) = kettle::join!(listener.accept(), async {
                    yield_times(2).await;
                    let mut far = std::net::TcpStream::connect(address).unwrap();
                    far.write_all(b"question").unwrap();
                    far
                });
                let mut near = accepted.unwrap().0;
                assert_eq!(near.read(&mut [0; 64]).await.unwrap(), 8);
                near.write_all(b"answer").await.unwrap();
                drop((near, far));
            }
        });
    });
    let count = |wanted: fn(&Event) -> bool| records.iter().filter(|r| wanted(&r.event)).count();
    assert_eq!(count(|e| matches!(e, Event::SourceAdd { .. })), 1);
    // Their ends are told of, all the same.
    assert_eq!(count(|e| matches!(e, Event::SourceDrop { .. })), 1 + 20);
    // The accept of each connection had to wait, and nothing else did. (`join!` polls it again with
    // every yield of its neighbour: those waits replace its own.)
    let waits = |e: &Event| match e {
        Event::Wait { on: Resource::Source(..), replaced } => *replaced == Replaced::None,
        _ => false,
    };
    assert_eq!(count(waits), 20);
}

/// More futures wait for one socket than one step of the loop wakes, and the runtime ends after that
/// step.
#[test]
fn every_future_that_waits_for_a_socket_is_woken_though_the_runtime_ends_in_between() {
    const FUTURES: usize = 1500;
    let mut builder = Builder::new_current_thread();
    let runtime = builder.enable_all().event_interval(1).build().unwrap();
    let woken = Arc::new(AtomicUsize::new(0));
    let count = woken.clone();
    let waker = waker_that(move || {
        count.fetch_add(1, Ordering::Relaxed);
    });
    let (stream, mut far) = runtime.block_on(connected());
    let mut futures: Vec<_> = (0..FUTURES).map(|_| Box::pin(stream.readable())).collect();
    assert_eq!(stream.try_read(&mut [0; 8]).unwrap_err().kind(), ErrorKind::WouldBlock);
    for future in &mut futures {
        assert!(future.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
    }
    runtime.block_on(async {
        far.write_all(b"tea").unwrap();
        yield_now().await; // the loop has looked at the sockets, and woken some
    });
    let before = woken.load(Ordering::Relaxed);
    assert!(0 < before && before < FUTURES, "{before}");
    drop(runtime);
    assert_eq!(woken.load(Ordering::Relaxed), FUTURES);
}

#[test]
fn a_socket_that_waited_is_tried_again_after_its_runtimes_end() {
    let runtime = runtime();
    let (stream, mut far) = runtime.block_on(connected());
    let mut buf = [0; 8];
    assert_eq!(stream.try_read(&mut buf).unwrap_err().kind(), ErrorKind::WouldBlock);
    drop(runtime);
    far.write_all(b"tea").unwrap();
    let read = (0..1000).find_map(|_| {
        thread::sleep(Duration::from_millis(1)); // loopback may take a moment
        stream.try_read(&mut buf).ok()
    });
    assert_eq!(read, Some(3));
}

/// The loop sleeps while another thread registers a socket, and hears of it before it records
/// what that thread did.
#[test]
fn a_source_that_another_thread_adds_is_on_record_before_it_is_ready() {
    within_a_minute(|| {
        let (recorder, recording) = Recorder::with_capacity(10_000);
        let mut builder = Builder::new_current_thread();
        let runtime = builder.enable_all().trace(recorder).build().unwrap();
        let handle = runtime.handle().clone();
        let news = Channel::new();
        let done = news.clone();
        let other = thread::spawn(move || {
            let read = handle.block_on(async {
                let (mut stream, mut far) = connected().await;
                let late = thread::spawn(move || {
                    thread::sleep(Duration::from_millis(20));
                    far.write_all(b"tea").unwrap();
                });
                let read = stream.read(&mut [0; 8]).await.unwrap();
                late.join().unwrap();
                read
            });
            done.send(read);
        });
        assert_eq!(runtime.block_on(news.receive()), 3);
        other.join().unwrap();
        let mut added = Vec::new();
        for record in recording.records() {
            match record.event {
                Event::SourceAdd { source, .. } => added.push(source),
                Event::SourceReady { source, .. } => assert!(added.contains(&source)),
                _ => {}
            }
        }
        assert!(!added.is_empty());
    });
}

/// As a loop that asks again and again whether its socket is ready, and does something else.
#[test]
fn to_ask_whether_a_socket_is_ready_costs_what_an_operation_does() {
    let runtime = runtime();
    // Not tried yet, it is believed ready.
    let near = runtime.block_on(connected()).0;
    let near = Arc::new(near);
    let (first, second) = (near.clone(), near);
    let polls = runtime.block_on(async {
        let by_ready = kettle::spawn(polls_of(async move {
            for _ in 0..300 {
                first.ready(Interest::READABLE).await.unwrap();
            }
        }));
        let by_poll = kettle::spawn(polls_of(async move {
            for _ in 0..300 {
                poll_fn(|cx| second.poll_read_ready(cx)).await.unwrap();
            }
        }));
        [by_ready.await.unwrap(), by_poll.await.unwrap()]
    });
    assert_eq!(polls, [300_usize.div_ceil(usize::from(UNITS)); 2]);
}

async fn polls_of(future: impl Future<Output = ()>) -> usize {
    let (mut future, mut polls) = (pin!(future), 0);
    poll_fn(|cx| {
        polls += 1;
        future.as_mut().poll(cx)
    })
    .await;
    polls
}
