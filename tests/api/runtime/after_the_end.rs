//! What becomes of outputs, and of those who wait elsewhere, when their runtime ends?

#![allow(clippy::async_yields_async)] // handles come out of `block_on`

use crate::help::{Wakes, says};
use std::future::pending;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Barrier, mpsc};
use std::task::{Context, Waker};
use std::thread;
use std::time::Duration;

use super::ending::result_of;
use crate::common::engine::*;
use kettle::runtime::Handle;
use kettle::time::sleep;

// ---- outputs ------------------------------------------------------------------------------------

#[test]
fn finished_outputs_outlive_the_runtime() {
    within_a_minute(|| {
        let runtime = runtime();
        let mut handles = runtime.block_on(async {
            let handles: Vec<_> =
                (0..4).map(|number| kettle::spawn(async move { number })).collect();
            let_run().await;
            handles
        });
        let from_a_thread = runtime.spawn(async { 4 });
        runtime.block_on(let_run());
        let before = handles.pop().unwrap();
        assert_eq!(thread::spawn(move || result_of(before).unwrap()).join().unwrap(), 3);
        drop(runtime);
        assert_eq!(result_of(from_a_thread).unwrap(), 4);
        let elsewhere = handles.pop().unwrap();
        assert_eq!(thread::spawn(move || result_of(elsewhere).unwrap()).join().unwrap(), 2);
        let under_another = handles.pop().unwrap();
        assert_eq!(crate::common::engine::runtime().block_on(under_another).unwrap(), 1);
        assert_eq!(result_of(handles.pop().unwrap()).unwrap(), 0);
    });
}

#[test]
fn an_output_asked_for_while_its_runtime_ends_is_not_lost() {
    within_a_minute(|| {
        for _ in 0..100 {
            let runtime = runtime();
            let handles = runtime.block_on(async {
                let spawn = |number| kettle::spawn(async move { number });
                let handles: Vec<_> = (0..200).map(spawn).collect();
                // The end needs some time, while the runtime is current for the last time.
                (0..200).for_each(|_| drop(kettle::spawn(pending::<()>())));
                let_run().await;
                handles
            });
            let barrier = Arc::new(Barrier::new(2));
            let other = barrier.clone();
            let asker = thread::spawn(move || {
                let asker = crate::common::engine::runtime();
                other.wait();
                for (number, handle) in handles.into_iter().enumerate() {
                    assert_eq!(asker.block_on(handle).unwrap(), number);
                }
            });
            barrier.wait();
            drop(runtime);
            asker.join().unwrap();
        }
    });
}

// ---- those who wait elsewhere -------------------------------------------------------------------

#[test]
fn who_waits_elsewhere_for_a_task_hears_of_the_end() {
    within_a_minute(|| {
        let runtime = runtime();
        let begun = runtime.block_on(async {
            let task = kettle::spawn(pending::<()>());
            let_run().await;
            task
        });
        let sent = runtime.spawn(pending::<()>());
        let (waits, waiting) = mpsc::channel();
        let waiter = thread::spawn(move || {
            crate::common::engine::runtime().block_on(async {
                let (mut begun, mut sent) = (Box::pin(begun), Box::pin(sent));
                must_wait(|cx| begun.as_mut().poll(cx)).await;
                must_wait(|cx| sent.as_mut().poll(cx)).await;
                waits.send(()).unwrap();
                (begun.await, sent.await)
            })
        });
        waiting.recv().unwrap();
        drop(runtime);
        let (begun, sent) = waiter.join().unwrap();
        assert!(begun.unwrap_err().is_cancelled() && sent.unwrap_err().is_cancelled());
    });
}

/// The end does not receive them all, and has nothing to abort any more.
#[test]
fn a_task_whose_abort_is_behind_thousands_of_messages_is_dropped_all_the_same() {
    let runtime = runtime();
    let current = Arc::new(AtomicBool::new(false));
    let seen = current.clone();
    let dropped = on_drop(move || seen.store(Handle::try_current().is_ok(), Ordering::SeqCst));
    let task = runtime.block_on(async {
        let task = kettle::spawn(keep(dropped));
        let_run().await;
        task
    });
    let (handle, abort) = (runtime.handle().clone(), task.abort_handle());
    let mut behind = Vec::new();
    elsewhere(|| {
        behind.extend((0..3000).map(|_| handle.spawn(async {})));
        abort.abort();
    });
    behind.push(runtime.spawn(async {}));
    drop(runtime);
    assert!(current.load(Ordering::SeqCst), "dropped with its runtime current");
    assert!(result_of(task).unwrap_err().is_cancelled());
    for task in behind {
        assert!(result_of(task).unwrap_err().is_cancelled());
    }
}

/// More than one step of the loop wakes.
#[test]
fn thousands_who_wait_elsewhere_for_timers_are_all_woken_by_the_end() {
    const TIMERS: usize = 5000;
    let runtime = runtime();
    let woken = Arc::new(Wakes::default());
    let waker = Waker::from(woken.clone());
    let entered = runtime.enter();
    let mut timers: Vec<_> =
        (0..TIMERS).map(|_| Box::pin(sleep(Duration::from_hours(1)))).collect();
    for timer in &mut timers {
        assert!(timer.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
    }
    drop(entered);
    drop(runtime);
    assert_eq!(woken.count(), TIMERS);
}

#[test]
fn who_waits_elsewhere_for_a_timer_is_told_by_a_panic() {
    within_a_minute(|| {
        for opened in [true, false] {
            let runtime = runtime();
            let handle = runtime.handle().clone();
            let (waits, waiting) = mpsc::channel();
            let waiter = thread::spawn(move || {
                panic_of(|| {
                    handle.block_on(async {
                        let mut sleep = Box::pin(sleep(Duration::from_hours(1)));
                        must_wait(|cx| sleep.as_mut().poll(cx)).await;
                        waits.send(()).unwrap();
                        sleep.await;
                    });
                })
            });
            waiting.recv().unwrap();
            if opened {
                runtime.block_on(let_run());
            }
            drop(runtime);
            let words = waiter.join().unwrap();
            assert!(says(&words, "shut down"), "{words}");
        }
    });
}
