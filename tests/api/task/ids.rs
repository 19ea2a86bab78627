//! `task::Id`, `task::id`, `task::try_id`; `JoinHandle`, `AbortHandle` and `JoinError` besides.

use std::collections::{BTreeSet, HashSet};
use std::future::{pending, poll_fn, ready};
use std::io;
use std::sync::mpsc;
use std::task::Poll;

use kettle::task::{self, Id, JoinError, LocalSet, try_id};

use crate::common::engine::{keep, on_drop, runtime};
use crate::help::{Drops, Side, is_patched, panic_of, says, side, until};

#[kettle::test]
async fn ids_differ_and_can_be_ordered_and_hashed() {
    let ids: Vec<Id> = (0..10).map(|_| kettle::spawn(async {}).id()).collect();
    assert_eq!(ids.iter().collect::<HashSet<_>>().len(), 10);
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), 10);
    assert!(ids[0].to_string().parse::<u64>().is_ok(), "shown as a number");
    assert_eq!(format!("{:?}", ids[0]), format!("Id({})", ids[0]));
}

#[test]
fn outside_a_task_there_is_none() {
    assert_eq!(try_id(), None);
    let panicked = panic_of(|| task::id());
    assert_eq!(panicked.file, file!());
    assert!(says(&panicked.words, "outside of a task"), "{panicked:?}");
}

#[test]
fn the_future_of_block_on_has_none() {
    let runtime = runtime();
    runtime.block_on(async {
        assert_eq!(try_id(), None);
        kettle::spawn(async {}).await.unwrap();
        assert_eq!(try_id(), None, "also after an await");
    });
    let panicked = panic_of(|| runtime.block_on(async { task::id() }));
    assert_eq!(panicked.file, file!());
    runtime.handle().block_on(async { assert_eq!(try_id(), None) });
}

#[kettle::test]
async fn a_blocking_job_has_one() {
    for _ in 0..2 {
        let job = task::spawn_blocking(task::id); // the second on the same thread, as a rule
        let id = job.id();
        assert_eq!(job.await.unwrap(), id);
    }
}

#[kettle::test]
async fn the_future_of_a_runtime_that_a_job_drives_sees_the_jobs() {
    let job = task::spawn_blocking(|| {
        let inner = runtime();
        let of_task = inner.block_on(inner.spawn(async { task::id() })).unwrap();
        (inner.block_on(async { task::id() }), of_task)
    });
    let id = job.id();
    let (of_main, of_task) = job.await.unwrap();
    assert!(of_main == id && of_task != id);
}

#[kettle::test]
async fn a_local_task_has_one_and_its_set_has_the_hosts() {
    let nested = async {
        let outer = task::id();
        let inside = task::spawn_local(async { task::id() });
        let inner = inside.id();
        assert_eq!(inside.await.unwrap(), inner);
        assert_ne!(inner, outer);
        assert_eq!(task::id(), outer);
    };
    LocalSet::new()
        .run_until(async {
            assert_eq!(try_id(), None, "this is still block_on's future");
            task::spawn_local(nested).await.unwrap();
            assert_eq!(try_id(), None);
        })
        .await;
}

/// What says at its drop which task's id it sees.
fn tells() -> (impl Send, mpsc::Receiver<Option<Id>>) {
    let (tx, rx) = mpsc::channel();
    (on_drop(move || tx.send(try_id())), rx)
}

#[kettle::test]
async fn the_drop_of_a_future_sees_its_tasks_id() {
    let (told, rx) = tells();
    let mut told = Some(told);
    let done = kettle::spawn(poll_fn(move |_| {
        let _ = &told;
        if false {
            told = None;
        }
        Poll::Ready(())
    }));
    let id = done.id();
    done.await.unwrap();
    assert_eq!(rx.recv(), Ok(Some(id)), "it was ready");

    let (told, rx) = tells();
    let aborted = kettle::spawn(keep(told));
    let id = aborted.id();
    task::yield_now().await;
    aborted.abort();
    assert!(aborted.await.unwrap_err().is_cancelled());
    assert_eq!(rx.recv(), Ok(Some(id)), "it was aborted");

    let (told, rx) = tells();
    let unpolled = kettle::spawn(async move { drop(told) });
    let id = unpolled.id();
    unpolled.abort();
    assert!(unpolled.await.unwrap_err().is_cancelled());
    assert_eq!(rx.recv(), Ok(Some(id)), "it was aborted before its first poll");
}

#[test]
fn the_drop_of_a_future_at_the_runtimes_end_sees_its_tasks_id() {
    let runtime = runtime();
    let (told, rx) = tells();
    let task = runtime.spawn(keep(told));
    runtime.block_on(task::yield_now());
    let (unpolled, unpolled_rx) = tells();
    let second = runtime.spawn(async move { drop(unpolled) });
    let handle = runtime.handle().clone();
    drop(runtime);
    assert_eq!(rx.recv(), Ok(Some(task.id())));
    assert_eq!(unpolled_rx.recv(), Ok(Some(second.id())));
    let (late, late_rx) = tells();
    let third = handle.spawn(async move { drop(late) });
    assert_eq!(late_rx.recv(), Ok(Some(third.id())), "spawned too late");
    assert_eq!(try_id(), None);
}

#[kettle::test]
async fn the_drop_of_an_output_that_no_handle_takes_sees_the_id() {
    let (told, rx) = tells();
    let before = kettle::spawn(async move { told });
    let id = before.id();
    let ended = before.abort_handle();
    drop(before);
    until(|| ended.is_finished()).await;
    assert_eq!(rx.recv(), Ok(Some(id)), "the handle was dropped before the end");

    let (told, rx) = tells();
    drop(kettle::spawn(async move { told }).await.unwrap());
    assert_eq!(rx.recv(), Ok(None), "a taken output is the program's");
}

#[kettle::test]
async fn the_drop_of_a_local_tasks_output_sees_the_id() {
    let (told, rx) = tells();
    let set = LocalSet::new();
    let task = set.spawn_local(async move { told });
    let id = task.id();
    drop(task);
    set.await;
    assert_eq!(rx.recv(), Ok(Some(id)));
}

// ---- handles and errors -------------------------------------------------------------------------

#[kettle::test]
async fn an_aborted_task_says_cancelled_with_its_id() {
    let drops = Drops::default();
    let task = kettle::spawn(keep(drops.value()));
    let (id, abort) = (task.id(), task.abort_handle());
    task::yield_now().await;
    assert!(!abort.is_finished());
    abort.abort();
    let error = task.await.unwrap_err();
    assert!(abort.is_finished());
    assert_eq!((error.is_cancelled(), error.is_panic(), error.id()), (true, false, id));
    assert_eq!(error.to_string(), format!("task {id} was cancelled"));
    assert_eq!(format!("{error:?}"), format!("JoinError::Cancelled({id:?})"));
    assert_eq!(drops.count(), 1);
    let error = error.try_into_panic().unwrap_err();
    let panicked = panic_of(|| error.into_panic());
    assert_eq!(panicked.file, file!());
    assert!(says(&panicked.words, "did not panic"), "{panicked:?}");
}

#[kettle::test]
async fn a_panic_is_kept_with_its_value() {
    let task = kettle::spawn(async { std::panic::panic_any("no tea".to_owned()) });
    let id = task.id();
    let error: JoinError = task.await.unwrap_err();
    assert_eq!((error.is_cancelled(), error.is_panic(), error.id()), (false, true, id));
    assert_eq!(error.to_string(), format!("task {id} panicked with message \"no tea\""));
    assert_eq!(format!("{error:?}"), format!("JoinError::Panic({id:?}, \"no tea\", ...)"));
    assert_eq!(*error.into_panic().downcast::<String>().unwrap(), "no tea");

    let task = kettle::spawn(async { std::panic::panic_any(7) });
    let id = task.id();
    let error: JoinError = task.await.unwrap_err();
    assert_eq!(error.to_string(), format!("task {id} panicked"));
    assert_eq!(format!("{error:?}"), format!("JoinError::Panic({id:?}, ...)"));
    assert_eq!(*error.try_into_panic().unwrap().downcast::<i32>().unwrap(), 7);
}

#[kettle::test]
async fn a_join_error_becomes_an_io_error() {
    let task = kettle::spawn(pending::<()>());
    task.abort();
    let cancelled = io::Error::from(task.await.unwrap_err());
    assert_eq!(cancelled.kind(), io::ErrorKind::Other);
    assert_eq!(cancelled.to_string(), "task was cancelled");
    let panicked = kettle::spawn(async { panic!("on purpose") }).await.unwrap_err();
    assert_eq!(io::Error::from(panicked).to_string(), "task panicked");
}

#[kettle::test]
async fn debug_names_the_id() {
    let task = kettle::spawn(ready(7));
    let id = task.id();
    let abort = task.abort_handle();
    assert!(format!("{task:?}").starts_with(&format!("JoinHandle {{ id: {id:?}")));
    assert!(format!("{abort:?}").starts_with(&format!("AbortHandle {{ id: {id:?}")));
}

#[test]
fn block_in_place_outside_a_runtime_just_calls() {
    assert_eq!(task::block_in_place(|| 7), 7);
    let runtime = runtime();
    let nested = || task::block_in_place(|| runtime.handle().block_on(async { 7 }));
    assert_eq!(runtime.handle().block_on(async { nested() }), 7);
    assert_eq!(runtime.block_on(runtime.spawn_blocking(|| task::block_in_place(|| 7))).unwrap(), 7);
}

#[kettle::test]
async fn block_in_place_on_the_runtimes_thread_panics() {
    if is_patched() {
        return assert_eq!(task::block_in_place(|| 7), 7);
    }
    let panicked = panic_of(|| task::block_in_place(|| 7));
    assert_eq!(panicked.file, file!());
    if side() == Side::Kettle {
        assert!(panicked.words.contains("spawn_blocking"), "{panicked:?}");
    }
    let in_a_task = kettle::spawn(async { task::block_in_place(|| 7) }).await;
    assert!(in_a_task.unwrap_err().is_panic());
}
