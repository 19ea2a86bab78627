//! A sleep away from its runtime: polled, moved, dropped on other threads and on other runtimes,
//! and left behind by a runtime that has ended.

use crate::help::says;
use std::pin::pin;
use std::sync::mpsc::{Receiver, channel};
use std::task::{Context, Waker};
use std::thread;

use kettle::runtime::{Handle, Runtime};
use kettle::sync::oneshot;
use kettle::task::{spawn, spawn_blocking, yield_now};
use kettle::time::{Instant, advance, resume, sleep};

use super::{Shared, look, ms, panic_of, paused, poll_once, secs, words};

// ---- polled elsewhere ---------------------------------------------------------------------------

/// A runtime that is driven by another thread until it is told to end.
fn driven(runtime: Runtime) -> (Handle, oneshot::Sender<()>, thread::JoinHandle<()>) {
    let (end, ended) = oneshot::channel();
    let handle = runtime.handle().clone();
    let driver = thread::spawn(move || runtime.block_on(ended).unwrap());
    (handle, end, driver)
}

#[test]
fn a_sleep_of_one_runtime_awaited_on_another() {
    let (own, end, driver) = driven(crate::common::engine::runtime());
    let nap = own.block_on(async { sleep(ms(5)) });
    let start = std::time::Instant::now();
    crate::common::engine::runtime().block_on(async {
        // On a task, and then on `block_on`'s own future.
        spawn(nap).await.unwrap();
        assert!(start.elapsed() >= ms(4), "made a little before");
        let nap = {
            let _entered = own.enter();
            sleep(ms(5))
        };
        nap.await;
        assert!(start.elapsed() >= ms(9));
    });
    end.send(()).unwrap();
    driver.join().unwrap();
}

/// Registered on its own runtime, then polled elsewhere, then there again: the last to poll is
/// woken.
#[test]
fn it_follows_who_polls_it() {
    let runtime = paused();
    let (shared, start) = runtime.block_on(async {
        let shared = Shared::new(secs(1));
        assert!(shared.poll(&mut Context::from_waker(Waker::noop())).is_pending());
        (shared, Instant::now())
    });
    // Here no runtime is current: this registration unparks the other thread.
    assert!(shared.poll(&mut Context::from_waker(Waker::noop())).is_pending());
    let woken = runtime.block_on(async { spawn(shared.clone().wait()).await.unwrap() });
    assert_eq!(woken - start, secs(1));
    assert_eq!(shared.polls(), 4);
}

// ---- moved elsewhere ----------------------------------------------------------------------------

/// A task waits on its runtime, another thread moves the deadline, once or several times: the task
/// goes on waiting, and is polled when the last deadline has passed, not before.
#[test]
fn moved_by_another_thread_while_a_task_waits() {
    for moves in [&[5][..], &[100, 5], &[1, 2, 3, 200]] {
        let runtime = paused();
        let (shared, start, waits) = runtime.block_on(async {
            let shared = Shared::new(secs(10));
            let waits = spawn(shared.clone().wait());
            yield_now().await;
            (shared, Instant::now(), waits)
        });
        assert_eq!(shared.polls(), 1);
        let mover = shared.clone();
        thread::scope(|scope| {
            scope.spawn(|| moves.iter().for_each(|at| mover.reset(start + secs(*at))));
        });
        let last = secs(*moves.last().unwrap());
        assert_eq!(runtime.block_on(waits).unwrap() - start, last, "{moves:?}");
        assert_eq!(shared.polls(), 2, "{moves:?}");
    }
}

/// The same while the runtime is driven: it is asleep when the change comes.
#[kettle::test(start_paused = true)]
async fn moved_by_another_thread_while_the_runtime_sleeps() {
    let start = Instant::now();
    let shared = Shared::new(secs(10));
    let waits = spawn(shared.clone().wait());
    yield_now().await;
    let mover = shared.clone();
    // Blocking work keeps the clock still until the moves are made.
    spawn_blocking(move || {
        mover.reset(start + secs(20));
        mover.reset(start + secs(5));
    })
    .await
    .unwrap();
    assert_eq!(waits.await.unwrap() - start, secs(5));
    assert_eq!(shared.polls(), 2);
}

/// Moved on its own runtime while a thread waits elsewhere.
#[test]
fn moved_on_its_own_thread_while_a_thread_waits_elsewhere() {
    let runtime = paused();
    let (shared, start) = runtime.block_on(async { (Shared::new(secs(10)), Instant::now()) });
    let (polled, waiting) = (shared.clone(), shared);
    let (elsewhere, told) = waits_elsewhere(runtime.handle(), waiting);
    told.recv().unwrap();
    runtime.block_on(async {
        polled.reset(start + secs(20));
        polled.reset(start + secs(5));
        // While this blocking work is out the clock stands still; the thread is woken by `advance`.
        let (go, gone) = channel();
        let out = spawn_blocking(move || gone.recv().unwrap());
        advance(secs(5)).await;
        yield_now().await;
        let woken = elsewhere.join().unwrap();
        assert_eq!(woken - start, secs(5));
        go.send(()).unwrap();
        out.await.unwrap();
    });
}

/// A thread that awaits the sleep under `Handle::block_on`, and says when it has polled it.
fn waits_elsewhere(handle: &Handle, shared: Shared) -> (thread::JoinHandle<Instant>, Receiver<()>) {
    let (tell, told) = channel();
    let handle = handle.clone();
    let thread = thread::spawn(move || {
        handle.block_on(std::future::poll_fn(|cx| {
            let polled = shared.poll(cx).map(|()| Instant::now());
            let _ = tell.send(());
            polled
        }))
    });
    (thread, told)
}

// ---- the clock from elsewhere -------------------------------------------------------------------

/// The loop is asleep, for the clock stands still and blocking work is out. What it sleeps by
/// changes on another thread: it must hear of it, also if it is only about to fall asleep.
#[test]
fn the_clock_changed_by_another_thread_wakes_a_sleeping_loop() {
    let changes: [fn(&Handle); 2] = [
        |handle| handle.block_on(advance(ms(5))),
        |handle| {
            let _entered = handle.enter();
            resume();
        },
    ];
    for round in 0..100 {
        let change = changes[round % 2];
        paused().block_on(async {
            let (go, gone) = channel();
            // If nobody hears of the change, only the end of this work wakes the loop.
            let work = spawn_blocking(move || gone.recv_timeout(secs(20)).is_ok());
            let handle = Handle::current();
            let nap = sleep(ms(5));
            let thread = thread::spawn(move || change(&handle));
            nap.await;
            let _ = go.send(());
            assert!(work.await.unwrap(), "the sleep ended only after the work");
            thread.join().unwrap();
        });
    }
}

// ---- after the end ------------------------------------------------------------------------------

const SHUT_DOWN: &str = "has shut down";

/// The same for a task of another runtime.
#[test]
fn a_task_of_another_runtime_that_waits_when_the_runtime_ends_is_told() {
    let own = paused();
    let shared = own.block_on(async { Shared::new(secs(3600)) });
    crate::common::engine::runtime().block_on(async {
        let waiting = shared.clone();
        let waits = spawn(std::future::poll_fn(move |cx| waiting.poll(cx)));
        yield_now().await;
        spawn_blocking(move || drop(own)).await.unwrap();
        let panic = waits.await.unwrap_err().into_panic();
        assert!(says(&words(&*panic), SHUT_DOWN), "{}", words(&*panic));
    });
}

/// Only a poll has something to say. To move or to drop it is no more than that.
#[test]
#[cfg_attr(on_tokio, ignore = "in tokio a sleep has elapsed once its runtime has ended")]
fn after_the_end_only_a_poll_panics() {
    let runtime = paused();
    let [mut local, mut remote, mut new] = runtime.block_on(async {
        let [mut local, remote, new] = [1, 2, 3].map(|hours| Box::pin(sleep(secs(hours * 3600))));
        assert!(look(local.as_mut()).await.is_pending());
        [local, remote, new]
    });
    assert!(poll_once(remote.as_mut()).is_pending());
    drop(runtime);
    for nap in [&mut local, &mut remote, &mut new] {
        nap.as_mut().reset(Instant::now() + secs(1));
        assert!(!nap.is_elapsed());
        for _ in 0..2 {
            let words = panic_of(|| poll_once(nap.as_mut()));
            assert!(words.contains(SHUT_DOWN), "{words}");
        }
        nap.as_mut().reset(Instant::now() + secs(2));
    }
    drop((local, remote, new));
}

/// A sleep that was ready before stays ready.
#[test]
#[cfg_attr(on_tokio, ignore = "in tokio a ready sleep panics after the end of its runtime")]
fn after_the_end_what_was_ready_is_ready() {
    let runtime = paused();
    let mut nap = runtime.block_on(async {
        let mut nap = Box::pin(sleep(secs(1)));
        nap.as_mut().await;
        nap
    });
    drop(runtime);
    assert!(poll_once(pin!(nap.as_mut())).is_ready());
}
