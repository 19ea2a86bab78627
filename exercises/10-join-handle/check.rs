//! What the answer of `10-join-handle` must do.

use std::future::{Ready, pending, poll_fn, ready};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::Duration;

use kettle_judge::count::{Log, LogDrop};
use kettle_judge::{Check, check};

use crate::event::Outcome;
use crate::id::Id;
use crate::stage::{Stage, Task};
use crate::{
    Config, JoinError, JoinHandle, LocalSet, Runtime, Timer, clock, spawn, spawn_blocking,
    spawn_local,
};

pub const CHECKS: &[Check] = &[
    check!(an_output_is_given_once, "each kind of task hands its output over, once"),
    check!(
        a_panic_is_an_error,
        "a panic comes out of its own handle as a `JoinError`, nowhere else"
    ),
    check!(
        the_future_goes_first,
        "a future that has ended is dropped before anybody has its output"
    ),
    check!(
        an_abort_drops_it,
        "an aborted task's future is dropped before its handle says cancelled"
    ),
    check!(a_panic_in_a_drop, "a future whose drop panics is a task that has panicked"),
    check!(
        a_dropped_handle_detaches,
        "without its handle a task runs on, and leaves nothing behind"
    ),
    check!(asked_too_early, "who asks for the output before the end finds none, and harms nothing"),
    check!(from_another_thread, "outputs and panics come to a handle on another thread"),
];

fn run<F: Future>(future: F) -> F::Output {
    let config = Config { start_paused: true, ..Config::default() };
    Runtime::with(config).expect("a runtime").block_on(future)
}

/// Until everybody who can run has run.
async fn a_millisecond() {
    let mut timer = Timer::new(clock::now() + Duration::from_millis(1));
    poll_fn(|cx| timer.poll(cx)).await;
}

/// The words that a task has panicked with.
fn words<T: std::fmt::Debug>(result: Result<T, JoinError>) -> &'static str {
    let error = result.expect_err("a task that panics has no output");
    assert!(error.is_panic(), "the error says that the task has panicked, and not: {error}");
    error.into_panic().downcast_ref::<&'static str>().expect("the panic's own value")
}

/// A future that panics when it is dropped, after `last` has said its word.
struct Explosive<F> {
    future: F,
    _last: LogDrop,
}

impl<F: Future + Unpin> Future for Explosive<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        Pin::new(&mut self.future).poll(cx)
    }
}

impl<F> Drop for Explosive<F> {
    fn drop(&mut self) {
        panic!("steam in the drop");
    }
}

fn an_output_is_given_once() {
    assert_eq!(run(async { spawn(async { "tea" }).await.ok() }), Some("tea"));
    let local = async { LocalSet::new().run_until(async { spawn_local_tea().await.ok() }).await };
    assert_eq!(run(local), Some("tea"), "the output of a local set's task");
    let mut into = nothing();
    done().take_output(&mut into);
    assert_eq!(into.ok(), Some("tea"), "what `take_output` has moved");
    let mut stage = done();
    assert!(stage.as_mut().take().is_some(), "`take` gives no output");
    assert!(stage.as_mut().take().is_none(), "`take` gives an output that was moved already");
    let mut into = nothing();
    stage.take_output(&mut into);
    assert!(into.is_err(), "`take_output` has moved the output a second time");
}

/// A task that has ended.
fn done() -> Pin<Box<Stage<Ready<&'static str>>>> {
    let mut stage = Box::pin(Stage::new(ready("tea")));
    let mut cx = Context::from_waker(Waker::noop());
    assert_eq!(stage.as_mut().poll(Id::next(), &mut cx), Outcome::Ready);
    stage
}

fn nothing() -> Result<&'static str, JoinError> {
    Err(JoinError::cancelled(Id::next()))
}

fn spawn_local_tea() -> JoinHandle<&'static str> {
    spawn_local(async {
        a_millisecond().await;
        "tea"
    })
}

fn a_panic_is_an_error() {
    run(async {
        let polls = Arc::new(AtomicUsize::new(0));
        let count = polls.clone();
        let panics = spawn(poll_fn(move |_| -> Poll<()> {
            count.fetch_add(1, SeqCst);
            panic!("no water")
        }));
        let beside = spawn(async {
            a_millisecond().await;
            "tea"
        });
        assert_eq!(words(panics.await), "no water");
        assert_eq!(beside.await.ok(), Some("tea"), "the task beside it runs on");
        assert_eq!(polls.load(SeqCst), 1, "polls of a future that has panicked");
        let local = LocalSet::new();
        let panics = local.spawn_local(async { panic!("no cup") });
        assert_eq!(words::<()>(local.run_until(panics).await), "no cup");
    });
}

fn the_future_goes_first() {
    let log = Log::new();
    // What the future owns beside its body: that goes with the future itself, not before.
    let future = |name: &str, panics: bool| {
        let owned = log.on_drop(format!("{name} is dropped"));
        let mut sleep = Box::pin(a_millisecond());
        poll_fn(move |cx| {
            let _owned = &owned;
            let polled = sleep.as_mut().poll(cx);
            assert!(!panics || polled.is_pending(), "no water");
            polled
        })
    };
    run(async {
        for (name, panics) in [("one that is ready", false), ("one that panics", true)] {
            let joined = spawn(future(name, panics)).await;
            assert_eq!(joined.is_err(), panics, "the output of {name}");
            log.add("its handle has the output");
        }
        let task = spawn(future("one for which nobody waits", false));
        a_millisecond().await;
        a_millisecond().await;
        assert!(task.is_finished(), "a task has not ended after its time");
        log.add("its handle is asked");
        assert!(task.await.is_ok(), "its output");
    });
    let right = [
        "one that is ready is dropped",
        "its handle has the output",
        "one that panics is dropped",
        "its handle has the output",
        "one for which nobody waits is dropped",
        "its handle is asked",
    ];
    assert_eq!(log.lines(), right, "drops of futures, and when their handles had the output");
}

fn an_abort_drops_it() {
    let log = Log::new();
    run(async {
        for begun in [true, false] {
            let guard = log.on_drop(format!("dropped, begun: {begun}"));
            let shared = log.clone();
            let task = spawn(async move {
                let _guard = guard;
                shared.add("polled");
                pending::<()>().await;
            });
            if begun {
                a_millisecond().await;
            }
            task.abort();
            let error = task.await.expect_err("an aborted task has no output");
            assert!(error.is_cancelled(), "the error says cancelled, and not: {error}");
            log.add("joined");
        }
        let task = spawn(ready("tea"));
        a_millisecond().await;
        task.abort();
        assert_eq!(task.await.ok(), Some("tea"), "the output of a task that was aborted too late");
    });
    let right = ["polled", "dropped, begun: true", "joined", "dropped, begun: false", "joined"];
    assert_eq!(log.lines(), right, "polls, drops and joins of two aborted tasks");
}

fn a_panic_in_a_drop() {
    let log = Log::new();
    let explosive = |line: &str| log.on_drop(line);
    run(async {
        let task = spawn(Explosive { future: pending::<()>(), _last: explosive("aborted") });
        a_millisecond().await;
        task.abort();
        assert_eq!(words(task.await), "steam in the drop", "of a task that was aborted");

        let output = log.on_drop("the output");
        let task = spawn(Explosive { future: ready(output), _last: explosive("ready") });
        let error = task.await.expect_err("the panic counts, not the output");
        assert!(error.is_panic(), "the error of a task that was ready, and panicked in its drop");

        let water = Box::pin(async { panic!("no water") });
        let task = spawn(Explosive { future: water, _last: explosive("panicked") });
        assert_eq!(words::<()>(task.await), "no water", "the first of two panics");

        // Nobody asks: the loop goes on all the same.
        drop(spawn(Explosive { future: ready(()), _last: explosive("detached") }));
        a_millisecond().await;
    });
    let right = ["aborted", "ready", "the output", "panicked", "detached"];
    assert_eq!(log.lines(), right, "what was dropped, in its order");
}

fn a_dropped_handle_detaches() {
    let log = Log::new();
    run(async {
        let (shared, output) = (log.clone(), log.on_drop("its output is dropped"));
        drop(spawn(async move {
            a_millisecond().await;
            shared.add("it runs on");
            output
        }));
        log.add("the handle is dropped");
        a_millisecond().await;
        a_millisecond().await;
        log.add("the runtime ends");
        let never = log.on_drop("the future of a task that waits is dropped");
        drop(spawn(async move {
            let _never = never;
            pending::<()>().await;
        }));
        a_millisecond().await;
    });
    let right = [
        "the handle is dropped",
        "it runs on",
        "its output is dropped",
        "the runtime ends",
        "the future of a task that waits is dropped",
    ];
    assert_eq!(log.lines(), right, "the life of two tasks without handles");
}

fn asked_too_early() {
    let log = Log::new();
    let guard = log.on_drop("dropped");
    let mut polls = 0;
    let mut stage = Box::pin(Stage::new(poll_fn(move |_| {
        let _owned = &guard;
        polls += 1;
        if polls < 3 { Poll::Pending } else { Poll::Ready(polls) }
    })));
    let (id, mut cx) = (Id::next(), Context::from_waker(Waker::noop()));
    for poll in 1..=2 {
        assert_eq!(stage.as_mut().poll(id, &mut cx), Outcome::Pending, "poll {poll} of three");
        assert!(stage.as_mut().take().is_none(), "an output after poll {poll} of three");
        assert!(log.lines().is_empty(), "the future was dropped by who asked for its output");
    }
    assert_eq!(stage.as_mut().poll(id, &mut cx), Outcome::Ready, "the third poll");
    assert_eq!(log.lines(), ["dropped"], "the future, when it is ready");
    assert_eq!(stage.as_mut().take().and_then(Result::ok), Some(3), "the output");
    assert!(stage.as_mut().take().is_none(), "the output is there a second time");

    // A home that is gone throws its tasks away.
    let mut stage = Box::pin(Stage::new(Explosive {
        future: pending::<()>(),
        _last: log.on_drop("discarded"),
    }));
    stage.as_mut().discard();
    assert_eq!(log.lines(), ["dropped", "discarded"], "the future that was discarded");
    assert!(stage.as_mut().take().is_none(), "a future that was discarded has no output");
}

fn from_another_thread() {
    let runtime = Runtime::with(Config::default()).expect("a runtime");
    // Both ways: a task of here that is joined there, and one that is spawned from there.
    let (tea, panics) =
        runtime.block_on(async { (spawn(async { "tea" }), spawn(async { panic!("no water") })) });
    let handle = runtime.handle().clone();
    let there = thread::spawn(move || {
        run(async move {
            assert_eq!(tea.await.ok(), Some("tea"), "a task of another runtime, joined here");
            assert_eq!(words::<()>(panics.await), "no water");
            let mut polls = 0;
            let counts = handle.spawn(poll_fn(move |cx| {
                polls += 1;
                cx.waker().wake_by_ref();
                if polls < 3 { Poll::Pending } else { Poll::Ready(polls) }
            }));
            assert_eq!(counts.await.ok(), Some(3), "a task that was sent to another runtime");
            assert_eq!(words::<()>(handle.spawn(async { panic!("no cup") }).await), "no cup");
            let never = handle.spawn(pending::<()>());
            never.abort();
            assert!(never.await.is_err_and(|error| error.is_cancelled()), "aborted from here");
        });
    });
    // This thread drives its runtime until the other one is done.
    let ended = runtime.block_on(async { spawn_blocking(move || there.join().is_ok()).await });
    assert!(ended.unwrap_or(false), "the other thread says why, on standard error");
}
