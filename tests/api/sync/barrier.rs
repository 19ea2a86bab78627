//! `Barrier` and `BarrierWaitResult`.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Wake, Waker};

use kettle::sync::Barrier;
use kettle::task::yield_now;

use crate::auto_traits;
use crate::auto_traits::any;
use crate::help::Polled;

auto_traits!(fn any::<&Barrier>().wait() => Send & Sync & !Unpin);

#[test]
fn a_barrier_for_one_or_none_is_always_open() {
    for n in [0, 1] {
        let barrier = Barrier::new(n);
        for _ in 0..3 {
            assert!(Polled::new(barrier.wait()).ready().is_leader());
        }
    }
}

#[test]
fn the_last_to_come_opens_it_and_leads() {
    let barrier = Barrier::new(3);
    let (mut one, mut two) = (Polled::new(barrier.wait()), Polled::new(barrier.wait()));
    one.pending();
    two.pending();
    one.pending();
    let three = Polled::new(barrier.wait()).ready();
    assert!(three.is_leader() && three.clone().is_leader());
    assert_eq!((one.wakes(), two.wakes()), (1, 1));
    assert!(!one.ready().is_leader() && !two.ready().is_leader());
}

#[test]
fn it_can_be_used_again() {
    let barrier = Barrier::new(2);
    for _ in 0..5 {
        let mut first = Polled::new(barrier.wait());
        first.pending();
        assert!(Polled::new(barrier.wait()).ready().is_leader());
        assert!(!first.ready().is_leader());
    }
}

#[test]
fn a_task_that_is_slow_to_go_on_is_not_kept_by_the_next_round() {
    let barrier = Barrier::new(2);
    let mut slow = Polled::new(barrier.wait());
    slow.pending();
    assert!(Polled::new(barrier.wait()).ready().is_leader());
    let mut next = Polled::new(barrier.wait());
    next.pending();
    assert!(!slow.ready().is_leader());
    next.pending();
    assert!(Polled::new(barrier.wait()).ready().is_leader());
    assert!(!next.ready().is_leader());
}

#[test]
fn a_future_that_was_never_polled_has_not_come() {
    let barrier = Barrier::new(2);
    drop(barrier.wait());
    Polled::new(barrier.wait()).pending();
}

#[test]
fn a_task_that_has_come_counts_even_if_it_is_dropped() {
    let barrier = Barrier::new(2);
    let mut gone = Polled::new(barrier.wait());
    gone.pending();
    drop(gone);
    assert!(Polled::new(barrier.wait()).ready().is_leader());
    Polled::new(barrier.wait()).pending();
}

#[test]
fn it_prints() {
    assert!(format!("{:?}", Barrier::new(2)).starts_with("Barrier"));
    let result = Polled::new(Barrier::new(1).wait()).ready();
    assert_eq!(format!("{result:?}"), "BarrierWaitResult(true)");
}

#[kettle::test]
async fn tasks_meet() {
    let (barrier, before) = (Arc::new(Barrier::new(10)), Arc::new(AtomicUsize::new(0)));
    let tasks: Vec<_> = (0..10)
        .map(|number| {
            let (barrier, before) = (barrier.clone(), before.clone());
            kettle::spawn(async move {
                for _ in 0..number {
                    yield_now().await;
                }
                before.fetch_add(1, Ordering::SeqCst);
                let result = barrier.wait().await;
                assert_eq!(before.load(Ordering::SeqCst), 10);
                result.is_leader()
            })
        })
        .collect();
    let mut leaders = 0;
    for task in tasks {
        leaders += usize::from(task.await.unwrap());
    }
    assert_eq!(leaders, 1);
}

#[test]
fn threads_meet() {
    let barrier = Arc::new(Barrier::new(3));
    let threads: Vec<_> = (0..3)
        .map(|_| {
            let barrier = barrier.clone();
            std::thread::spawn(move || {
                let runtime = kettle::runtime::Builder::new_current_thread().build().unwrap();
                (0..50).filter(|_| runtime.block_on(barrier.wait()).is_leader()).count()
            })
        })
        .collect();
    let leaders: usize = threads.into_iter().map(|thread| thread.join().unwrap()).sum();
    assert_eq!(leaders, 50);
}

/// Comes to the barrier when it is woken and when it is dropped.
struct Comes(Arc<Barrier>);

impl Comes {
    fn it(&self) {
        let mut waits = Box::pin(self.0.wait());
        let _ = waits.as_mut().poll(&mut Context::from_waker(Waker::noop()));
    }
}

impl Wake for Comes {
    fn wake(self: Arc<Self>) {
        self.it();
    }
}

impl Drop for Comes {
    fn drop(&mut self) {
        self.it();
    }
}

#[test]
#[cfg_attr(on_tokio, ignore = "tokio wakes under its lock, and hangs")]
fn a_waker_may_come_to_the_barrier_that_wakes_it() {
    let barrier = Arc::new(Barrier::new(3));
    let waker = Waker::from(Arc::new(Comes(barrier.clone())));
    let mut waits = Box::pin(barrier.wait());
    assert!(waits.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
    drop(waker);
    Polled::new(barrier.wait()).pending();
    assert!(Polled::new(barrier.wait()).ready().is_leader());
    // Its waker has come twice since, once woken and once dropped.
    assert!(Polled::new(barrier.wait()).ready().is_leader());
    assert!(!Polled::new(waits).ready().is_leader());
}
