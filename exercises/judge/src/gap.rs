//! Where can a check do what another thread might do?
//!
//! In the *gaps* of an answer: the moments just before it takes a lock, and just after it has released
//! one, while it holds no other ([`lock`](crate::lock)); just before and after it uses an atomic
//! ([`atomic`](crate::atomic)); when its wait for a condition variable has timed out, before it has the lock again. With real threads a check meets such a moment once in many runs.
//! [`with_gap`] runs an answer, and in one of its gaps does what the other thread might have done then.
//! With gap 1, gap 2 and so on, a check meets every moment that there is, each time.
//! [`with_gap_under_locks`] has those under a lock as well.
//!
//! [`held`] says whether a lock is held, for a waker that must not be called or dropped under one. That it is not
//! cloned under one, which is code of others, too, is seen by counting its clones when a lock is taken and when it
//! is released ([`cloned_under`]).
//!
//! A lock of the answer's own, by spinning, is not known here: what runs in a gap may wait for it, and the
//! one that holds it can't go on. What doesn't return there is not judged ([`IN_ONE`]).
//!
//! Interface: [`with_gap`], [`with_gap_under_locks`], [`in_a_gap_from_here`], [`with_gap_of_a_thread`], [`held`], [`cloned_under`]; [`gap`] and [`count`] for the locks and atomics. Invariants: what
//! runs in a gap has no gaps of its own. Locks and atomics of other kinds have none: an answer with
//! those is not judged by this, and a check that uses gaps has real threads as well.

use std::cell::{Cell, RefCell};
use std::sync::atomic::Ordering;
use std::thread;

use crate::threads::elsewhere;
use crate::told::IN_ONE;
use crate::watchdog::step;

/// What another thread does, and in which gap.
type Other = (usize, Box<dyn FnOnce()>);
/// The same, for a thread that is not there yet.
pub type OfThread = (usize, Box<dyn FnOnce() + Send>);
/// What counts the clones of a waker, how many there were when a lock was taken, and how many were made under one.
type Clones = (Box<dyn Fn() -> usize>, usize, usize);

thread_local! {
    static HELD: Cell<usize> = const { Cell::new(0) };
    static OTHER: RefCell<Option<Other>> = const { RefCell::new(None) };
    static ALSO_UNDER_LOCKS: Cell<bool> = const { Cell::new(false) };
    static NEXT: Cell<Option<OfThread>> = const { Cell::new(None) };
    static CLONES: RefCell<Option<Clones>> = const { RefCell::new(None) };
}

/// How many of these locks this thread holds.
pub fn held() -> usize {
    HELD.try_with(Cell::get).unwrap_or(0)
}

/// Runs `run`, and `other` in its gap of this number; the first has number 1. `None`: there was no
/// such gap, and `other` didn't run.
///
/// ```
/// use kettle_judge::lock::{Mutex, with_gap};
/// use std::sync::Arc;
///
/// // Adds 1 in two steps, between which it releases the lock.
/// fn add(number: &Mutex<u32>) {
///     let before = *number.lock();
///     *number.lock() = before + 1;
/// }
///
/// let mut results = Vec::new();
/// for gap in 1.. {
///     let number = Arc::new(Mutex::new(0));
///     let same = number.clone();
///     let Some(()) = with_gap(gap, move || *same.lock() += 1, || add(&number)) else { break };
///     results.push(*number.lock());
/// }
/// // Before the first lock; after it; before the second, and after it.
/// assert_eq!(results, [2, 1, 1, 2]);
/// ```
pub fn with_gap<R>(
    gap: usize,
    other: impl FnOnce() + 'static,
    run: impl FnOnce() -> R,
) -> Option<R> {
    in_a_gap_from_here(gap, other);
    let came = run();
    OTHER.take().is_none().then_some(came)
}

/// The same, with gaps under locks, too. So `other` runs on a thread of its own, and `run` goes on when that has ended,
/// or sleeps: it may need a lock that this thread holds.
pub fn with_gap_under_locks<R>(
    gap: usize,
    other: impl FnOnce() + Send + 'static,
    run: impl FnOnce() -> R,
) -> Option<R> {
    ALSO_UNDER_LOCKS.set(true);
    let came = with_gap(gap, || elsewhere(other), run);
    ALSO_UNDER_LOCKS.set(false);
    came
}

/// From here on this thread does `other` in its gap of this number.
pub fn in_a_gap_from_here(gap: usize, other: impl FnOnce() + 'static) {
    OTHER.set(Some((gap, Box::new(other))));
}

/// Runs `run`. The next thread that this one spawns in it does `other` in its gap of this number. Was there a thread?
pub fn with_gap_of_a_thread(
    gap: usize,
    other: impl FnOnce() + Send + 'static,
    run: impl FnOnce(),
) -> bool {
    NEXT.set(Some((gap, Box::new(other))));
    run();
    NEXT.take().is_none()
}

/// What a thread has to do that is spawned now, and in which gap. For the `spawn` that answers find.
pub fn of_the_next_thread() -> Option<OfThread> {
    NEXT.take()
}

/// A moment at which this thread is about to take a lock or to use an atomic, or has just released a
/// lock. Was something else done in it?
pub(crate) fn gap() -> bool {
    of_this_gap().map(in_this_gap).is_some()
}

/// What is to be done in the gap that is here, if this is the one.
pub(crate) fn of_this_gap() -> Option<Box<dyn FnOnce()>> {
    if held() > 0 && !ALSO_UNDER_LOCKS.get() || thread::panicking() {
        return None;
    }
    let now = OTHER.try_with(|other| {
        let mut other = other.borrow_mut();
        let (left, _) = other.as_mut()?;
        *left -= 1;
        if *left == 0 { other.take() } else { None }
    });
    now.ok().flatten().map(|(_, run)| run)
}

pub(crate) fn in_this_gap(run: Box<dyn FnOnce()>) {
    // A check of many gaps may take long: each is a step on its way.
    step();
    IN_ONE.store(true, Ordering::SeqCst);
    run();
    IN_ONE.store(false, Ordering::SeqCst);
    step();
}

/// So many more locks are held by this thread: it has just taken one, or is about to release it.
pub(crate) fn count(change: isize) {
    // Gone at a thread's end, where nothing asks any more.
    let _ = HELD.try_with(|held| held.set(held.get().saturating_add_signed(change)));
    let _ = CLONES.try_with(|clones| {
        if let Some((now, when_taken, made)) = &mut *clones.borrow_mut() {
            if change > 0 {
                *when_taken = now();
            } else {
                *made += now().saturating_sub(*when_taken);
            }
        }
    });
}

/// Runs `run`. By how many have the `clones` of a waker become more while it held a lock?
pub(crate) fn cloned_under<R>(
    clones: impl Fn() -> usize + 'static,
    run: impl FnOnce() -> R,
) -> usize {
    CLONES.set(Some((Box::new(clones), 0, 0)));
    run();
    CLONES.take().map_or(0, |(_, _, made)| made)
}
