//! What an engine must do after the mend of `h6-last-words`.

use std::future::{pending, poll_fn};
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::thread;

use kettle_judge::count::Log;
use kettle_judge::{Check, check};

use crate::event::Deferral;
use crate::{Config, Parked, Runtime, defer, spawn};

pub const CHECKS: &[Check] = &[
    check!(it_may_wake, "an output may wake somebody when it is dropped with its handle"),
    check!(it_may_spawn, "it may spawn a task"),
    check!(it_may_panic, "if it panics, nobody is harmed"),
    check!(whoever_waited_goes_too, "so may the waker of one who waited through the handle"),
    check!(at_once, "the output is dropped once, when the handle is dropped, and not later"),
    check!(from_a_thread, "on another thread, too, a handle is dropped with all that it has"),
    check!(a_task_runs_on, "a task whose handle is dropped before its end runs on"),
];

fn run<F: Future>(future: F) -> F::Output {
    let config = Config { start_paused: true, ..Config::default() };
    Runtime::with(config).expect("a runtime").block_on(future)
}

/// Goes through the queue so many times.
async fn rounds(count: usize) {
    let mut left = count;
    poll_fn(|cx| {
        if left == 0 {
            return Poll::Ready(());
        }
        left -= 1;
        defer(cx, Deferral::Yield);
        Poll::Pending
    })
    .await;
}

/// Does something when it is dropped.
struct Does<F: FnMut()>(F);

impl<F: FnMut()> Drop for Does<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}

/// Where a task waits to be told.
#[derive(Clone, Default)]
struct Bell(Arc<Mutex<Inside>>);

#[derive(Default)]
struct Inside {
    rung: bool,
    waits: Option<Parked>,
}

impl Bell {
    fn ring(&self) {
        let mut inside = self.0.lock().expect("no panic");
        inside.rung = true;
        let waits = inside.waits.take();
        drop(inside);
        if let Some(parked) = waits {
            parked.wake();
        }
    }

    async fn rings(self) {
        poll_fn(|cx| {
            let mut inside = self.0.lock().expect("no panic");
            if inside.rung {
                return Poll::Ready(());
            }
            let (_, old) = Parked::store(&mut inside.waits, cx);
            drop(inside);
            drop(old);
            Poll::Pending
        })
        .await;
    }
}

fn it_may_wake() {
    run(async {
        let bell = Bell::default();
        let porter = spawn(bell.clone().rings());
        let visit = spawn(async move { Does(move || bell.ring()) });
        rounds(1).await;
        assert!(visit.is_finished(), "the task has ended");
        drop(visit);
        rounds(2).await;
        assert!(porter.is_finished(), "the output was dropped, and the task it wakes has not run");
    });
}

fn it_may_spawn() {
    let log = Log::new();
    run(async {
        let inside = log.clone();
        let visit = spawn(async move {
            Does(move || {
                let log = inside.clone();
                drop(spawn(async move { log.add("spawned") }));
            })
        });
        rounds(1).await;
        drop(visit);
        rounds(2).await;
    });
    assert_eq!(log.lines(), ["spawned"], "what a task did that was spawned by a drop");
}

fn it_may_panic() {
    let log = Log::new();
    run(async {
        let visit = spawn(async { Does(|| panic!("the guest stumbles")) });
        rounds(1).await;
        drop(visit);
        log.add("the handle is dropped");
        let next = spawn(async { 7 });
        assert_eq!(next.await.expect("no panic"), 7, "the output of the next task");
    });
    assert_eq!(
        log.lines(),
        ["the handle is dropped"],
        "what came after a panic in an output's drop"
    );
}

/// A waker of somebody else's, who rings when it is forgotten.
struct Foreign(Bell);

impl Wake for Foreign {
    fn wake(self: Arc<Self>) {}
}

impl Drop for Foreign {
    fn drop(&mut self) {
        self.0.ring();
    }
}

fn whoever_waited_goes_too() {
    run(async {
        let bell = Bell::default();
        let porter = spawn(bell.clone().rings());
        let mut never = spawn(pending::<()>());
        rounds(1).await;
        let waker = Waker::from(Arc::new(Foreign(bell)));
        let polled = Pin::new(&mut never).poll(&mut Context::from_waker(&waker));
        assert!(polled.is_pending(), "the task never ends");
        // From here on the handle's place has the last one.
        drop(waker);
        drop(never);
        rounds(2).await;
        assert!(porter.is_finished(), "the waker was dropped, and the task it wakes has not run");
    });
}

fn at_once() {
    let log = Log::new();
    run(async {
        let inside = log.clone();
        let visit = spawn(async move { inside.on_drop("dropped") });
        rounds(1).await;
        log.add("before");
        drop(visit);
        log.add("after");
        rounds(1_100).await;
    });
    assert_eq!(log.lines(), ["before", "dropped", "after"], "when an output was dropped");
}

fn from_a_thread() {
    let log = Log::new();
    run(async {
        let inside = log.clone();
        let visit = spawn(async move { inside.on_drop("dropped") });
        rounds(1).await;
        thread::spawn(move || drop(visit)).join().expect("no panic");
        rounds(1_100).await;
        assert_eq!(log.lines(), ["dropped"], "what became of the output by the next turn");
    });
}

fn a_task_runs_on() {
    let log = Log::new();
    run(async {
        let inside = log.clone();
        drop(spawn(async move {
            let _output = inside.on_drop("dropped");
            rounds(3).await;
            inside.add("done");
        }));
        rounds(5).await;
    });
    assert_eq!(log.lines(), ["done", "dropped"], "what a task did whose handle was dropped");
}
