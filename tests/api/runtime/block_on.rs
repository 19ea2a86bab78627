//! What if a second thread blocks on a runtime, or on its handle, while the first drives it?

use std::cell::Cell;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::Duration;

use super::runtimes::this_thread;
use crate::common::engine::*;
use kettle::io::{AsyncReadExt, AsyncWriteExt};
use kettle::runtime::{Handle, Runtime};
use kettle::sync::{mpsc, oneshot};
use kettle::task::{LocalSet, coop, spawn_blocking, yield_now};
use kettle::time::{Instant, sleep, timeout};

// ---- a second block_on --------------------------------------------------------------------------

#[test]
fn the_future_of_block_on_comes_before_tasks_that_were_left_in_the_queue() {
    let runtime = runtime();
    let polled = Arc::new(AtomicBool::new(false));
    let mark = polled.clone();
    runtime
        .block_on(async { drop(kettle::spawn(async move { mark.store(true, Ordering::SeqCst) })) });
    assert!(!runtime.block_on(async { polled.load(Ordering::SeqCst) }));
    runtime.block_on(let_run());
    assert!(polled.load(Ordering::SeqCst));
}

#[test]
fn the_future_of_block_on_comes_before_tasks_that_another_thread_has_woken() {
    for within in [true, false] {
        let (runtime, polled) = (runtime(), Arc::new(AtomicBool::new(false)));
        let (send, receive) = oneshot::channel();
        let mut wake = Some(move || thread::spawn(|| send.send(()).unwrap()).join().unwrap());
        let mark = polled.clone();
        runtime.block_on(async {
            kettle::spawn(async move {
                receive.await.unwrap();
                mark.store(true, Ordering::SeqCst);
            });
            yield_now().await; // it waits
            wake.take_if(|_| within).into_iter().for_each(|wake| wake());
        });
        if let Some(wake) = wake {
            wake();
        }
        assert!(!runtime.block_on(async { polled.load(Ordering::SeqCst) }), "within: {within}");
        runtime.block_on(let_run());
        assert!(polled.load(Ordering::SeqCst));
    }
}

#[test]
fn a_second_block_on_runs_its_own_future_while_the_first_drives() {
    within_a_minute(|| {
        let runtime = Arc::new(runtime());
        let (there, back) = (Channel::new(), Channel::new());
        let own = |runtime: Arc<Runtime>| {
            let (there, back) = (there.clone(), back.clone());
            move || {
                runtime.block_on(async {
                    // Its own future runs here, a task of the runtime on the driver's thread.
                    back.send(kettle::spawn(this_thread()));
                    for number in 0..100 {
                        assert_eq!(there.receive().await, number);
                    }
                });
            }
        };
        runtime.block_on(async {
            let second = thread::spawn(own(runtime.clone()));
            let task = back.receive().await;
            assert_eq!(task.await.unwrap(), thread::current().id());
            for number in 0..100 {
                there.send(number);
            }
            // The second ends while the first still drives.
            let done = Channel::new();
            let tell = done.clone();
            thread::spawn(move || tell.send(second.join().is_ok()));
            assert!(done.receive().await);
        });
    });
}

/// Waits in `block_on` beside a driver; then needs the engine. Says on which thread its task ran.
fn waiter(runtime: &Arc<Runtime>, ready: &Channel<()>, go: &Channel<()>) -> thread::JoinHandle<()> {
    let (runtime, ready, go) = (runtime.clone(), ready.clone(), go.clone());
    thread::spawn(move || {
        runtime.block_on(async {
            ready.send(());
            go.receive().await;
            for _ in 0..10 {
                kettle::spawn(yield_now()).await.unwrap();
            }
            sleep(Duration::from_millis(1)).await;
        });
    })
}

#[test]
fn a_waiting_block_on_takes_over_from_one_that_panics() {
    within_a_minute(|| {
        let runtime = Arc::new(runtime());
        let (ready, go) = (Channel::new(), Channel::new());
        let seconds = Channel::new();
        let panicked = panic_of(|| {
            runtime.block_on(async {
                seconds.send(waiter(&runtime, &ready, &go));
                ready.receive().await;
                panic!("out of block_on");
            });
        });
        assert_eq!(panicked, "out of block_on");
        go.send(());
        crate::common::block_on(seconds.receive()).join().unwrap();
    });
}

#[test]
fn of_several_waiting_each_gets_the_engine_in_the_end() {
    within_a_minute(|| {
        for _ in 0..20 {
            let runtime = Arc::new(runtime());
            let (ready, goes) = (Channel::new(), [(); 6].map(|()| Channel::new()));
            let threads = runtime.block_on(async {
                let start = |go| waiter(&runtime, &ready, go);
                let threads = goes.iter().map(start).collect::<Vec<_>>();
                for _ in &goes {
                    ready.receive().await;
                }
                threads
            });
            for go in &goes {
                go.send(());
            }
            for thread in threads {
                thread.join().unwrap();
            }
        }
    });
}

#[test]
fn a_waiter_whose_future_ends_first_does_not_keep_the_engine_from_the_others() {
    within_a_minute(|| {
        for _ in 0..200 {
            let (runtime, barrier) = (Arc::new(runtime()), Barrier::new(2));
            let (ready, finish, go) = (Channel::new(), Channel::new(), Channel::new());
            let short = async {
                ready.send(());
                finish.receive().await;
            };
            thread::scope(|scope| {
                let long = runtime.block_on(async {
                    scope.spawn(|| runtime.block_on(short));
                    let long = waiter(&runtime, &ready, &go);
                    ready.receive().await;
                    ready.receive().await;
                    scope.spawn(|| {
                        barrier.wait();
                        finish.send(());
                    });
                    // The short one gets ready at the moment at which the driver leaves.
                    barrier.wait();
                    long
                });
                go.send(());
                long.join().unwrap();
            });
        }
    });
}

#[test]
fn one_that_took_over_while_it_waited_for_a_timer_and_a_task_misses_neither() {
    within_a_minute(|| {
        let runtime = Arc::new(runtime());
        let (ready, go) = (Channel::new(), Channel::<()>::new());
        let second = runtime.block_on(async {
            let second = thread::spawn({
                let (runtime, ready, go) = (runtime.clone(), ready.clone(), go.clone());
                move || {
                    runtime.block_on(async {
                        let task = kettle::spawn(async move { go.receive().await });
                        let mut both = Box::pin(async {
                            kettle::join!(task, sleep(Duration::from_millis(20))).0
                        });
                        // Registered from outside the runtime…
                        must_wait(|cx| both.as_mut().poll(cx)).await;
                        ready.send(());
                        both.await.unwrap();
                    });
                }
            });
            ready.receive().await;
            let_run().await; // …and driven by the first.
            second
        });
        go.send(());
        second.join().unwrap();
    });
}

// ---- Handle::block_on ---------------------------------------------------------------------------

/// A runtime that is driven on a thread of its own until the guard is dropped.
fn driven() -> (Handle, impl Drop) {
    let runtime = runtime();
    let (handle, stop) = (runtime.handle().clone(), Channel::new());
    let wait = stop.clone();
    let driver = thread::spawn(move || runtime.block_on(wait.receive()));
    let end = on_drop(move || {
        stop.send(());
        driver.join().unwrap();
    });
    (handle, end)
}

#[test]
fn timers_and_sockets_work_under_a_handles_block_on_on_another_thread() {
    within_a_minute(|| {
        let (handle, _end) = driven();
        handle.block_on(async {
            let begin = Instant::now();
            sleep(Duration::from_millis(20)).await;
            assert!(begin.elapsed() >= Duration::from_millis(20));

            let (mut client, mut server) = connection().await;
            let mut byte = [0];
            let write = async {
                sleep(Duration::from_millis(5)).await;
                client.write_all(b"t").await.unwrap();
            };
            let (read, ()) = kettle::join!(server.read_exact(&mut byte), write);
            read.unwrap();
            assert_eq!(&byte, b"t");

            let here = thread::current().id();
            assert_ne!(kettle::spawn(this_thread()).await.unwrap(), here);
            assert_eq!(spawn_blocking(|| 7).await.unwrap(), 7);
        });
    });
}

#[test]
fn a_sleep_that_is_dropped_under_a_handles_block_on_leaves_the_wheel() {
    within_a_minute(|| {
        let (handle, _end) = driven();
        handle.block_on(async {
            let slow = sleep(Duration::from_hours(1));
            let quick = kettle::time::timeout(Duration::from_millis(2), slow).await;
            assert!(quick.is_err());
            // Reset from afar to something that comes.
            let mut moved = Box::pin(sleep(Duration::from_hours(1)));
            must_wait(|cx| moved.as_mut().poll(cx)).await;
            moved.as_mut().reset(Instant::now() + Duration::from_millis(2));
            moved.await;
        });
    });
}

#[test]
fn a_future_may_be_blocked_on_in_a_blocking_job_and_on_a_plain_thread() {
    run_within_a_minute(async || {
        let job = spawn_blocking(|| {
            let own = Handle::current();
            own.block_on(async { kettle::spawn(async { 1 }).await.unwrap() })
        });
        assert_eq!(job.await.unwrap(), 1);
        let handle = Handle::current();
        let done = Channel::new();
        let tell = done.clone();
        let thread = thread::spawn(move || {
            let task = handle.spawn(async { 2 });
            tell.send(handle.block_on(task).unwrap());
        });
        assert_eq!(done.receive().await, 2);
        thread.join().unwrap();
    });
}

// ---- the budget of a thread that drives nothing -------------------------------------------------

/// A loop that always finds something, until `stop` is set. A hang would end, too: after a
/// million rounds.
async fn busy_until(stop: &Cell<bool>) -> bool {
    let (send, mut receive) = mpsc::unbounded_channel();
    for _ in 0..1_000_000 {
        if stop.get() {
            return true;
        }
        send.send(()).unwrap();
        receive.recv().await.unwrap();
    }
    false
}

/// Does the other branch of a `join!` have its turn beside such a loop?
async fn gives_way() -> bool {
    let stop = Cell::new(false);
    kettle::join!(busy_until(&stop), async { stop.set(true) }).0
}

#[test]
fn a_busy_loop_under_a_handles_block_on_gives_way_to_its_sibling() {
    assert!(runtime().handle().block_on(gives_way()));
}

#[test]
fn a_timeout_ends_a_busy_loop_in_a_blocking_job() {
    run_within_a_minute(async || {
        let job = spawn_blocking(|| {
            let never = Cell::new(false);
            Handle::current().block_on(timeout(Duration::ZERO, busy_until(&never)))
        });
        job.await.unwrap().unwrap_err();
    });
}

#[test]
fn a_busy_loop_beside_the_driver_gives_way_to_its_sibling() {
    within_a_minute(|| {
        let runtime = Arc::new(runtime());
        runtime.clone().block_on(async {
            let done = Channel::new();
            let tell = done.clone();
            let second = thread::spawn(move || {
                let set = LocalSet::new();
                tell.send([runtime.block_on(gives_way()), set.block_on(&runtime, gives_way())]);
            });
            assert_eq!(done.receive().await, [true, true], "on its own, and with a local set");
            second.join().unwrap();
        });
    });
}

#[test]
fn a_handles_block_on_has_128_units_in_each_poll() {
    runtime().handle().block_on(async {
        for _ in 0..2 {
            for _ in 0..128 {
                assert!(coop::has_budget_remaining());
                coop::consume_budget().await;
            }
            assert!(!coop::has_budget_remaining());
            yield_now().await;
        }
    });
}
