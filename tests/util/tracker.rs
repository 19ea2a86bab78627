//! `TaskTracker`: waiting until tasks have ended.

use std::future::{Future, pending, ready};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Wake, Waker};

use kettle::runtime::{Builder, Handle};
use kettle::sync::oneshot;
use kettle::task::LocalSet;

use crate::auto_traits;
use crate::auto_traits::{NN, YN, YY};
use crate::help::{Drops, Polled};
use crate::names::tokio_util::task::TaskTracker;
use crate::names::tokio_util::task::task_tracker::{
    TaskTrackerToken, TaskTrackerWaitFuture, TrackedFuture,
};

auto_traits!(TaskTracker: Send & Sync & Unpin);
auto_traits!(TaskTrackerToken: Send & Sync & Unpin);
auto_traits!(TaskTrackerWaitFuture<'_>: Send & Sync & !Unpin);
auto_traits!(TrackedFuture<YY>: Send & Sync & Unpin);
auto_traits!(TrackedFuture<YN>: Send & !Sync & Unpin);
auto_traits!(TrackedFuture<NN>: !Send & !Sync & Unpin);

#[test]
fn wait_ends_when_it_is_closed_and_empty() {
    let tracker = TaskTracker::new();
    let token = tracker.token();
    let mut waits = [Polled::new(tracker.wait()), Polled::new(tracker.wait())];
    waits.iter_mut().for_each(Polled::pending);
    assert!(tracker.close());
    assert_eq!(waits[0].wakes(), 0, "there is a task");
    waits.iter_mut().for_each(Polled::pending);
    drop(token);
    for wait in &mut waits {
        assert_eq!(wait.wakes(), 1);
        wait.ready();
    }
    Polled::new(tracker.wait()).ready();
}

#[test]
fn an_open_tracker_is_waited_for_even_if_it_is_empty() {
    let tracker = TaskTracker::default();
    let mut waits = Polled::new(tracker.wait());
    waits.pending();
    drop(tracker.token());
    waits.pending();
    assert_eq!(waits.wakes(), 0);
    assert!(tracker.close());
    assert_eq!(waits.wakes(), 1);
    waits.ready();
}

#[test]
fn it_is_closed_and_opened_again() {
    let tracker = TaskTracker::new();
    assert!(!tracker.is_closed() && !tracker.reopen());
    assert!(tracker.close() && !tracker.close() && tracker.is_closed());
    assert!(tracker.reopen() && !tracker.is_closed());
    Polled::new(tracker.wait()).pending();
}

#[test]
fn a_moment_is_enough_for_a_wait_that_was_made_before() {
    let tracker = TaskTracker::new();
    let mut unpolled = Polled::new(tracker.wait());
    let mut polled = Polled::new(tracker.wait());
    polled.pending();
    tracker.close();
    tracker.reopen();
    let token = tracker.token();
    unpolled.ready();
    polled.ready();
    Polled::new(tracker.wait()).pending();
    drop(token);
}

#[test]
fn a_wait_made_while_it_is_closed_and_empty_is_ready_whatever_comes() {
    let tracker = TaskTracker::new();
    tracker.close();
    let mut waits = Polled::new(tracker.wait());
    tracker.reopen();
    let _token = tracker.token();
    waits.ready();
}

#[test]
fn tasks_can_be_added_to_a_closed_tracker() {
    let tracker = TaskTracker::new();
    tracker.close();
    let token = tracker.token();
    let mut waits = Polled::new(tracker.wait());
    waits.pending();
    drop(token);
    assert_eq!(waits.wakes(), 1);
    waits.ready();
}

#[test]
fn tokens_and_their_clones_are_counted() {
    let tracker = TaskTracker::new();
    assert!(tracker.is_empty());
    let token = tracker.token();
    let clone = token.clone();
    assert_eq!((tracker.len(), tracker.clone().len()), (2, 2));
    assert!(TaskTracker::ptr_eq(token.task_tracker(), &tracker));
    assert!(!TaskTracker::ptr_eq(&TaskTracker::new(), &tracker));
    drop(token);
    assert_eq!(tracker.len(), 1);
    drop(clone);
    assert!(tracker.is_empty());
    assert!(format!("{tracker:?}").contains("len: 0"));
}

#[test]
fn a_tracked_future_is_counted_until_it_is_dropped() {
    let tracker = TaskTracker::new();
    let drops = Drops::default();
    let value = drops.value();
    let mut future = Polled::new(tracker.track_future(async move {
        let _value = value;
        1
    }));
    assert_eq!(tracker.len(), 1);
    assert_eq!(future.ready(), 1);
    assert_eq!(tracker.len(), 1, "it has ended, but is still there");
    drop(future);
    assert_eq!((tracker.len(), drops.count()), (0, 1));
    drop(tracker.track_future(pending::<()>()));
    assert!(tracker.is_empty());
    assert!(format!("{:?}", tracker.track_future(ready(1))).starts_with("TrackedFuture"));
}

#[test]
fn the_future_is_dropped_before_it_is_counted_out() {
    struct Looks(TaskTracker, Arc<AtomicUsize>);
    impl Drop for Looks {
        fn drop(&mut self) {
            self.1.store(self.0.len(), Ordering::SeqCst);
        }
    }

    let (tracker, seen) = (TaskTracker::new(), Arc::new(AtomicUsize::new(9)));
    let looks = Looks(tracker.clone(), seen.clone());
    drop(tracker.track_future(async move { drop(looks) }));
    assert_eq!(seen.load(Ordering::SeqCst), 1);
}

#[derive(Default)]
struct Counts(AtomicUsize);

impl Wake for Counts {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

#[test]
fn a_dropped_wait_is_not_woken_and_leaves_no_waker() {
    let tracker = TaskTracker::new();
    let counts = Arc::new(Counts::default());
    {
        let waker = Waker::from(counts.clone());
        let mut waits = Box::pin(tracker.wait());
        assert!(waits.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
    }
    tracker.close();
    assert_eq!(counts.0.load(Ordering::SeqCst), 0);
    assert_eq!(Arc::strong_count(&counts), 1);
}

// ---- spawning -----------------------------------------------------------------------------------

#[kettle::test]
async fn spawned_tasks_are_counted() {
    let tracker = TaskTracker::new();
    let (tx, rx) = oneshot::channel();
    let first = tracker.spawn(async { rx.await.unwrap() });
    let second = tracker.spawn_on(async { 2 }, &Handle::current());
    let third = tracker.spawn_blocking(|| 3);
    let fourth = tracker.spawn_blocking_on(|| 4, &Handle::current());
    tracker.close();
    assert_eq!((second.await.unwrap(), third.await.unwrap(), fourth.await.unwrap()), (2, 3, 4));
    while tracker.len() > 1 {
        // A job's token may go a little later than its output.
        kettle::task::yield_now().await;
    }
    let mut waits = Box::pin(tracker.wait());
    let mut cx = Context::from_waker(Waker::noop());
    assert!(waits.as_mut().poll(&mut cx).is_pending());
    tx.send(1).unwrap();
    waits.await;
    assert_eq!(first.await.unwrap(), 1);
}

#[kettle::test]
async fn aborted_and_panicking_tasks_are_counted_out() {
    let tracker = TaskTracker::new();
    let aborted = tracker.spawn(pending::<()>());
    let panics = tracker.spawn(async { panic!("in a task") });
    tracker.close();
    aborted.abort();
    tracker.wait().await;
    assert!(aborted.await.unwrap_err().is_cancelled());
    assert!(panics.await.unwrap_err().is_panic());
    assert!(tracker.is_empty());
}

#[test]
fn local_tasks_are_counted() {
    let runtime = Builder::new_current_thread().build().unwrap();
    let (tracker, local) = (TaskTracker::new(), LocalSet::new());
    let value = Rc::new(1);
    let same = value.clone();
    let outside = tracker.spawn_local_on(async move { *same }, &local);
    assert_eq!(tracker.len(), 1);
    local.block_on(&runtime, async {
        let inside = tracker.spawn_local(async move { *value + 1 });
        assert_eq!(tracker.len(), 2);
        tracker.close();
        tracker.wait().await;
        assert_eq!((outside.await.unwrap(), inside.await.unwrap()), (1, 2));
    });
}
