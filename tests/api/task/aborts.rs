//! How does a task end by an abort, and what if its handle is dropped?

#![allow(clippy::async_yields_async)] // handles come out of `block_on`

use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use super::ends::begun;
use crate::common::engine::*;
use kettle::task::{AbortHandle, JoinError, LocalSet, spawn_local, yield_now};

// ---- aborts -------------------------------------------------------------------------------------

#[test]
fn a_task_from_another_thread_can_be_aborted_before_it_arrives() {
    let runtime = runtime();
    let polled = Arc::new(AtomicBool::new(false));
    let mark = polled.clone();
    let task = runtime.spawn(async move { mark.store(true, Ordering::SeqCst) });
    task.abort();
    assert!(runtime.block_on(task).unwrap_err().is_cancelled());
    assert!(!polled.load(Ordering::SeqCst));
}

#[kettle::test]
async fn a_task_may_abort_itself() {
    let own = Arc::new(std::sync::Mutex::new(None::<AbortHandle>));
    let abort = own.clone();
    let polls = Arc::new(AtomicUsize::new(0));
    let counted = polls.clone();
    let task = kettle::spawn(async move {
        abort.lock().unwrap().take().unwrap().abort();
        // The poll goes on to its end; there is no other after it.
        counted.fetch_add(1, Ordering::SeqCst);
        yield_now().await;
        counted.fetch_add(1, Ordering::SeqCst);
    });
    *own.lock().unwrap() = Some(task.abort_handle());
    assert!(task.await.unwrap_err().is_cancelled());
    assert_eq!(polls.load(Ordering::SeqCst), 1);

    // One that is ready in the same poll has its output.
    let abort = own.clone();
    let task = kettle::spawn(async move {
        abort.lock().unwrap().take().unwrap().abort();
        7
    });
    *own.lock().unwrap() = Some(task.abort_handle());
    assert_eq!(task.await.unwrap(), 7);
}

#[test]
fn an_abort_after_the_end_changes_nothing() {
    let runtime = runtime();
    let late = runtime.block_on(async {
        let task = kettle::spawn(async { 7 });
        let abort = task.abort_handle();
        let_run().await;
        assert!(task.is_finished() && abort.is_finished());
        task.abort();
        abort.abort();
        assert_eq!(task.await.unwrap(), 7);
        // The next task stands where it stood.
        let next = kettle::spawn(async {
            let_run().await;
            8
        });
        let_run().await;
        abort.abort();
        assert_eq!(next.await.unwrap(), 8);
        abort
    });
    late.abort();
    drop(runtime);
    late.abort();
    assert!(late.is_finished());
}

#[test]
fn a_task_is_aborted_from_another_thread() {
    run_within_a_minute(async || {
        let task = begun(()).await;
        let abort = task.abort_handle();
        thread::spawn(move || abort.abort());
        assert!(task.await.unwrap_err().is_cancelled());

        // A task that is never idle.
        let busy = kettle::spawn(async {
            loop {
                yield_now().await;
            }
        });
        let abort = busy.abort_handle();
        thread::spawn(move || abort.abort());
        assert!(busy.await.is_err_and(|error: JoinError| error.is_cancelled()));
    });
}

#[kettle::test]
async fn a_queued_task_is_aborted_at_its_turn() {
    let sleeper = Sleeper::default();
    let task = kettle::spawn(sleeper.clone().sleep());
    let_run().await;
    sleeper.waker().wake();
    task.abort();
    assert!(!task.is_finished(), "its future is dropped at its turn");
    assert!(task.await.unwrap_err().is_cancelled());
    assert_eq!(sleeper.polls(), 1);
}

#[test]
fn a_local_task_is_aborted_on_its_own_thread() {
    LocalSet::new().block_on(&runtime(), async {
        let task = spawn_local(pending::<()>());
        let_run().await;
        task.abort();
        assert!(task.await.unwrap_err().is_cancelled());
    });
}

#[test]
fn an_abort_handle_outlives_everything() {
    let runtime = runtime();
    let abort = runtime.block_on(async { begun(()).await.abort_handle() });
    assert!(!abort.is_finished());
    let thread = thread::spawn(move || {
        abort.clone().abort();
        abort
    });
    let abort = thread.join().unwrap();
    runtime.block_on(let_run());
    assert!(abort.is_finished());
    drop(runtime);
    abort.abort();
    assert!(abort.is_finished());
}
