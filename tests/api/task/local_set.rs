//! `task::LocalSet`, `spawn_local`, `LocalEnterGuard`.

use std::cell::Cell;
use std::future::{pending, poll_fn, ready};
use std::rc::Rc;
use std::sync::Arc;
use std::task::Poll;
use std::thread;

use kettle::sync::oneshot;
use kettle::task::{LocalSet, spawn_local, yield_now};

use crate::common::Log;
use crate::common::engine::{keep, runtime};
use crate::help::{Drops, Polled, Side, panic_of, says, side};

/// Where there is neither a set nor a local runtime. tokio's panic names its own line if a runtime
/// is entered, although the function is `#[track_caller]`; kettle's always names the program's.
pub(crate) fn nowhere() {
    let panicked = panic_of(|| spawn_local(async {}));
    assert!(panicked.words.contains("called from outside of a `task::LocalSet`"), "{panicked:?}");
    assert!(panicked.file == file!() || side() == Side::Tokio, "{panicked:?}");
    assert!(says(&panicked.words, "run_until"), "{panicked:?}");
}

#[kettle::test]
async fn the_tasks_stay_when_run_until_is_dropped() {
    let set = LocalSet::new();
    let (tx, rx) = oneshot::channel();
    let task = set.spawn_local(async move { rx.await.unwrap() });
    let half = Polled::waiting(set.run_until(pending::<()>()));
    drop(half);
    assert!(!task.is_finished());
    tx.send(7).unwrap();
    assert_eq!(set.run_until(task).await.unwrap(), 7);
}

#[test]
fn block_on_is_run_until_on_a_runtime() {
    let set = LocalSet::new();
    let runtime = Arc::new(runtime()); // a pointer to one turns into the reference
    let number = set.block_on(&runtime, async { spawn_local(ready(Rc::new(7))).await.unwrap() });
    assert_eq!(*number, 7);
    let panicked = runtime.block_on(async { panic_of(|| set.block_on(&runtime, async {})) });
    assert_eq!(panicked.file, file!());
}

#[test]
fn spawn_local_outside_panics_at_the_callers_line() {
    assert_eq!(panic_of(|| spawn_local(async {})).file, file!());
    runtime().block_on(async { nowhere() });
}

#[test]
fn spawn_local_on_the_set_needs_no_runtime() {
    let set = LocalSet::new();
    let task = set.spawn_local(ready(7));
    let mut set = Polled::new(set);
    set.ready();
    assert_eq!(Polled::new(task).ready().unwrap(), 7);
}

#[kettle::test]
async fn enter_makes_the_set_the_one_that_spawn_local_means() {
    let (one, two) = (LocalSet::new(), LocalSet::new());
    let outer = one.enter();
    let first = spawn_local(ready(1));
    let inner = two.enter();
    let second = spawn_local(ready(2));
    drop(inner);
    let third = spawn_local(ready(3));
    drop(outer);
    nowhere();
    one.await;
    assert!(first.is_finished() && third.is_finished() && !second.is_finished());
    two.await;
    assert_eq!(second.await.unwrap(), 2);
}

#[kettle::test]
#[allow(clippy::async_yields_async)] // the handle is what is handed on
async fn inside_its_poll_a_set_is_current_in_place_of_the_one_around() {
    let (outer, inner) = (LocalSet::new(), LocalSet::new());
    outer
        .run_until(async {
            let of_inner = inner.run_until(async { spawn_local(ready(1)) }).await;
            let of_outer = spawn_local(ready(2)).await.unwrap();
            assert_eq!(of_outer, 2);
            assert!(!of_inner.is_finished(), "the inner set has not been polled since");
            assert_eq!(inner.run_until(of_inner).await.unwrap(), 1);
        })
        .await;
}

#[kettle::test]
async fn a_task_can_be_aborted_from_another_thread() {
    let drops = Drops::default();
    let set = LocalSet::new();
    let task = set.spawn_local(keep(drops.value()));
    let abort = task.abort_handle();
    let mut polled = Polled::waiting(set.run_until(task));
    thread::spawn(move || abort.abort()).join().unwrap();
    assert_eq!(drops.count(), 0, "not there: the future belongs to this thread");
    assert!(polled.wakes() > 0);
    // The handle may be polled before the task.
    let output = match polled.poll() {
        Poll::Ready(output) => output,
        Poll::Pending => polled.ready(),
    };
    assert!(output.unwrap_err().is_cancelled());
    assert_eq!(drops.count(), 1);
}

/// Polls as a `block_on` does that knows no runtime. When the future is pending and `meanwhile` is
/// over, its waker must have been called, since a thread that slept now would sleep for good.
fn block_here<F: Future>(future: F, meanwhile: impl Fn()) -> F::Output {
    let mut future = Polled::new(future);
    for _ in 0..100 {
        let wakes = future.wakes();
        if let Poll::Ready(output) = future.poll() {
            return output;
        }
        meanwhile();
        assert!(future.wakes() > wakes, "nothing would end the sleep");
    }
    panic!("not ready after 100 polls");
}

#[test]
fn a_task_that_blocks_on_its_own_set_runs_the_others_meanwhile() {
    let set = Rc::new(LocalSet::new());
    let inside = set.clone();
    let mut polls = 0;
    let many_polls = poll_fn(move |cx| {
        polls += 1;
        cx.waker().wake_by_ref();
        if polls < 200 { Poll::Pending } else { Poll::Ready(7) }
    });
    let blocks = async move { block_here(inside.run_until(spawn_local(many_polls)), || ()) };
    let output = set.block_on(&runtime(), async { spawn_local(blocks).await.unwrap() });
    assert_eq!(output.unwrap(), 7);
}

#[test]
fn a_task_that_blocks_on_its_own_set_is_woken_when_another_thread_wakes_the_others() {
    let set = Rc::new(LocalSet::new());
    let (inside, (sender, receiver)) = (set.clone(), oneshot::channel());
    let blocks = async move {
        let other = spawn_local(receiver);
        let sender = Cell::new(Some(sender));
        block_here(inside.run_until(other), || {
            if let Some(sender) = sender.take() {
                thread::spawn(|| sender.send(7).unwrap()).join().unwrap();
            }
        })
    };
    let output = set.block_on(&runtime(), async { spawn_local(blocks).await.unwrap() });
    assert_eq!(output.unwrap(), Ok(7));
}

/// Whether they wait or have never been polled, and whichever room an earlier task has left.
#[test]
fn a_dropped_set_drops_its_tasks_in_the_order_of_spawning() {
    for polled in [0, 1, 3] {
        let (set, log) = (LocalSet::new(), Log::new());
        let mut names = ["first", "second", "third"].into_iter();
        let mut spawn = || drop(set.spawn_local(keep(log.guard(names.next().unwrap()))));
        let ended = set.spawn_local(async {});
        set.block_on(&runtime(), async {
            if polled > 0 {
                spawn();
            }
            ended.await.unwrap();
        });
        (1..polled).for_each(|_| spawn());
        set.block_on(&runtime(), yield_now());
        (polled..3).for_each(|_| spawn());
        drop(set);
        assert_eq!(log.take(), ["first", "second", "third"], "polled: {polled}");
    }
}

#[test]
fn debug() {
    assert!(format!("{:?}", LocalSet::new()).starts_with("LocalSet"));
    assert!(format!("{:?}", LocalSet::new().enter()).starts_with("LocalEnterGuard"));
}
