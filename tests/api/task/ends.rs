//! How do tasks and runtimes end: by a panic, by an abort, by the drop of everything? (What is
//! dropped with a handle: also `exercises/hunts/last-words/check.rs`.)

#![allow(clippy::async_yields_async)] // handles come out of `block_on`

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::thread;

use crate::common::engine::*;
use kettle::runtime::Handle;
use kettle::task::{JoinError, JoinHandle, LocalSet, spawn_local, yield_now};

/// Counts how often it is dropped, and what it saw then.
#[derive(Clone, Default)]
pub(super) struct Witness(Arc<(AtomicUsize, AtomicUsize)>);

impl Witness {
    /// A value whose drop counts.
    pub(super) fn value(&self) -> impl Send + use<> {
        let witness = self.clone();
        on_drop(move || {
            witness.0.0.fetch_add(1, Ordering::SeqCst);
            let refused = Handle::try_current().map(|_| kettle::spawn(async {}));
            if refused.is_ok() {
                witness.0.1.fetch_add(1, Ordering::SeqCst);
            }
        })
    }

    pub(super) fn drops(&self) -> usize {
        self.0.0.load(Ordering::SeqCst)
    }

    /// Of these, how many found their runtime current.
    pub(super) fn with_its_own(&self) -> usize {
        self.0.1.load(Ordering::SeqCst)
    }
}

/// Panics when it is dropped.
struct Bomb(&'static str);

impl Drop for Bomb {
    fn drop(&mut self) {
        assert!(thread::panicking(), "{}", self.0);
    }
}

/// Panics when it is dropped, though the thread is panicking.
struct MeanBomb;

impl Drop for MeanBomb {
    fn drop(&mut self) {
        panic!("the value of a panic panics");
    }
}

/// A future that panics when it is polled, if told so, and when it is dropped: with such a value.
struct Mean(bool);

impl Future for Mean {
    type Output = ();

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        assert!(!self.0, "the first");
        Poll::Ready(())
    }
}

impl Drop for Mean {
    fn drop(&mut self) {
        std::panic::panic_any(MeanBomb);
    }
}

fn words(error: JoinError) -> String {
    words_of(&*error.into_panic())
}

/// A task that began to wait and keeps `value`.
pub(super) async fn begun<T: Send + 'static>(value: T) -> JoinHandle<()> {
    let task = kettle::spawn(keep(value));
    let_run().await;
    task
}

// ---- panics -------------------------------------------------------------------------------------

#[kettle::test]
async fn a_panic_in_a_task_is_its_handles_business() {
    let other = kettle::spawn(async {
        let_run().await;
        "unharmed"
    });
    let error = kettle::spawn(async { panic!("in a task") }).await.unwrap_err();
    assert!(error.is_panic() && !error.is_cancelled());
    assert_eq!(words(error), "in a task");
    let later = kettle::spawn(async {
        yield_now().await;
        panic!("in the second poll")
    });
    assert_eq!(words(later.await.unwrap_err()), "in the second poll");
    assert_eq!(other.await.unwrap(), "unharmed");
}

#[test]
fn a_panicking_task_drops_its_future_once_with_its_runtime_current() {
    let witness = Witness::default();
    let value = witness.value();
    let runtime = runtime();
    runtime.block_on(async {
        let task = kettle::spawn(poll_fn(move |_| -> Poll<()> {
            let _keep = &value;
            panic!("in poll")
        }));
        assert!(task.await.unwrap_err().is_panic());
    });
    drop(runtime);
    assert_eq!((witness.drops(), witness.with_its_own()), (1, 1));
}

#[kettle::test]
async fn a_panic_in_the_drop_of_a_future_is_its_handles_business() {
    let aborted = begun(Bomb("dropped")).await;
    aborted.abort();
    assert_eq!(words(aborted.await.unwrap_err()), "dropped");

    // A future that is dropped after it was ready, and one after it panicked.
    let bomb = Bomb("after the output");
    let ready = kettle::spawn(poll_fn(move |_| {
        let _keep = &bomb;
        Poll::Ready(7)
    }));
    assert_eq!(words(ready.await.unwrap_err()), "after the output");
    let bomb = Bomb("after the panic");
    let panicked = kettle::spawn(poll_fn(move |_| -> Poll<()> {
        let _keep = &bomb;
        panic!("the first")
    }));
    assert_eq!(words(panicked.await.unwrap_err()), "the first");

    // With nobody to tell.
    kettle::spawn(keep(Bomb("detached"))).abort();
    let_run().await;
}

#[test]
fn a_panic_in_the_drop_of_an_output_harms_nobody() {
    within_a_minute(|| {
        let runtime = runtime();
        let handle = runtime.handle().clone();
        runtime.block_on(async {
            drop(kettle::spawn(async { Bomb("nobody wants it") }));
            let_run().await;
            let remote = thread::spawn(move || handle.spawn(async { Bomb("in a cell") }));
            let remote = remote.join().unwrap();
            let_run().await;
            drop(remote);
            let detached = kettle::task::spawn_blocking(|| Bomb("on a pool thread"));
            drop(detached);
            assert_eq!(kettle::task::spawn_blocking(|| 7).await.unwrap(), 7);
        });
        // And of one that waits for a handle that never comes.
        let forgotten = runtime.block_on(async {
            let forgotten = kettle::spawn(async { Bomb("unclaimed") });
            let_run().await;
            forgotten
        });
        drop(runtime);
        drop(forgotten);
    });
}

#[test]
#[cfg_attr(on_tokio, ignore = "tokio aborts the process")]
fn a_panics_value_that_panics_harms_nobody() {
    let runtime = runtime();
    runtime.block_on(async {
        drop(kettle::spawn(async { std::panic::panic_any(MeanBomb) }));
        let_run().await;
        // In the drop of a future, while another panic is told already, or an output is there.
        assert_eq!(words(kettle::spawn(Mean(true)).await.unwrap_err()), "the first");
        drop(kettle::spawn(Mean(false)));
        kettle::spawn(Mean(false)).abort();
        let_run().await;
        let kept = kettle::spawn(Mean(false)).await.unwrap_err();
        assert!(kept.is_panic());
        std::mem::forget(kept.into_panic());
        // In the drop of an output, with its handle.
        let mean = || on_drop(|| std::panic::panic_any(MeanBomb));
        let task = kettle::spawn(async move { mean() });
        let job = kettle::task::spawn_blocking(mean);
        yield_until(|| task.is_finished() && job.is_finished()).await;
        drop(task);
        drop(job);
    });
    assert_eq!(runtime.block_on(async { kettle::spawn(async { 7 }).await.unwrap() }), 7);
}

#[test]
fn a_panic_out_of_block_on_leaves_the_runtime_usable() {
    let runtime = runtime();
    let witness = Witness::default();
    let (task, go) = (Channel::new(), Channel::new());
    for round in 0..3 {
        let words = panic_of(|| {
            runtime.block_on(async {
                let (value, go) = (witness.value(), go.clone());
                task.send(kettle::spawn(async move {
                    let _keep = value;
                    go.receive().await
                }));
                let_run().await;
                panic!("round {round}");
            })
        });
        assert_eq!(words, format!("round {round}"));
        assert!(Handle::try_current().is_err(), "nothing is left behind on the thread");
        assert_eq!(witness.drops(), round, "its tasks live on");
        go.send(round);
        let finished = runtime.block_on(async { task.receive().await.await });
        assert_eq!(finished.unwrap(), round);
    }
}

#[test]
fn the_main_future_is_dropped_with_its_runtime_current() {
    let witness = Witness::default();
    let runtime = runtime();
    let (value, other, third) = (witness.value(), witness.value(), witness.value());
    runtime.block_on(poll_fn(move |_| {
        let _keep = &value;
        Poll::Ready(())
    }));
    panic_of(|| {
        runtime.block_on(poll_fn(move |_| -> Poll<()> {
            let _keep = &other;
            panic!("in main")
        }));
    });
    runtime.handle().block_on(poll_fn(move |_| {
        let _keep = &third;
        Poll::Ready(())
    }));
    assert_eq!((witness.drops(), witness.with_its_own()), (3, 3));
}

#[test]
fn a_panic_in_a_local_task_is_its_handles_business() {
    let set = LocalSet::new();
    set.block_on(&runtime(), async {
        let error = spawn_local(async { panic!("in a local task") }).await.unwrap_err();
        assert_eq!(words(error), "in a local task");
        assert_eq!(spawn_local(async { 7 }).await.unwrap(), 7);
    });
}
