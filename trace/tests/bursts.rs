//! Are the bytes that a burst took given back to the system's allocator?
//!
//! The process's bytes are counted, so one burst runs at a time. How much room the engine's own
//! parts keep is asked in kettle's `tests/engine/memory.rs`.

use std::alloc::System;
use std::cell::RefCell;
use std::task::{Context, Waker};
use std::thread;
use std::time::Duration;
#[cfg(unix)]
use std::{future::poll_fn, task::Poll};

use kettle::net::UdpSocket;
use kettle::runtime::{Builder, LocalRuntime};
#[cfg(unix)]
use kettle::signal::unix::{Signal, SignalKind, signal};
use kettle::task::{LocalSet, spawn_local, yield_now};
use kettle::time::sleep;
use kettle::trace::{Record, Sink};
use parking_lot::Mutex;
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

const BURST: usize = 100_000;

/// Bytes that may be kept after a burst of any size.
const KEPT: usize = 64 * 1024;

fn in_use() -> usize {
    let stats = ALLOCATOR.stats();
    stats.bytes_allocated - stats.bytes_deallocated
}

/// Runs a small burst, which makes what the process keeps for good, and then a large one.
fn assert_given_back(large: usize, burst: impl Fn(usize)) {
    let _alone = ONE_AT_A_TIME.lock();
    burst(10);
    let before = in_use();
    burst(large);
    let after = in_use();
    assert!(after <= before + KEPT, "{} bytes are kept", after - before);
}

/// In the doctor's place, as it is at rest: the doctor itself may keep what it has looked at.
struct AtRest;

impl Sink for AtRest {
    fn record(&mut self, _: &[Record]) {}

    fn wants(&self) -> bool {
        false
    }
}

#[test]
fn a_burst_of_local_tasks_is_given_back_while_their_set_lives() {
    let mut builder = Builder::new_current_thread();
    // (Paused, since else a busy machine may let the sleep's time pass before the loop has slept.)
    let runtime = builder.start_paused(true).trace(AtRest).build().unwrap();
    let set = LocalSet::new();
    assert_given_back(BURST, |tasks| {
        set.block_on(&runtime, async {
            let tasks: Vec<_> = (0..tasks).map(|_| spawn_local(yield_now())).collect();
            for task in tasks {
                task.await.unwrap();
            }
            sleep(Duration::from_millis(1)).await; // the loop tidies up before it sleeps
        });
    });
}

/// One that listens on must not keep the others' room.
#[cfg(unix)]
#[test]
fn a_burst_of_listeners_that_wait_for_a_signal_is_given_back() {
    let runtime = Builder::new_current_thread().enable_all().trace(AtRest).build().unwrap();
    let listener = || signal(SignalKind::window_change()).unwrap();
    let _stays = runtime.block_on(async { listener() });
    assert_given_back(BURST, |listeners| {
        runtime.block_on(poll_fn(|cx| {
            let mut listeners: Vec<_> = (0..listeners).map(|_| listener()).collect();
            let pending = |listener: &mut Signal| listener.poll_recv(cx).is_pending();
            assert!(listeners.iter_mut().all(pending));
            Poll::Ready(())
        }));
    });
}

/// A thread with a runtime costs a millisecond in a debug build, so there are fewer: enough that 16
/// bytes from each would be too much.
#[test]
fn local_runtimes_of_a_thread_each_leave_nothing_to_their_threads() {
    assert_given_back(5_000, |threads| {
        for _ in 0..threads {
            let alone =
                || LocalRuntime::new().unwrap().block_on(async { spawn_local(async {}).await });
            thread::spawn(alone).join().unwrap().unwrap();
        }
    });
}

/// One of them, the last to come, goes on waiting.
#[test]
fn a_burst_of_waiters_of_a_socket_is_given_back_while_the_socket_lives() {
    let runtime = Builder::new_current_thread().enable_all().trace(AtRest).build().unwrap();
    let _entered = runtime.enter();
    let socket = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.set_nonblocking(true).unwrap();
    let socket = UdpSocket::from_std(socket).unwrap();
    let stay = RefCell::new(Vec::new());
    assert_given_back(BURST, |waiters| {
        let mut all: Vec<_> = (0..waiters).map(|_| Box::pin(socket.readable())).collect();
        let cx = &mut Context::from_waker(Waker::noop());
        assert!(all.iter_mut().all(|it| it.as_mut().poll(cx).is_pending()));
        stay.borrow_mut().extend(all.pop());
    });
    drop(stay); // before the socket
}
