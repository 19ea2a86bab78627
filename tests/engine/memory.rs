//! Is everything given back that a burst of tasks made the engine grow to?
//!
//! Not here: that a runtime leaves nothing behind (`system/ends.rs`).

use std::future::{pending, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use crate::common::engine::*;
use crate::records::*;
use kettle::net::TcpListener;
use kettle::runtime::{Builder, Handle};
use kettle::sync::{Mutex, Semaphore, mpsc};
use kettle::task::coop::consume_budget;
use kettle::task::{JoinHandle, LocalSet, spawn_blocking, yield_now};
use kettle::time::{sleep, timeout};
use kettle::trace::{Event, Record, Recorder, Sink};

const BURST: usize = 100_000;

/// Room that may be kept after a burst: a few thousand entries for each of the engine's parts.
const KEPT: usize = 8 * 1024;

/// How many entries the engine has room for, here and now.
fn capacity() -> usize {
    Handle::current().inspector().capacity().expect("the runtime is current here")
}

/// Lets the engine sleep once: that is when it tidies up.
async fn park() {
    sleep(Duration::from_millis(1)).await;
}

/// Runs a burst; afterwards nothing of it may be left.
fn assert_given_back<F: Future<Output = usize>>(burst: impl FnOnce() -> F) {
    let (tell, ends) = channel();
    let mut builder = Builder::new_current_thread();
    let runtime = builder.start_paused(true).enable_all().trace(Ends(tell)).build().unwrap();
    runtime.block_on(async {
        let before = capacity();
        let during = burst().await;
        assert!(during >= BURST, "the burst needed room for {during}");
        park().await;
        let after = capacity();
        assert!(after <= KEPT, "{before} before, {during} during, {after} after");
        assert_eq!(Handle::current().metrics().num_alive_tasks(), 0);
    });
    drop(runtime);
    assert_eq!(ends.iter().collect::<Vec<_>>(), [(0, 0, 0)]);
}

/// Keeps what there is at the end of a run, of all its records.
struct Ends(Sender<(usize, usize, usize)>);

impl Sink for Ends {
    fn record(&mut self, records: &[Record]) {
        for record in records {
            if let Event::RunEnd { tasks, timers, sources } = record.event {
                self.0.send((tasks, timers, sources)).unwrap();
            }
        }
    }
}

#[test]
fn a_burst_of_deferred_wakers_is_given_back() {
    within_a_minute(|| {
        assert_given_back(|| async {
            // A yield by a waker that is not the task's own is deferred.
            let mut foreign = Context::from_waker(Waker::noop());
            for _ in 0..BURST {
                assert!(pin!(yield_now()).poll(&mut foreign).is_pending());
            }
            capacity()
        });
    });
}

#[kettle::test(start_paused = true)]
async fn a_poll_without_budget_is_deferred_once() {
    poll_fn(|cx| {
        let pending = (0..BURST).filter(|_| pin!(consume_budget()).poll(cx).is_pending());
        assert!(pending.count() > BURST / 2);
        Poll::Ready(())
    })
    .await;
    assert!(capacity() <= KEPT, "room for {} after one poll", capacity());
}

#[test]
fn a_burst_of_sleeping_tasks_is_given_back() {
    within_a_minute(|| {
        assert_given_back(|| async {
            let sleep = |n| kettle::spawn(sleep(Duration::from_millis(n % 5000)));
            let tasks: Vec<_> = (0..BURST as u64).map(sleep).collect();
            yield_now().await;
            let during = capacity();
            outputs_of(tasks).await;
            during
        });
    });
}

#[test]
fn a_burst_of_cancelled_sleeps_is_given_back() {
    within_a_minute(|| {
        assert_given_back(|| async {
            let sleep = |_| kettle::spawn(sleep(Duration::from_hours(1)));
            let tasks: Vec<_> = (0..BURST).map(sleep).collect();
            settle().await;
            let during = capacity();
            for task in &tasks {
                task.abort();
            }
            for task in tasks {
                assert!(task.await.unwrap_err().is_cancelled());
            }
            during
        });
    });
}

#[test]
fn a_burst_of_detached_and_of_aborted_tasks_is_given_back() {
    within_a_minute(|| {
        assert_given_back(|| async {
            for n in 0..BURST {
                let task = kettle::spawn(yield_now());
                if n % 2 == 0 {
                    task.abort();
                }
            }
            let during = capacity();
            settle().await;
            during
        });
    });
}

#[test]
fn a_burst_of_tasks_from_another_thread_is_given_back() {
    within_a_minute(|| {
        assert_given_back(|| async {
            let handle = Handle::current();
            let spawn = move |_| handle.spawn(pending::<()>());
            let burst = move || (0..BURST).map(spawn).collect::<Vec<_>>();
            let tasks = spawn_blocking(burst).await.unwrap();
            // So many messages are received in several turns.
            yield_until(|| Handle::current().metrics().num_alive_tasks() >= BURST).await;
            let during = capacity();
            tasks.iter().for_each(JoinHandle::abort);
            for task in tasks {
                assert!(task.await.unwrap_err().is_cancelled());
            }
            during
        });
    });
}

#[test]
fn a_burst_of_unclaimed_outputs_is_given_back() {
    within_a_minute(|| {
        let runtime = paused();
        let held = Arc::new(());
        // Finished, and the runtime is left: the outputs wait in their hand-overs.
        let handles = runtime.block_on(async {
            let spawn = |_| {
                let held = held.clone();
                kettle::spawn(async { held })
            };
            let handles: Vec<_> = (0..BURST).map(spawn).collect();
            settle().await;
            settle().await;
            handles
        });
        assert_eq!(Arc::strong_count(&held), BURST + 1);
        assert!(runtime.block_on(async { capacity() }) >= BURST);
        // Half of them are wanted.
        for (n, handle) in handles.into_iter().enumerate() {
            if n % 2 == 0 {
                runtime.block_on(handle).unwrap();
            }
        }
        assert_eq!(Arc::strong_count(&held), 1, "every output is gone with its handle");
        let after = runtime.block_on(async {
            park().await;
            capacity()
        });
        assert!(after <= KEPT, "{after}");
    });
}

#[test]
fn a_sleep_dropped_where_its_runtime_is_entered_but_not_driven_leaves_nothing() {
    let (recorder, recording) = Recorder::with_capacity(1_000_000);
    let runtime = Builder::new_current_thread().trace(recorder).build().unwrap();
    let room = || runtime.block_on(async { Handle::current().inspector().capacity().unwrap() });
    let before = room();
    {
        let _entered = runtime.enter();
        for _ in 0..100_000 {
            let sleep = pin!(sleep(Duration::from_hours(1)));
            assert!(sleep.poll(&mut Context::from_waker(Waker::noop())).is_pending());
        }
    }
    assert!(room() <= before + 64, "room for {} more", room() - before);
    let messages =
        recording.records().iter().filter(|one| matches!(one.event, Event::Message { .. })).count();
    assert_eq!(messages, 0);
}

/// In the doctor's place: it wants no records.
struct AtRest;

impl Sink for AtRest {
    fn record(&mut self, _: &[Record]) {}

    fn wants(&self) -> bool {
        false
    }
}

/// How many tasks, waits, holds, scopes, jobs and sources exist here and now.
fn existing() -> [usize; 6] {
    let now = Handle::current().inspector().events().snapshot(None);
    let (tasks, waits, holds) = (now.tasks.len(), now.waits.len(), now.holds.len());
    [tasks, waits, holds, now.scopes.len(), now.jobs.len(), now.sources.len()]
}

/// Only the last line that has cleared something is kept.
#[cfg(all(unix, debug_assertions))]
#[test]
fn a_wait_has_no_line_that_cleared_another_direction() {
    let runtime = Builder::new_current_thread().enable_all().trace(AtRest).build().unwrap();
    runtime.block_on(async {
        let (near, _far) = kettle::net::UnixStream::pair().unwrap();
        while near.try_write(&[0; 4096]).is_ok() {}
        near.try_read(&mut [0]).unwrap_err();
        let cx = &mut Context::from_waker(Waker::noop());
        let (mut room, mut word) = (pin!(near.writable()), pin!(near.readable()));
        assert!(room.as_mut().poll(cx).is_pending() && word.as_mut().poll(cx).is_pending());
        let waits = Handle::current().inspector().events().snapshot(None).waits;
        assert_eq!(waits.iter().map(|it| it.cleared.is_some()).collect::<Vec<_>>(), [false, true]);
    });
}

/// A watched runtime has a table of what exists.
#[test]
fn what_exists_ends_with_its_owner_on_whichever_thread() {
    type Wait = Pin<Box<dyn Future<Output = ()> + Send>>;
    let runtime = Builder::new_current_thread().enable_all().trace(AtRest).build().unwrap();
    runtime.block_on(async {
        assert_eq!(existing(), [1, 0, 0, 0, 0, 0], "main alone");
        let (lock, few) = (Arc::new(Mutex::new(())), Arc::new(Semaphore::new(3)));
        let (sender, mut receiver) = mpsc::channel::<()>(2);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (end, ended) = std::sync::mpsc::channel::<()>();
        let job = spawn_blocking(move || ended.recv());
        let set = LocalSet::new();
        set.spawn_local(pending::<()>());
        let task = kettle::spawn(pending::<()>());
        let mut permits = few.clone().try_acquire_many_owned(2).unwrap();
        let other = permits.split(1).unwrap();
        let places = sender.clone().try_reserve_owned().unwrap();
        let guard = lock.clone().try_lock_owned().unwrap();
        let mut waits: Vec<Wait> = vec![
            Box::pin(async move { drop(lock.lock().await) }),
            Box::pin(async move { assert_eq!(receiver.recv().await, None) }),
            Box::pin(async move { drop(listener.accept().await) }),
            Box::pin(async move { drop(timeout(Duration::from_hours(1), task).await) }),
            Box::pin(async move { drop(job.await) }),
        ];
        let cx = &mut Context::from_waker(Waker::noop());
        assert!(waits.iter_mut().all(|wait| wait.as_mut().poll(cx).is_pending()));
        assert_eq!(existing(), [3, 6, 4, 1, 1, 1]);
        permits.merge(other);
        assert_eq!(existing()[2], 3, "two holds are one");
        let holds = (permits, places, guard);
        std::thread::spawn(move || drop((waits, holds, end))).join().unwrap();
        drop(set);
        // The job ends on its own thread; the task goes on.
        yield_until(|| existing() == [2, 0, 0, 0, 0, 0]).await;
    });
}
