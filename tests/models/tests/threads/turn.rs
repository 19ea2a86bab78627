//! What the line at a lock is put through, and each of its mutants.
//!
//! The lock itself is one flag that promises no more than `parking_lot`'s: taken with `Acquire`,
//! released with `Release`.

use std::sync::Arc;
use std::task::Context;

use loom::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use loom::thread;

use super::turn::{Try, Turn};
use crate::ThreadParker;

struct Shared {
    turn: Turn,
    held: AtomicBool,
    /// Read and written in two steps: two at a time in the lock would lose one.
    count: AtomicUsize,
}

struct Guard<'a>(&'a Shared);

impl<'a> Try for &'a Shared {
    type Guard = Guard<'a>;

    fn try_lock(&self) -> Option<Guard<'a>> {
        let taken = self.held.compare_exchange(false, true, Ordering::Acquire, Ordering::Relaxed);
        taken.ok().map(|_| Guard(self))
    }

    fn is_free(&self) -> bool {
        !self.held.load(Ordering::Relaxed)
    }
}

impl Drop for Guard<'_> {
    fn drop(&mut self) {
        self.0.held.store(false, Ordering::Release);
    }
}

impl Shared {
    fn new() -> Arc<Shared> {
        let (held, count) = (AtomicBool::new(false), AtomicUsize::new(0));
        Arc::new(Shared { turn: Turn::new(), held, count })
    }

    /// As `lock().await` does on a thread of its own.
    fn lock(&self) -> Guard<'_> {
        if let Some(guard) = self.turn.try_take(&self) {
            return guard;
        }
        let parker = ThreadParker::new();
        let waker = futures_task::waker(parker.clone());
        let mut place = None;
        loop {
            match self.turn.poll(&self, &mut place, &Context::from_waker(&waker)) {
                Ok(guard) => return guard,
                Err(_) => parker.park(),
            }
        }
    }

    fn count(&self, guard: Guard<'_>) {
        let seen = self.count.load(Ordering::Relaxed);
        self.count.store(seen + 1, Ordering::Relaxed);
        drop(guard);
        if let Some(next) = self.turn.after_release(&self) {
            next.wake();
        }
    }

    /// Polls once, and is dropped if that was not enough. Did it get the lock?
    fn give_up(&self) -> bool {
        let waker = futures_task::waker(ThreadParker::new());
        let mut place = None;
        let polled = self.turn.poll(&self, &mut place, &Context::from_waker(&waker));
        if let Some(place) = place {
            let (_, next) = self.turn.leave(&self, place);
            if let Some(next) = next {
                next.wake();
            }
        }
        polled.is_ok_and(|guard| {
            self.count(guard);
            true
        })
    }
}

fn spawn(shared: &Arc<Shared>, f: fn(&Shared) -> bool) -> thread::JoinHandle<bool> {
    let shared = shared.clone();
    thread::spawn(move || f(&shared))
}

fn lock_and_count(shared: &Shared) -> bool {
    shared.count(shared.lock());
    true
}

/// So many threads lock, and each gets the lock by itself.
pub(crate) fn all_lock(threads: usize) {
    run(&Shared::new(), (1..threads).map(|_| lock_and_count as fn(&Shared) -> bool));
}

/// Two lock in earnest, one only polls and gives up, at any moment.
pub(crate) fn one_gives_up() {
    run(&Shared::new(), [lock_and_count as fn(&Shared) -> bool, Shared::give_up].into_iter());
}

/// Two lock in earnest, one only tries and never waits.
pub(crate) fn one_only_tries() {
    let tries = |shared: &Shared| {
        let taken = shared.turn.try_take(&shared);
        taken.is_some_and(|guard| {
            shared.count(guard);
            true
        })
    };
    run(&Shared::new(), [lock_and_count as fn(&Shared) -> bool, tries].into_iter());
}

fn run(shared: &Arc<Shared>, others: impl Iterator<Item = fn(&Shared) -> bool>) {
    let others: Vec<_> = others.map(|other| spawn(shared, other)).collect();
    lock_and_count(shared);
    let taken = others.into_iter().map(|other| usize::from(other.join().unwrap())).sum::<usize>();
    assert_eq!(shared.count.load(Ordering::Relaxed), 1 + taken, "two at a time in the lock");
}
