//! What becomes of tasks, jobs, outputs and those who wait, when their runtime ends?

#![allow(clippy::async_yields_async)] // handles come out of `block_on`

use crate::help::says;
use std::future::pending;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Barrier, Mutex, mpsc};
use std::thread;
use std::time::Duration;

use crate::common::engine::*;
use kettle::runtime::Handle;
use kettle::task::{JoinHandle, LocalSet, spawn_blocking, spawn_local, yield_now};
use kettle::time::sleep;

/// The result of a handle whose runtime is gone: it must be there at once.
pub(super) fn result_of<T>(handle: JoinHandle<T>) -> Result<T, kettle::task::JoinError> {
    let mut handle = Box::pin(handle);
    match crate::common::poll(&mut handle) {
        std::task::Poll::Ready(result) => result,
        std::task::Poll::Pending => panic!("the handle would wait for ever"),
    }
}

#[test]
fn every_future_is_dropped_once_with_its_runtime_current_though_one_panics() {
    let drops = Arc::new(Mutex::new(Vec::new()));
    let note = |name: usize| {
        let drops = drops.clone();
        on_drop(move || {
            let current = Handle::try_current().is_ok();
            // Spawning is possible, and refused.
            let refused = current && result_of(kettle::spawn(async {})).unwrap_err().is_cancelled();
            drops.lock().unwrap().push((name, current, refused));
            assert!(name != 3, "one of them panics");
        })
    };
    let runtime = runtime();
    let handles = runtime.block_on(async {
        let mut handles: Vec<_> = (0..5).map(|name| kettle::spawn(keep(note(name)))).collect();
        handles.push(kettle::spawn({
            let note = note(5);
            async move {
                sleep(Duration::from_hours(1)).await;
                drop(note);
            }
        }));
        let_run().await;
        // Never polled; and one that stands in the queue.
        handles.push(kettle::spawn(keep(note(6))));
        handles
    });
    // By a message, never received.
    let unopened = runtime.spawn(keep(note(7)));
    drop(runtime);
    let mut drops = drops.lock().unwrap().clone();
    drops.sort_unstable();
    assert_eq!(drops, (0..8).map(|name| (name, true, true)).collect::<Vec<_>>());
    for (name, handle) in handles.into_iter().enumerate() {
        assert!(handle.is_finished());
        let error = result_of(handle).unwrap_err();
        assert_eq!(error.is_panic(), name == 3, "{name}: {error}");
    }
    assert!(result_of(unopened).unwrap_err().is_cancelled());
}

#[test]
fn a_local_set_drops_every_future_once_with_itself_current() {
    let drops = Arc::new(AtomicUsize::new(0));
    let set = LocalSet::new();
    let spawn = |name| {
        let drops = drops.clone();
        set.spawn_local(keep(on_drop(move || {
            drops.fetch_add(1, Ordering::SeqCst);
            assert!(result_of(spawn_local(async {})).unwrap_err().is_cancelled());
            assert!(name != 2, "one of them panics");
        })))
    };
    let mut handles: Vec<_> = (0..4).map(spawn).collect();
    set.block_on(&runtime(), yield_now());
    handles.push(spawn(4)); // never polled
    drop(set);
    assert_eq!(drops.load(Ordering::SeqCst), 5);
    for (name, handle) in handles.into_iter().enumerate() {
        assert_eq!(result_of(handle).unwrap_err().is_panic(), name == 2);
    }
}

#[test]
fn a_local_set_whose_tasks_spawn_their_like_when_dropped_ends() {
    within_a_minute(|| {
        fn again(drops: &Arc<AtomicUsize>) -> impl Future<Output = ()> + use<> {
            let drops = drops.clone();
            keep(on_drop(move || {
                drops.fetch_add(1, Ordering::SeqCst);
                if drops.load(Ordering::SeqCst) < 300 {
                    spawn_local(again(&drops));
                }
            }))
        }
        let drops = Arc::new(AtomicUsize::new(0));
        let set = LocalSet::new();
        set.spawn_local(Box::pin(again(&drops)));
        set.block_on(&runtime(), yield_now());
        drop(set);
        assert_eq!(drops.load(Ordering::SeqCst), 300, "each refused one is dropped at once");
    });
}

#[test]
fn spawning_into_a_set_that_is_gone_is_refused() {
    let set = LocalSet::new();
    let guard = set.enter();
    drop(set);
    assert!(result_of(spawn_local(async {})).unwrap_err().is_cancelled());
    drop(guard);
}

// ---- spawns -------------------------------------------------------------------------------------

#[test]
fn spawns_after_the_end_are_refused() {
    let runtime = runtime();
    let handle = runtime.handle().clone();
    drop(runtime);
    let dropped = Arc::new(AtomicUsize::new(0));
    let value = || {
        let dropped = dropped.clone();
        on_drop(move || dropped.fetch_add(1, Ordering::SeqCst))
    };
    assert!(result_of(handle.spawn(keep(value()))).unwrap_err().is_cancelled());
    let _guard = handle.enter();
    assert!(result_of(kettle::spawn(keep(value()))).unwrap_err().is_cancelled());
    let late = value();
    assert!(result_of(spawn_blocking(move || drop(late))).unwrap_err().is_cancelled());
    assert_eq!(dropped.load(Ordering::SeqCst), 3);
}

#[test]
fn a_flood_of_messages_does_not_put_off_the_end() {
    within_a_minute(|| {
        let (runtime, ended) = (runtime(), AtomicBool::new(false));
        let (handle, flooding) = (runtime.handle().clone(), Barrier::new(3));
        let floods = || {
            (0..100).for_each(|_| drop(handle.spawn(async {})));
            flooding.wait();
            while !ended.load(Ordering::SeqCst) {
                drop(handle.spawn(async {}));
            }
        };
        thread::scope(|scope| {
            scope.spawn(floods);
            scope.spawn(floods);
            flooding.wait();
            drop(runtime);
            ended.store(true, Ordering::SeqCst);
        });
    });
}

// ---- inside of async code -----------------------------------------------------------------------

#[test]
fn dropping_a_runtime_inside_of_async_code_panics_with_words() {
    let dropped = Arc::new(Mutex::new(Vec::new()));
    let outer = runtime();
    let words = outer.block_on(async {
        let inner = runtime();
        let (own, note) = (format!("{:?}", inner.handle()), dropped.clone());
        let is_own = move || format!("{:?}", Handle::current()) == own;
        let task = inner.spawn(keep(on_drop(move || note.lock().unwrap().push(is_own()))));
        let words = panic_of(|| drop(inner));
        assert!(result_of(task).unwrap_err().is_cancelled());
        words
    });
    assert!(says(&words, "inside of async code"), "{words}");
    assert!(says(&words, "shutdown_background"), "{words}");
    assert_eq!(*dropped.lock().unwrap(), [true], "in good order all the same");
    assert_eq!(outer.block_on(async { kettle::spawn(async { 7 }).await.unwrap() }), 7);
}

/// The job ends only after it: if it waited, it would wait for the whole hour.
#[test]
fn shutdown_timeout_inside_of_async_code_panics_and_does_not_wait() {
    within_a_minute(|| {
        let (release, released) = mpsc::channel::<()>();
        let words = runtime().block_on(async {
            let inner = runtime();
            inner.spawn_blocking(move || released.recv());
            let task = inner.spawn(pending::<()>());
            let words = panic_of(|| inner.shutdown_timeout(Duration::from_hours(1)));
            assert!(result_of(task).unwrap_err().is_cancelled());
            words
        });
        assert!(says(&words, "inside of async code"), "{words}");
        drop(release);
    });
}

#[test]
fn a_runtime_may_be_shut_down_in_the_background_inside_of_async_code() {
    let outer = runtime();
    outer.block_on(async {
        let own = Handle::current();
        let inner = runtime();
        let seen = Channel::new();
        let tell = seen.clone();
        inner.spawn(keep(on_drop(move || tell.send(format!("{:?}", Handle::current())))));
        let inners = format!("{:?}", inner.handle());
        inner.shutdown_background();
        assert_eq!(seen.receive().await, inners, "its own runtime was current");
        assert_eq!(format!("{:?}", Handle::current()), format!("{own:?}"));
        assert_eq!(kettle::spawn(async { 7 }).await.unwrap(), 7);
    });
}

#[test]
fn a_runtime_dropped_by_a_panic_inside_of_async_code_does_not_wait() {
    within_a_minute(|| {
        let (release, released) = mpsc::channel::<()>();
        let (started, has_started) = mpsc::channel();
        let words = panic_of(|| {
            runtime().block_on(async {
                let inner = runtime();
                inner.spawn_blocking(move || {
                    started.send(()).unwrap();
                    let _ = released.recv();
                });
                has_started.recv().unwrap();
                panic!("the first panic");
            });
        });
        assert_eq!(words, "the first panic");
        drop(release);
    });
}

#[test]
fn a_runtime_may_be_dropped_on_a_blocking_thread() {
    run_within_a_minute(async || {
        let inner = runtime();
        let task = inner.spawn(pending::<()>());
        spawn_blocking(move || drop(inner)).await.unwrap();
        assert!(task.await.unwrap_err().is_cancelled());
    });
}
