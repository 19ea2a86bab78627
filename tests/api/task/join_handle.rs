//! Does a handle give its task's output, wherever it is polled, asked and dropped? (In any order of
//! calls: `exercises/join-handle/check.rs`. In any order of threads: `tests/models`.)

#![allow(clippy::async_yields_async)] // handles come out of `block_on`

use std::cell::Cell;
use std::sync::Arc;
use std::task::Poll;
use std::thread;
use std::time::Duration;

use crate::common::engine::*;
use crate::help::Drops;
use kettle::runtime::Handle;
use kettle::task::coop::unconstrained;
use kettle::task::{JoinHandle, spawn_blocking, yield_now};
use kettle::time::sleep;

/// The three ways in which a task comes by its handle: spawned here, by a message, on the blocking
/// pool.
fn three(number: u32) -> [JoinHandle<u32>; 3] {
    let task = |number| async move {
        yield_now().await;
        number
    };
    let own = Handle::current();
    let sent = thread::spawn(move || own.spawn(task(number + 1))).join().unwrap();
    [kettle::spawn(task(number)), sent, spawn_blocking(move || number + 2)]
}

/// Waits, with the engine at work, until the task has ended.
async fn finished<T>(handle: &JoinHandle<T>) {
    while !handle.is_finished() {
        sleep(Duration::from_millis(1)).await;
    }
}

#[test]
fn polled_on_another_thread_it_gets_the_output() {
    run_within_a_minute(async || {
        for ended in [false, true] {
            let (handles, back) = (Channel::new(), Channel::new());
            let (take, give) = (handles.clone(), back.clone());
            let remote = thread::spawn(move || {
                runtime().block_on(async {
                    for _ in 0..3 {
                        let handle: JoinHandle<u32> = take.receive().await;
                        give.send(handle.await.unwrap());
                    }
                });
            });
            for (number, handle) in (10..).zip(three(10)) {
                if ended {
                    finished(&handle).await;
                }
                handles.send(handle);
                assert_eq!(back.receive().await, number, "ended before: {ended}");
            }
            remote.join().unwrap();
        }
    });
}

#[test]
fn polled_while_the_runtime_is_not_driven() {
    within_a_minute(|| {
        let runtime = runtime();
        let (ended, begun, go) = (Channel::new(), Channel::new(), Channel::new());
        runtime.block_on(async {
            let task = kettle::spawn(async { 1 });
            finished(&task).await;
            ended.send(task);
            begun.send(kettle::spawn(go.received()));
            let_run().await;
        });
        // On this very thread, where its runtime was current a moment ago, and on another.
        let mut task = Box::pin(crate::common::block_on(ended.receive()));
        assert!(matches!(crate::common::poll(&mut task), Poll::Ready(Ok(1))));
        let mut task = Box::pin(crate::common::block_on(begun.receive()));
        assert!(crate::common::poll(&mut task).is_pending());
        let (asks, asked) = std::sync::mpsc::channel();
        let waiter = thread::spawn(move || {
            crate::common::engine::runtime().block_on(async {
                must_wait(|cx| task.as_mut().poll(cx)).await;
                asks.send(()).unwrap();
                task.await.unwrap()
            })
        });
        asked.recv().unwrap();
        go.send(2);
        let driver = thread::spawn(move || {
            runtime.block_on(async { let_run().await });
            runtime
        });
        assert_eq!(waiter.join().unwrap(), 2);
        driver.join().unwrap();
    });
}

#[test]
fn a_handle_may_leave_and_come_back() {
    within_a_minute(|| {
        let runtime = runtime();
        let go = Channel::new();
        let mut handle = runtime.block_on(async {
            let mut handle = kettle::spawn(go.received());
            must_wait(|cx| std::pin::Pin::new(&mut handle).poll(cx)).await;
            handle
        });
        for _ in 0..3 {
            let remote = thread::spawn(move || {
                crate::common::engine::runtime().block_on(async {
                    must_wait(|cx| std::pin::Pin::new(&mut handle).poll(cx)).await;
                    handle
                })
            });
            handle = remote.join().unwrap();
            handle = runtime.block_on(async {
                must_wait(|cx| std::pin::Pin::new(&mut handle).poll(cx)).await;
                let_run().await;
                handle
            });
        }
        go.send(7);
        assert_eq!(runtime.block_on(handle).unwrap(), 7);
    });
}

#[test]
fn dropped_on_another_thread_it_drops_the_output() {
    run_within_a_minute(async || {
        for ended in [true, false] {
            let drops = Channel::new();
            let (tell, go) = (drops.clone(), Channel::<()>::new());
            let wait = go.clone();
            let handle = kettle::spawn(async move {
                wait.receive().await;
                on_drop(move || tell.send(thread::current().id()))
            });
            if ended {
                go.send(());
                finished(&handle).await;
            }
            thread::spawn(move || drop(handle)).join().unwrap();
            if !ended {
                go.send(());
            }
            drops.receive().await;
        }
    });
}

#[test]
fn dropped_while_the_runtime_is_not_driven_or_has_ended_it_drops_the_output() {
    for ended in [false, true] {
        let runtime = runtime();
        let drops = Drops::default();
        let handles = runtime.block_on(async {
            let handles = [(); 10].map(|()| {
                let value = drops.value();
                kettle::spawn(async move { value })
            });
            let_run().await;
            handles
        });
        let _driven_no_more = (!ended).then_some(runtime);
        assert_eq!(drops.count(), 0);
        drop(handles);
        assert_eq!(drops.count(), 10, "ended: {ended}");
    }
}

#[test]
fn whether_it_is_finished_can_be_asked_on_any_thread() {
    run_within_a_minute(async || {
        let go = Channel::<()>::new();
        let task = Arc::new(kettle::spawn(go.received()));
        let abort = task.abort_handle();
        assert_eq!((task.id(), task.is_finished()), (abort.id(), abort.is_finished()));
        let seen = Channel::new();
        let (asked, tell) = (task.clone(), seen.clone());
        let thread = thread::spawn(move || {
            tell.send(asked.is_finished());
            while !(asked.is_finished() && abort.is_finished()) {
                thread::yield_now();
            }
            tell.send(true);
        });
        assert!(!seen.receive().await);
        go.send(());
        assert!(seen.receive().await);
        thread.join().unwrap();
    });
}

#[kettle::test]
async fn polled_after_its_output_was_given_it_panics_with_words() {
    let mut task = kettle::spawn(async {});
    (&mut task).await.unwrap();
    assert!(task.is_finished());
    task.abort();
    // Outside of the budget, which a schedule may end with the output.
    let mut task = Box::pin(unconstrained(task));
    let words = panic_of(|| crate::common::poll(&mut task));
    assert!(words.contains("JoinHandle polled after"), "{words}");
}

#[kettle::test]
async fn aborting_between_the_end_and_the_await_keeps_the_output() {
    for handle in three(10) {
        finished(&handle).await;
        handle.abort();
        assert!(handle.await.is_ok());
    }
}

#[test]
fn ids_are_never_given_twice() {
    let runtime = runtime();
    let mut ids = Vec::new();
    for _ in 0..3 {
        ids.extend(runtime.block_on(async {
            let ids: Vec<_> = (0..2000).map(|_| kettle::spawn(async {}).id()).collect();
            let_run().await;
            ids
        }));
    }
    let handle = runtime.handle().clone();
    let remote = thread::spawn(move || (0..2000).map(|_| handle.spawn(async {}).id()).collect());
    let remote: Vec<_> = remote.join().unwrap();
    ids.extend(remote);
    let all = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), all);
}

#[kettle::test]
async fn an_output_need_not_be_sync() {
    assert_eq!(kettle::spawn(async { Cell::new(7) }).await.unwrap().get(), 7);
}
