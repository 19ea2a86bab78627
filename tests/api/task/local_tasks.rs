//! Do futures that are not `Send` run as tasks, and are they woken, whoever polls their set?

#![allow(clippy::async_yields_async)] // handles come out of `block_on`

use std::cell::{Cell, RefCell};
use std::future::{pending, poll_fn};
use std::rc::Rc;
use std::task::Poll;
use std::thread;
use std::time::Duration;

use crate::common::engine::*;
use crate::help::{Polled, now, polled_with_two_wakers, rounds};
use kettle::runtime::Handle;
use kettle::task::{LocalSet, spawn_local, yield_now};
use kettle::time::sleep;

#[test]
fn awaited_it_is_ready_when_all_tasks_have_ended() {
    let ended = Rc::new(Cell::new(0));
    let set = LocalSet::new();
    let burst = u64::from(rounds(20_000));
    for number in 0..burst {
        let ended = ended.clone();
        set.spawn_local(async move {
            sleep(Duration::from_millis(number % 10)).await;
            spawn_local(async move { ended.set(ended.get() + 1) });
        });
    }
    paused().block_on(set);
    assert_eq!(ended.get(), burst);
    // An empty one is ready at once.
    runtime().block_on(LocalSet::default());
}

#[test]
fn run_until_leaves_the_other_tasks_for_the_next_time() {
    let (runtime, set) = (runtime(), LocalSet::new());
    let polls = Rc::new(Cell::new(0));
    let counted = polls.clone();
    set.spawn_local(async move {
        loop {
            counted.set(counted.get() + 1);
            yield_now().await;
        }
    });
    set.block_on(&runtime, yield_now());
    let first = polls.get();
    assert!(first > 0);
    runtime.block_on(let_run());
    assert_eq!(polls.get(), first, "nobody polls the set");
    runtime.block_on(set.run_until(yield_now()));
    assert!(polls.get() > first);
}

#[test]
fn it_is_woken_from_another_thread_while_its_host_sleeps() {
    within_a_minute(|| {
        let set = LocalSet::new();
        set.block_on(&runtime(), async {
            let news = Channel::new();
            let wait = news.clone();
            let task = spawn_local(async move {
                let mut sum = 0;
                for _ in 0..2000 {
                    sum += wait.receive().await;
                }
                sum
            });
            let sender = thread::spawn(move || (0..2000).for_each(|number| news.send(number)));
            assert_eq!(task.await.unwrap(), 1999 * 2000 / 2);
            sender.join().unwrap();
        });
    });
}

#[test]
fn its_tasks_wait_for_timers_sockets_and_jobs_of_the_runtime() {
    within_a_minute(|| {
        LocalSet::new().block_on(&runtime(), async {
            let local = Rc::new(7);
            let task = spawn_local(async move {
                sleep(Duration::from_millis(2)).await;
                let listener = kettle::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
                let address = listener.local_addr().unwrap();
                let connect = spawn_local(kettle::net::TcpStream::connect(address));
                listener.accept().await.unwrap();
                connect.await.unwrap().unwrap();
                let job = kettle::task::spawn_blocking(|| 1).await.unwrap();
                let task = kettle::spawn(async { 2 }).await.unwrap();
                *local + job + task
            });
            assert_eq!(task.await.unwrap(), 10);
        });
    });
}

#[test]
fn tasks_of_the_runtime_and_of_the_set_wake_each_other() {
    within_a_minute(|| {
        LocalSet::new().block_on(&runtime(), async {
            let (there, back) = (Channel::new(), Channel::new());
            kettle::spawn(echo(there.clone(), back.clone()));
            spawn_local(ask_echo(500, there, back)).await.unwrap();
        });
    });
}

#[test]
fn the_newest_host_is_woken() {
    within_a_minute(|| {
        // Polled by one host, then by another; a wake from another thread must reach the second.
        let set = LocalSet::new();
        let news = Channel::new();
        let task = set.spawn_local(news.received());
        let (mut set, wakes) = polled_with_two_wakers(set);
        elsewhere(|| news.send(7));
        assert_eq!(wakes.map(|wakes| wakes.count()), [0, 1]);
        set.ready();
        assert_eq!(now(task).unwrap(), 7);
    });
}

#[test]
fn what_is_spawned_between_two_polls_wakes_the_host() {
    let set = LocalSet::new();
    let mut host = Polled::waiting(set.run_until(pending::<()>()));
    assert_eq!(host.wakes(), 0);
    let task = set.spawn_local(async { 7 });
    assert_eq!(host.wakes(), 1);
    host.pending();
    assert_eq!(now(task).unwrap(), 7);
}

#[test]
fn a_wake_between_two_polls_on_its_own_thread_reaches_the_host() {
    let (set, sleeper) = (LocalSet::new(), Sleeper::default());
    set.spawn_local(sleeper.clone().sleep());
    let host = Polled::waiting(set.run_until(pending::<()>()));
    (0..10).for_each(|_| sleeper.waker().wake());
    assert_eq!(host.wakes(), 1, "ten wakes are one");
}

#[test]
#[cfg_attr(on_tokio, ignore = "tokio polls the woken task in the same poll of the set")]
fn a_wake_from_another_thread_while_it_runs_reaches_the_host() {
    let (set, sleeper) = (LocalSet::new(), Sleeper::default());
    set.spawn_local(sleeper.clone().sleep());
    let sleeps = sleeper.clone();
    set.spawn_local(async move {
        // The message is there before the set has come to its end.
        thread::spawn(move || sleeps.waker().wake()).join().unwrap();
    });
    let mut host = Polled::waiting(set);
    assert_eq!((sleeper.polls(), host.wakes()), (1, 1));
    host.pending();
    assert_eq!((sleeper.polls(), host.wakes()), (2, 1));
}

#[test]
fn sets_inside_sets() {
    within_a_minute(|| {
        let outer = LocalSet::new();
        outer.block_on(&runtime(), async {
            let outside = spawn_local(async {
                let_run().await;
                "outer"
            });
            let inner = LocalSet::new();
            let news = Channel::new();
            let inside = inner.spawn_local(news.received());
            let sender = spawn_local(async move {
                let_run().await;
                news.send("inner");
            });
            // The inner set's task is woken by one of the outer set, while it waits here.
            assert_eq!(inner.run_until(inside).await.unwrap(), "inner");
            assert_eq!(outside.await.unwrap(), "outer");
            sender.await.unwrap();
            // The outer one is current again.
            assert_eq!(spawn_local(async { 7 }).await.unwrap(), 7);
        });
    });
}

#[test]
#[cfg_attr(on_tokio, ignore = "tokio hangs: inside itself a set misses wakes from elsewhere")]
fn a_set_may_be_run_inside_one_of_its_own_tasks() {
    within_a_minute(|| {
        let (there, back) = (Channel::new(), Channel::new());
        let echoes = echo(there.clone(), back.clone());
        let echo = thread::spawn(move || runtime().block_on(echoes));
        let set = Rc::new(LocalSet::new());
        let inside = set.clone();
        set.block_on(&runtime(), async {
            // Woken from another thread, while the set sleeps more often than not.
            let other = spawn_local(ask_echo(200, there, back));
            let task = async move { inside.run_until(other).await };
            spawn_local(task).await.unwrap().unwrap();
        });
        echo.join().unwrap();
    });
}

#[test]
fn a_panic_while_it_is_polled_leaves_it_usable() {
    let (runtime, set) = (runtime(), LocalSet::new());
    let words = panic_of(|| set.block_on(&runtime, async { panic!("inside") }));
    assert_eq!(words, "inside");
    assert!(panic_of(|| spawn_local(async {})).contains("LocalSet"), "it is no longer entered");
    assert_eq!(set.block_on(&runtime, async { spawn_local(async { 7 }).await.unwrap() }), 7);
}

#[test]
fn the_runtime_is_current_inside_and_spawn_goes_to_it() {
    let runtime = runtime();
    let own = format!("{:?}", runtime.handle());
    LocalSet::new().block_on(&runtime, async {
        let seen = spawn_local(async {
            let task = kettle::spawn(async { format!("{:?}", Handle::current()) });
            (format!("{:?}", Handle::current()), task.await.unwrap())
        });
        assert_eq!(seen.await.unwrap(), (own.clone(), own));
    });
}

#[test]
fn a_wake_that_queues_nothing_leaves_the_host_asleep() {
    let set = LocalSet::new();
    let kept = Rc::new(RefCell::new(None));
    let keep = kept.clone();
    set.spawn_local(poll_fn(move |cx| {
        *keep.borrow_mut() = Some(cx.waker().clone());
        Poll::Ready(())
    }));
    set.spawn_local(pending::<()>());
    let host = Polled::waiting(set);
    kept.take().expect("it was polled").wake();
    assert_eq!(host.wakes(), 0, "its task has ended");
}
