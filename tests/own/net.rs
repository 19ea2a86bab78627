//! Sockets: what the selector hears of.

use std::collections::HashSet;
use std::io::{ErrorKind, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Context;

use kettle::io::{AsyncReadExt, AsyncWriteExt};
use kettle::net::TcpListener;
use kettle::runtime::{Builder, Runtime};
use kettle::task::yield_now;
use kettle::trace::Event;
use kettle_events::Resource;

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
    let waits = records.iter().filter_map(|record| match record.event {
        Event::Wait { wait, on: Resource::Source(..), .. } => Some(wait),
        _ => None,
    });
    let waits: HashSet<_> = waits.collect();
    assert_eq!(waits.len(), 20);
}

/// More futures wait for one socket than one step of the loop wakes, and the runtime ends after
/// that step.
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
