//! `CancellationToken`: asking tasks to stop.

use std::collections::HashSet;
use std::future::{Future, pending, ready};
use std::panic::{AssertUnwindSafe, RefUnwindSafe, UnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::thread;

use kettle::sync::watch;
use kettle::task::spawn;

use crate::auto_traits;
use crate::auto_traits::{YN, YY, any};
use crate::help::{Drops, Polled, Side, side};
use crate::names::tokio_util::sync::{
    CancellationToken, DropGuard, DropGuardRef, WaitForCancellationFuture,
    WaitForCancellationFutureOwned,
};

auto_traits!(CancellationToken: Send & Sync & Unpin);
auto_traits!(DropGuard: Send & Sync & Unpin);
auto_traits!(DropGuardRef<'_>: Send & Sync & Unpin);
auto_traits!(WaitForCancellationFuture<'_>: Send & Sync & !Unpin);
auto_traits!(WaitForCancellationFutureOwned: Send & Sync & !Unpin);
auto_traits!(fn CancellationToken::run_until_cancelled(any(), ready(any::<YY>())) =>
    Send & Sync & !Unpin);
auto_traits!(fn CancellationToken::run_until_cancelled(any(), ready(any::<YN>())) =>
    Send & !Sync & !Unpin);
auto_traits!(fn CancellationToken::run_until_cancelled_owned(any(), ready(any::<YY>())) =>
    Send & Sync & !Unpin);

const fn unwind_safe<T: UnwindSafe + RefUnwindSafe>() {}
const _: () = unwind_safe::<CancellationToken>();
const _: () = unwind_safe::<DropGuard>();

#[test]
fn cancelling_wakes_every_waiter_once() {
    let token = CancellationToken::new();
    let mut waits: Vec<_> = (0..20).map(|_| Polled::new(token.cancelled())).collect();
    let mut owned = Polled::new(token.clone().cancelled_owned());
    waits.iter_mut().for_each(Polled::pending);
    owned.pending();
    assert!(!token.is_cancelled());
    token.cancel();
    token.cancel();
    assert!(token.is_cancelled());
    for wait in &mut waits {
        assert_eq!(wait.wakes(), 1);
        wait.ready();
    }
    assert_eq!(owned.wakes(), 1);
    owned.ready();
    Polled::new(token.cancelled()).ready();
    Polled::new(token.clone().cancelled_owned()).ready();
}

#[test]
fn a_wait_that_was_not_polled_before_learns_it() {
    let token = CancellationToken::default();
    let mut waits = Polled::new(token.cancelled());
    token.cancel();
    waits.ready();
    assert_eq!(waits.wakes(), 0);
}

#[test]
#[allow(clippy::mutable_key_type)] // compared by the tree that it belongs to
fn clones_are_the_same_token() {
    let token = CancellationToken::new();
    let clone = token.clone();
    assert!(token == clone && token != CancellationToken::new() && token != token.child_token());
    #[allow(clippy::mutable_key_type)] // it is hashed by its address, which stays
    let all: HashSet<_> = [token.clone(), clone.clone(), token.child_token()].into();
    assert_eq!(all.len(), 2);
    drop(token);
    assert!(!clone.is_cancelled(), "dropping a token cancels nothing");
    assert!(format!("{clone:?}").contains("is_cancelled: false"));
}

// ---- children -----------------------------------------------------------------------------------

#[test]
fn a_child_is_cancelled_with_its_parent_and_not_the_other_way() {
    let parent = CancellationToken::new();
    let (first, second) = (parent.child_token(), parent.child_token());
    let grandchild = first.child_token();
    let mut waits = [&parent, &first, &grandchild, &second].map(|t| Polled::new(t.cancelled()));
    waits.iter_mut().for_each(Polled::pending);
    first.cancel();
    assert_eq!(waits.each_ref().map(Polled::wakes), [0, 1, 1, 0]);
    assert!(grandchild.is_cancelled() && !parent.is_cancelled() && !second.is_cancelled());
    parent.cancel();
    assert_eq!(waits.each_ref().map(Polled::wakes), [1, 1, 1, 1]);
    for wait in &mut waits {
        wait.ready();
    }
}

#[test]
fn a_child_of_a_cancelled_token_is_cancelled() {
    let parent = CancellationToken::new();
    parent.cancel();
    let child = parent.child_token();
    assert!(child.is_cancelled() && child.child_token().is_cancelled());
    Polled::new(child.cancelled()).ready();
}

#[test]
fn a_token_in_between_may_be_dropped() {
    let top = CancellationToken::new();
    let middle = top.child_token();
    let children = [middle.child_token(), middle.child_token()];
    let mut waits = children.each_ref().map(|child| Polled::new(child.cancelled()));
    waits.iter_mut().for_each(Polled::pending);
    drop(middle);
    assert!(!children[0].is_cancelled());
    top.cancel();
    assert_eq!(waits.each_ref().map(Polled::wakes), [1, 1]);
    assert!(children.iter().all(CancellationToken::is_cancelled));
}

#[test]
fn a_child_outlives_its_parent() {
    let parent = CancellationToken::new();
    let child = parent.child_token();
    drop(parent);
    let grandchild = child.child_token();
    assert!(!child.is_cancelled());
    child.cancel();
    assert!(child.is_cancelled() && grandchild.is_cancelled());
}

#[test]
fn a_dropped_child_is_forgotten_and_its_siblings_are_not() {
    let parent = CancellationToken::new();
    let children: Vec<_> = (0..6).map(|_| parent.child_token()).collect();
    let kept: Vec<_> = children.into_iter().skip(1).step_by(2).collect();
    let late = parent.child_token();
    parent.cancel();
    assert!(kept.iter().chain([&late]).all(CancellationToken::is_cancelled));
}

#[test]
fn a_token_that_is_gone_leaves_no_trace_above_it() {
    let top = CancellationToken::new();
    let side = top.child_token();
    let middle = side.child_token();
    let child = middle.child_token();
    drop(middle);
    drop(child);
    let new = [top.child_token(), top.child_token()];
    side.cancel();
    assert!(!new.iter().any(CancellationToken::is_cancelled));

    let side = top.child_token();
    let child = side.child_token();
    child.cancel();
    drop(child);
    let new = top.child_token();
    side.cancel();
    assert!(!new.is_cancelled() && !top.is_cancelled());
}

#[test]
fn a_long_chain_is_cancelled_and_dropped_without_recursion() {
    let top = CancellationToken::new();
    let mut chain = vec![top.clone()];
    for _ in 0..100_000 {
        chain.push(chain[chain.len() - 1].child_token());
    }
    let last = chain[chain.len() - 1].clone();
    top.cancel();
    assert!(last.is_cancelled());
    drop(chain);
    let mut token = CancellationToken::new();
    for _ in 0..100_000 {
        token = token.child_token();
    }
    token.cancel();
}

// ---- cancelling the wait ------------------------------------------------------------------------

#[derive(Default)]
struct Counts(AtomicUsize);

impl Wake for Counts {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

#[test]
fn a_dropped_wait_is_not_woken_and_leaves_no_waker() {
    let token = CancellationToken::new();
    let counts = Arc::new(Counts::default());
    let mut stays = Polled::new(token.cancelled());
    {
        let waker = Waker::from(counts.clone());
        let mut waits = Box::pin(token.cancelled());
        assert!(waits.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
        let mut owned = Box::pin(token.clone().cancelled_owned());
        assert!(owned.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
        stays.pending();
    }
    assert_eq!(Arc::strong_count(&counts), 1);
    token.cancel();
    assert_eq!((counts.0.load(Ordering::SeqCst), stays.wakes()), (0, 1));
}

#[test]
fn only_the_newest_waker_is_called() {
    let token = CancellationToken::new();
    let all = [Arc::new(Counts::default()), Arc::new(Counts::default())];
    let mut waits = Box::pin(token.cancelled());
    for counts in &all {
        let waker = Waker::from(counts.clone());
        assert!(waits.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
    }
    token.cancel();
    assert_eq!(all.map(|counts| counts.0.load(Ordering::SeqCst)), [0, 1]);
}

/// Does something when it is woken.
struct Acts<F: Fn() + Send + Sync>(F);

impl<F: Fn() + Send + Sync> Wake for Acts<F> {
    fn wake(self: Arc<Self>) {
        (self.0)();
    }
}

#[test]
fn a_waker_may_use_and_drop_tokens() {
    let token = CancellationToken::new();
    let child = Mutex::new(Some(token.child_token()));
    let (same, seen) = (token.clone(), Arc::new(AtomicBool::new(false)));
    let tell = seen.clone();
    let waker = Waker::from(Arc::new(Acts(move || {
        drop(child.lock().unwrap().take());
        same.cancel();
        tell.store(same.child_token().is_cancelled(), Ordering::SeqCst);
    })));
    let mut waits = Box::pin(token.cancelled());
    assert!(waits.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
    token.cancel();
    assert!(seen.load(Ordering::SeqCst));
}

// ---- guards -------------------------------------------------------------------------------------

#[test]
fn a_guard_cancels_when_it_is_dropped() {
    let token = CancellationToken::new();
    let guard = token.clone().drop_guard();
    assert!(*guard.token() == token && !token.is_cancelled());
    drop(guard);
    assert!(token.is_cancelled());

    let token = CancellationToken::new();
    let guard = token.drop_guard_ref();
    assert!(*guard.token() == token && !token.is_cancelled());
    drop(guard);
    assert!(token.is_cancelled());

    let token = CancellationToken::new();
    let guard = AssertUnwindSafe(token.clone().drop_guard());
    assert!(catch_unwind(move || panic!("with {guard:?}")).is_err());
    assert!(token.is_cancelled(), "also by a panic");
}

#[test]
fn a_guard_can_be_disarmed() {
    let token = CancellationToken::new();
    assert!(token.clone().drop_guard().disarm() == token);
    assert!(*token.drop_guard_ref().disarm() == token);
    assert!(!token.is_cancelled());
}

// ---- run_until_cancelled ------------------------------------------------------------------------

#[test]
fn a_future_runs_until_the_token_is_cancelled() {
    let token = CancellationToken::new();
    assert_eq!(Polled::new(token.run_until_cancelled(ready(1))).ready(), Some(1));
    let mut runs = Polled::new(token.run_until_cancelled(pending::<u8>()));
    let mut owned = Polled::new(token.clone().run_until_cancelled_owned(pending::<u8>()));
    runs.pending();
    owned.pending();
    token.cancel();
    assert_eq!((runs.wakes(), owned.wakes()), (1, 1));
    assert_eq!((runs.ready(), owned.ready()), (None, None));
}

#[test]
fn a_future_is_not_polled_if_the_token_is_cancelled_already() {
    let token = CancellationToken::new();
    token.cancel();
    let drops = Drops::default();
    let value = drops.value();
    let never = async move {
        let _value = value;
        unreachable!("it is not polled")
    };
    let mut runs = Polled::new(token.run_until_cancelled(never));
    assert_eq!(runs.ready(), None::<u8>);
    assert_eq!(drops.count(), 1);
    let owned = token.clone().run_until_cancelled_owned(async { unreachable!() });
    assert_eq!(Polled::new(owned).ready(), None::<u8>);
}

#[test]
fn the_future_has_precedence_when_both_are_ready() {
    let token = CancellationToken::new();
    let mut first = true;
    let canceller = token.clone();
    let mut runs = Polled::new(token.run_until_cancelled(std::future::poll_fn(move |_| {
        if std::mem::take(&mut first) {
            return Poll::Pending;
        }
        canceller.cancel();
        Poll::Ready(1)
    })));
    runs.pending();
    assert_eq!(runs.ready(), Some(1));
}

#[kettle::test]
async fn a_future_that_spends_its_budget_can_be_cancelled() {
    let token = CancellationToken::new();
    let busy = token.clone().run_until_cancelled_owned(async {
        // Each change is there at once: the task would never wait.
        let (_tx, mut rx) = watch::channel(());
        loop {
            rx.mark_changed();
            rx.changed().await.unwrap();
        }
    });
    let task = spawn(busy);
    kettle::task::yield_now().await;
    token.cancel();
    assert_eq!(task.await.unwrap(), None::<u8>);
}

#[test]
fn it_works_between_threads() {
    let top = CancellationToken::new();
    let threads: Vec<_> = (0..4)
        .map(|_| {
            let token = top.child_token();
            thread::spawn(move || {
                let runtime = kettle::runtime::Builder::new_current_thread().build().unwrap();
                runtime.block_on(async {
                    let children: Vec<_> = (0..100).map(|_| token.child_token()).collect();
                    drop(token);
                    children[99].cancelled().await;
                    children.iter().all(CancellationToken::is_cancelled)
                })
            })
        })
        .collect();
    top.cancel();
    for thread in threads {
        let all = thread.join().unwrap();
        // In tokio-util another child may still be about to be cancelled. Here the tree has one
        // lock, so all are cancelled at once.
        assert!(all || side() == Side::Tokio);
    }
}
