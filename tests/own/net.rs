//! Sockets: what the selector hears of.

use std::collections::HashSet;
use std::io::{ErrorKind, Write};
use std::sync::Arc;
use std::task::{Context, Waker};

use kettle::io::{AsyncReadExt, AsyncWriteExt};
use kettle::net::TcpListener;
use kettle::runtime::Builder;
use kettle::task::yield_now;
use kettle::trace::Event;
use kettle_events::Resource;

use crate::common::Wakes;
use crate::common::engine::*;
use crate::records::{picked, run_recorded};

/// A connection whose data is there when it is accepted never joins the selector: four system calls
/// (accept, read, write, close), and none of epoll's. The listener joins once.
#[test]
fn a_short_connection_never_joins_the_selector() {
    let ((), records) = run_recorded(async || {
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
    assert_eq!(picked!(records, Event::SourceAdd { .. } => ()).len(), 1);
    // Their ends are told of, all the same.
    assert_eq!(picked!(records, Event::SourceDrop { .. } => ()).len(), 1 + 20);
    // The accept of each connection had to wait, and nothing else did. (`join!` polls it again with
    // every yield of its neighbour: those waits replace its own.)
    let waits = picked!(records, Event::Wait { wait, on: Resource::Source(..), .. } => wait);
    assert_eq!(HashSet::<_>::from_iter(waits).len(), 20);
}

/// More futures wait for one socket than one step of the loop wakes, and the runtime ends after
/// that step.
#[test]
fn every_future_that_waits_for_a_socket_is_woken_though_the_runtime_ends_in_between() {
    const FUTURES: usize = 1500;
    let runtime = Builder::new_current_thread().enable_all().event_interval(1).build().unwrap();
    let woken = Arc::new(Wakes::default());
    let waker = Waker::from(woken.clone());
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
    let before = woken.count();
    assert!(0 < before && before < FUTURES, "{before}");
    drop(runtime);
    assert_eq!(woken.count(), FUTURES);
}
