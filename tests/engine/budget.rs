//! How much may a task do in one poll, and what happens when it has done that?
//!
//! What the primitives make of it is counted in their own tests (`mpsc/receiving.rs`,
//! `mutex/line.rs`, `time/timeout.rs`). Not here: the units, their permits, and polls in a poll
//! (`exercises/budget/check.rs`, which judges the engine's own file), and when a task is woken that
//! has spent its budget (there, too, and in `api/task/coop.rs`).

use std::future::poll_fn;
use std::io::Write;
use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex, OnceLock};
use std::task::{Context, Poll, Wake, Waker, ready};

use crate::common::Wakes;
use crate::common::engine::*;
use crate::records::*;
use kettle::io::AsyncReadExt;
use kettle::runtime::Handle;
use kettle::task::yield_now;
use kettle_events::{Deferral, Event};
use kettle_runtime::budget::poll_proceed;
use kettle_runtime::defer;

/// More than any budget; a loop that should end stops here.
const MANY: usize = 10_000;

/// An operation that is always ready.
fn take(cx: &mut Context<'_>) -> Poll<()> {
    ready!(poll_proceed(cx)).made_progress();
    Poll::Ready(())
}

/// As an executor that polls at once what its waker is called for, in the middle of the phase.
#[test]
fn a_waker_that_is_deferred_while_deferred_wakers_are_called_is_called_in_the_next_turn() {
    for why in [Deferral::Budget, Deferral::Clock] {
        let calls = Arc::new(Wakes::default());
        let second = Waker::from(calls.clone());
        let first = waker_that(move || defer(&Context::from_waker(&second), why));
        runtime().block_on(async {
            defer(&Context::from_waker(&first), why);
            settle().await;
        });
        assert_eq!(calls.count(), 1, "{why:?}");
    }
}

/// Taken for the running task's own it would be called at once, and not at the end of the phase.
#[test]
fn another_tasks_waker_is_a_foreign_one() {
    let sleeper = Sleeper::default();
    let ((), records) = run_recorded(async || {
        kettle::spawn(sleeper.clone().sleep());
        settle().await;
        let waker = sleeper.waker();
        defer(&Context::from_waker(&waker), Deferral::Yield);
        settle().await;
    });
    assert_eq!(sleeper.polls(), 2);
    let yields = |event: &Event| matches!(event, Event::Defer { why: Deferral::Yield });
    assert_eq!(count(&records, yields), 1, "it was deferred");
}

/// The loop that calls deferred wakers is the one that this blocks.
#[test]
fn a_block_on_inside_of_a_task_defers_no_waker() {
    within_a_minute(|| {
        paused().block_on(async {
            let handle = Handle::current();
            let (sender, mut receiver) = kettle::sync::mpsc::unbounded_channel();
            let spawned = kettle::task::run_in_place(|| {
                handle.block_on(async {
                    yield_now().await;
                    for number in 0..1000 {
                        sender.send(number).unwrap();
                        assert_eq!(receiver.recv().await, Some(number));
                    }
                });
                kettle::spawn(async { 7 }) // by message: it is polled later
            });
            assert_eq!(spawned.await.unwrap(), 7);
        });
    });
}

/// The loop that would call them waits for the drop.
#[test]
fn a_block_on_in_a_drop_at_the_end_calls_the_wakers_that_it_defers() {
    within_a_minute(|| {
        let runtime = runtime();
        let handle = runtime.handle().clone();
        let blocks = on_drop(move || {
            handle.block_on(async {
                yield_now().await;
                for _ in 0..MANY {
                    poll_fn(take).await;
                }
            });
        });
        runtime.spawn(keep(blocks));
        drop(runtime);
    });
}

/// Defers itself anew whenever it is called.
struct DefersAgain(AtomicUsize);

impl Wake for DefersAgain {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, SeqCst);
        defer(&Context::from_waker(&Waker::from(self)), Deferral::Yield);
    }
}

/// No task is polled meanwhile, and the loop never sleeps.
#[test]
fn a_waker_that_defers_itself_again_does_not_keep_the_loop_from_its_sockets() {
    let (calls, own) = (Arc::new(AtomicUsize::new(0)), Arc::new(OnceLock::<Waker>::new()));
    runtime().block_on(async {
        let (mut near, far) = connected().await;
        let mut byte = [0];
        let mut reads = pin!(near.read_exact(&mut byte));
        must_wait(|cx| reads.as_mut().poll(cx)).await;
        let (counted, again, far) = (calls.clone(), own.clone(), Mutex::new(far));
        let waker = own.get_or_init(|| {
            waker_that(move || {
                match counted.fetch_add(1, SeqCst) {
                    10 => far.lock().unwrap().write_all(b"!").unwrap(),
                    MANY.. => return, // so that a hang ends
                    _ => {}
                }
                let own = again.get().expect("it was set before the first call");
                defer(&Context::from_waker(own), Deferral::Yield);
            })
        });
        defer(&Context::from_waker(waker), Deferral::Yield);
        reads.await.unwrap();
    });
    let calls = calls.load(SeqCst);
    assert!(calls < 2 * 61, "after {calls} turns");
}

#[test]
fn a_waker_that_defers_itself_again_does_not_put_off_the_end() {
    within_a_minute(|| {
        let again = Arc::new(DefersAgain(AtomicUsize::new(0)));
        let (runtime, waker) = (runtime(), Waker::from(again.clone()));
        runtime.spawn(keep(on_drop(move || waker.wake())));
        drop(runtime);
        assert!(again.0.load(SeqCst) > 1, "it was called, though it came so late");
        assert_eq!(Arc::strong_count(&again), 1, "in the end it was dropped");
    });
}
