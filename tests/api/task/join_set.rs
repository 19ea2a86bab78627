//! `task::JoinSet`. (Which member comes out next, with what: `tests/fuzz/src/play/tasks.rs` asks
//! tokio.)

use std::cell::Cell;
use std::future::{pending, poll_fn, ready};
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use kettle::sync::oneshot;
use kettle::task::{self, AbortHandle, JoinSet, LocalSet, coop};

use crate::common::engine::{keep, runtime, yield_until};
use crate::help::{Drops, Polled, Wakes, panic_of, until};

#[kettle::test]
async fn an_empty_set_is_ready_at_once() {
    let mut set = JoinSet::<()>::default();
    assert!(set.is_empty());
    assert!(Polled::new(set.join_next()).ready().is_none());
    assert!(Polled::new(set.join_next_with_id()).ready().is_none());
    assert!(set.try_join_next().is_none() && set.try_join_next_with_id().is_none());
    set.shutdown().await;
    assert!(set.join_all().await.is_empty());
}

#[kettle::test]
async fn the_id_comes_with_the_output() {
    let mut set = JoinSet::new();
    let task = set.spawn(ready("tea"));
    assert_eq!(set.join_next_with_id().await.unwrap().unwrap(), (task.id(), "tea"));
    let task = set.spawn(ready("toast"));
    until(|| task.is_finished()).await;
    assert_eq!(set.try_join_next_with_id().unwrap().unwrap(), (task.id(), "toast"));
}

#[kettle::test]
async fn join_next_is_cancel_safe() {
    let mut set = JoinSet::new();
    let (tx, rx) = oneshot::channel();
    set.spawn(rx);
    for _ in 0..3 {
        Polled::new(set.join_next()).pending();
    }
    tx.send(7).unwrap();
    task::yield_now().await;
    drop(set.join_next());
    assert_eq!(set.len(), 1, "nothing was lost");
    assert_eq!(set.join_next().await.unwrap().unwrap(), Ok(7));
}

#[kettle::test]
async fn the_latest_waker_is_called_and_only_that() {
    let mut set = JoinSet::new();
    let (tx, rx) = oneshot::channel();
    let task = set.spawn(rx);
    let wakers = [(); 2].map(|()| Arc::new(Wakes::default()));
    for wakes in &wakers {
        let waker = Waker::from(wakes.clone());
        assert!(set.poll_join_next(&mut Context::from_waker(&waker)).is_pending());
    }
    tx.send(7).unwrap();
    until(|| task.is_finished()).await;
    let calls = wakers.map(|wakes| wakes.count());
    assert_eq!(calls, [0, 1]);
    assert_eq!(set.try_join_next().unwrap().unwrap(), Ok(7));
}

#[kettle::test]
async fn poll_join_next_tells_empty_from_pending() {
    let mut set = JoinSet::new();
    let mut cx = Context::from_waker(Waker::noop());
    assert!(matches!(set.poll_join_next(&mut cx), Poll::Ready(None)));
    let task = set.spawn(ready(7));
    assert!(set.poll_join_next(&mut cx).is_pending());
    until(|| task.is_finished()).await;
    match set.poll_join_next_with_id(&mut cx) {
        Poll::Ready(Some(output)) => assert_eq!(output.unwrap(), (task.id(), 7)),
        _ => panic!("it has ended"),
    }
    assert!(matches!(set.poll_join_next_with_id(&mut cx), Poll::Ready(None)));
}

#[kettle::test]
async fn an_output_that_is_not_taken_is_dropped_with_the_set() {
    let drops = Drops::default();
    let mut set = JoinSet::new();
    let (one, two) = (drops.value(), drops.value());
    let ends = [set.spawn(async move { one }), set.spawn(async move { two })];
    until(|| ends.iter().all(AbortHandle::is_finished)).await;
    drop(set.join_next().await);
    assert_eq!(drops.count(), 1);
    drop(set);
    assert_eq!(drops.count(), 2);
}

/// tokio wakes it when the next member ends, kettle at once, so that it sees that the set is empty.
#[kettle::test]
async fn a_task_that_waits_is_woken_though_its_set_was_detached() {
    let wakes = Arc::new(Wakes::default());
    let waker = Waker::from(wakes.clone());
    let mut set = JoinSet::new();
    set.spawn(pending());
    assert!(set.poll_join_next(&mut Context::from_waker(&waker)).is_pending());
    set.detach_all();
    set.spawn(ready(1));
    until(|| wakes.count() > 0).await;
    assert_eq!(set.join_next().await.unwrap().unwrap(), 1);
}

#[kettle::test]
async fn join_all_panics_with_a_tasks_own_panic_and_aborts_the_rest() {
    let drops = Drops::default();
    let mut set = JoinSet::new();
    set.spawn(keep(drops.value()));
    set.spawn(async { std::panic::panic_any(7_u8) });
    let error = kettle::spawn(set.join_all()).await.unwrap_err();
    assert_eq!(*error.into_panic().downcast::<u8>().unwrap(), 7);
    until(|| drops.count() == 1).await;
}

#[kettle::test]
async fn join_all_panics_if_a_task_was_aborted() {
    let mut set = JoinSet::new();
    let task = set.spawn(pending::<()>());
    task.abort();
    let error = kettle::spawn(set.join_all()).await.unwrap_err();
    let words = *error.into_panic().downcast::<String>().unwrap();
    assert_eq!(words, format!("task {} was cancelled", task.id()));
}

#[kettle::test]
async fn blocking_jobs_are_members_too() {
    let mut set = JoinSet::new();
    for number in 0..4 {
        set.spawn_blocking(move || number);
    }
    set.spawn_blocking_on(|| 4, &kettle::runtime::Handle::current());
    let mut outputs = set.join_all().await;
    outputs.sort_unstable();
    assert_eq!(outputs, [0, 1, 2, 3, 4]);
}

#[test]
fn a_task_of_a_runtime_that_has_ended_is_cancelled() {
    let (gone, runtime) = (runtime(), runtime());
    let handle = gone.handle().clone();
    drop(gone);
    let mut set = JoinSet::new();
    let task = set.spawn_on(async {}, &handle);
    assert!(task.is_finished());
    let error = runtime.block_on(set.join_next()).unwrap().unwrap_err();
    assert!(error.is_cancelled());
    assert_eq!(error.id(), task.id());
    set.spawn_on(async {}, &handle);
    assert!(set.try_join_next().unwrap().unwrap_err().is_cancelled());
}

#[test]
fn a_runtimes_end_ends_its_members() {
    let (gone, runtime) = (runtime(), runtime());
    let mut set = JoinSet::new();
    set.spawn_on(pending::<()>(), gone.handle());
    let mut waits = Polled::waiting(set.join_next());
    drop(gone);
    assert_eq!(waits.wakes(), 1);
    assert!(waits.ready().unwrap().unwrap_err().is_cancelled());
    drop(waits);
    drop(runtime);
}

#[kettle::test]
async fn local_tasks_are_members_too() {
    let local = LocalSet::new();
    let mut set = JoinSet::new();
    let cup = Rc::new(Cell::new(1));
    let inside = cup.clone();
    set.spawn_local_on(async move { inside.get() }, &local);
    assert!(set.try_join_next().is_none());
    local
        .run_until(async {
            let inside = cup.clone();
            set.spawn_local(async move { inside.get() + 1 });
            let mut outputs =
                [set.join_next().await.unwrap().unwrap(), set.join_next().await.unwrap().unwrap()];
            outputs.sort_unstable();
            assert_eq!(outputs, [1, 2]);
        })
        .await;
}

/// In the usual order: a schedule may run them in another.
#[kettle::test]
async fn members_that_are_ready_end_in_the_order_of_their_spawns() {
    let mut set: JoinSet<_> = (0..3).map(ready).collect();
    set.extend((3..5).map(ready));
    let last = set.spawn(ready(5));
    until(|| last.is_finished()).await;
    let first = [(); 2].map(|()| set.try_join_next().unwrap().unwrap());
    assert_eq!(first, [0, 1]);
    assert_eq!(set.join_all().await, [2, 3, 4, 5]);
}

#[test]
fn without_a_runtime_spawn_panics_at_the_callers_line() {
    let spawn = panic_of(|| JoinSet::new().spawn(async {}));
    let blocking = panic_of(|| JoinSet::new().spawn_blocking(|| ()));
    let local = panic_of(|| JoinSet::new().spawn_local(async {}));
    for panicked in [spawn, blocking, local] {
        assert_eq!(panicked.file, file!(), "{panicked:?}");
    }
}

#[kettle::test]
async fn join_next_spends_budget_and_try_join_next_does_not() {
    let mut set: JoinSet<_> = (0..300).map(|_| async {}).collect();
    yield_until(|| set.try_join_next().is_some()).await;
    task::yield_now().await;
    let (mut taken, mut gave_way) = (0, 0);
    poll_fn(|cx| {
        while let Poll::Ready(Some(_)) = set.poll_join_next(cx) {
            taken += 1;
        }
        if set.is_empty() {
            return Poll::Ready(());
        }
        gave_way += 1;
        Poll::Pending
    })
    .await;
    assert_eq!(taken, 299);
    assert!(gave_way >= 2, "128 at the most in one poll: {gave_way}");

    let mut set: JoinSet<_> = (0..3).map(|_| async {}).collect();
    task::yield_now().await;
    task::yield_now().await;
    while coop::has_budget_remaining() {
        coop::consume_budget().await;
    }
    assert!(set.try_join_next().is_some(), "it can't wait, so it need not");
    assert!(Polled::new(set.join_next()).poll().is_pending(), "this one can");
    assert_eq!(set.len(), 2);
}

#[kettle::test]
async fn debug_says_how_many() {
    let mut set = JoinSet::new();
    set.spawn(ready(NotDebug));
    assert_eq!(format!("{set:?}"), "JoinSet { len: 1 }");
    set.shutdown().await;
}

struct NotDebug;
