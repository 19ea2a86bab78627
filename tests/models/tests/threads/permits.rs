//! What permits and their line are put through, and each of the mutants of `permits.rs` and
//! `free.rs`.

use std::sync::Arc;
use std::task::{Context, Poll};

use kettle_events::{Clocks, Record, Recorder, Sink, swap_recorder};
use kettle_runtime::event::SyncKind;
use loom::sync::atomic::{AtomicUsize, Ordering};
use loom::thread;

use super::permits::Permits;
use crate::ThreadParker;
use crate::base::{sync::is_locked, waiting};
use crate::sync::report::Hold;

struct Shared {
    permits: Permits,
    /// Read and written in two steps by those that have all permits.
    count: AtomicUsize,
}

impl Shared {
    fn new(permits: usize) -> Arc<Shared> {
        let permits = Permits::new(SyncKind::Semaphore, permits);
        Arc::new(Shared { permits, count: AtomicUsize::new(0) })
    }

    /// As `acquire_many().await` does on a thread of its own. Did it get them?
    fn acquire(&self, permits: usize) -> bool {
        let (parker, waker) = waiting();
        let (wanted, mut place) = ((permits, false), None);
        loop {
            match self.permits.poll_take(wanted, &mut place, &Context::from_waker(&waker)) {
                Poll::Ready(taken) => return taken.is_ok(),
                Poll::Pending => parker.park(),
            }
        }
    }

    /// Polls once, and is dropped if that was not enough. Did it get them?
    fn gives_up(&self, permits: usize) -> bool {
        let waker = futures_task::waker(ThreadParker::new());
        let (wanted, mut place) = ((permits, false), None);
        let polled = self.permits.poll_take(wanted, &mut place, &Context::from_waker(&waker));
        if let Some(place) = place {
            self.permits.leave(place);
        }
        polled.is_ready()
    }

    fn release(&self, permits: usize) {
        self.permits.release(&Hold::unrecorded(permits));
    }

    /// For a thread that has all permits.
    fn count(&self) {
        let seen = self.count.load(Ordering::Relaxed);
        self.count.store(seen + 1, Ordering::Relaxed);
    }
}

/// So many threads lock, one at a time.
pub(crate) fn all_lock(threads: usize) {
    let shared = Shared::new(1);
    let lock = |shared: &Shared| {
        assert!(shared.acquire(1));
        shared.count();
        shared.release(1);
    };
    let others = (1..threads).map(|_| spawn(&shared, lock)).collect();
    lock(&shared);
    all_come_back(&shared, others, 1);
    assert_eq!(shared.count.load(Ordering::Relaxed), threads, "two at a time in the lock");
}

/// One wants two permits, the other takes one and gives it back.
pub(crate) fn one_wants_both() {
    let shared = Shared::new(2);
    let wants_one = |shared: &Shared| {
        assert!(shared.acquire(1));
        shared.release(1);
    };
    let other = spawn(&shared, wants_one);
    assert!(shared.acquire(2));
    shared.release(2);
    all_come_back(&shared, vec![other], 2);
}

/// Two that hold one permit each give it back. One that wants both waits for them.
pub(crate) fn two_give_back() {
    let shared = Shared::new(2);
    assert!(shared.acquire(2));
    let gives_one = |shared: &Shared| shared.release(1);
    let others = vec![spawn(&shared, gives_one), spawn(&shared, gives_one)];
    assert!(shared.acquire(2));
    shared.release(2);
    all_come_back(&shared, others, 2);
}

/// One polls and gives up, at any moment; the other locks.
pub(crate) fn one_gives_up() {
    let shared = Shared::new(1);
    let gives_up = |shared: &Shared| {
        if shared.gives_up(1) {
            shared.release(1);
        }
    };
    let other = spawn(&shared, gives_up);
    assert!(shared.acquire(1));
    shared.release(1);
    all_come_back(&shared, vec![other], 1);
}

/// One that may be the first in line gives up while the permit is given back.
pub(crate) fn the_first_gives_up() {
    let shared = Shared::new(1);
    assert!(shared.acquire(1));
    let locks = |shared: &Shared| {
        assert!(shared.acquire(1));
        shared.release(1);
    };
    let gives_up = |shared: &Shared| {
        if shared.gives_up(1) {
            shared.release(1);
        }
    };
    let others = vec![spawn(&shared, gives_up), spawn(&shared, locks)];
    shared.release(1);
    all_come_back(&shared, others, 1);
}

/// Two come back at once: one is the waiter's, and the other is left over for any other task.
pub(crate) fn leaves_some() {
    let shared = Shared::new(2);
    assert!(shared.acquire(2));
    let wants_one = |shared: &Shared| assert!(shared.acquire(1));
    let wants_the_other = |shared: &Shared| {
        if shared.permits.try_take(1, false).is_ok() {
            assert_eq!(shared.count.load(Ordering::Relaxed), 1, "taken, but not what was done before");
            shared.release(1);
        }
    };
    let others = vec![spawn(&shared, wants_one), spawn(&shared, wants_the_other)];
    shared.count();
    shared.release(2);
    all_come_back(&shared, others, 1);
}

/// It is closed, and another task that finds it closed sees what was done before.
pub(crate) fn closing_says_why() {
    let shared = Shared::new(0);
    let closes = |shared: &Shared| {
        shared.count();
        shared.permits.close();
    };
    let other = spawn(&shared, closes);
    assert!(!shared.acquire(1));
    assert_eq!(shared.count.load(Ordering::Relaxed), 1, "closed, but it cannot be seen why");
    all_come_back(&shared, vec![other], 0);
}

/// It is closed while a task joins, and while another gives back.
pub(crate) fn closing() {
    let shared = Shared::new(1);
    assert!(shared.acquire(1));
    let closes = |shared: &Shared| shared.permits.close();
    let gives_back = |shared: &Shared| shared.release(1);
    let others = vec![spawn(&shared, closes), spawn(&shared, gives_back)];
    if shared.acquire(1) {
        shared.release(1);
    }
    all_come_back(&shared, others, 1);
}

/// Permits are taken away while one gives back.
pub(crate) fn forgetting() {
    let shared = Shared::new(2);
    assert!(shared.acquire(1));
    let other = spawn(&shared, |shared| shared.release(1));
    let forgotten = shared.permits.forget_free(2);
    all_come_back(&shared, vec![other], 2 - forgotten);
}

/// Events are emitted under the lock, so that they are recorded in the order of the operations.
pub(crate) fn emitted_under_the_lock() {
    let emitted = Arc::new(AtomicUsize::new(0));
    let counts = emitted.clone();
    let clocks = move || {
        // (The recorder asks for the time once as it is made.)
        assert!(counts.fetch_add(1, Ordering::Relaxed) == 0 || is_locked(), "emitted unlocked");
        Clocks::default()
    };
    swap_recorder(Some(Recorder::new(Box::new(Nobody), Box::new(clocks), Arc::default())));
    let shared = Shared::new(2);
    let permits = &shared.permits;
    // A taker, one in line that is served and takes, and one that leaves the line.
    assert!(shared.acquire(1));
    let waker = futures_task::waker(ThreadParker::new());
    let (mut place, cx) = (None, Context::from_waker(&waker));
    assert!(permits.poll_take((2, false), &mut place, &cx).is_pending());
    shared.release(1);
    assert!(permits.poll_take((2, false), &mut place, &cx).is_ready());
    assert!(!shared.gives_up(1));
    permits.shrink(&mut Hold::unrecorded(2), 1);
    permits.forget_taken(&mut Hold::unrecorded(1));
    permits.add(1);
    permits.forget_free(1);
    permits.close();
    swap_recorder(None);
    // Its first use tells of its making, the release serves one, and both waits end.
    assert_eq!(emitted.load(Ordering::Relaxed), 1 + 14);
}

struct Nobody;

impl Sink for Nobody {
    fn record(&mut self, _records: &[Record]) {}
}

fn spawn(shared: &Arc<Shared>, f: fn(&Shared)) -> thread::JoinHandle<()> {
    let shared = shared.clone();
    thread::spawn(move || f(&shared))
}

/// In the end all permits are free, and there is no line: what comes back is free at once.
fn all_come_back(shared: &Shared, others: Vec<thread::JoinHandle<()>>, permits: usize) {
    for other in others {
        other.join().unwrap();
    }
    assert_eq!(shared.permits.free(), permits, "permits that nobody has are not free");
    shared.release(1);
    assert!(shared.permits.is_closed() || shared.permits.try_take(permits + 1, false).is_ok());
}
