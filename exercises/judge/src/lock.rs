//! With which lock can a check do what another thread might do, between two steps of an answer?
//!
//! With one that has gaps ([`with_gap`]), and says whether it is [`held`]. The engine that an answer is
//! put into takes its `Mutex` from here, in its copy of `base/sync.rs`.
//!
//! Interface: [`Mutex`], [`MutexGuard`]; [`with_gap`], [`with_gap_under_locks`], [`in_a_gap_from_here`], [`with_gap_of_a_thread`], [`held`], of `gap.rs`; [`no_news_is_missed`], [`clones_under_no_lock`]; [`as_in_turn`], [`each_two_in_turn`],
//! [`judged`].
//! Invariants: it locks as std's does, and hands on what its threads know ([`atomic`](crate::atomic)).

use std::cell::Cell;
use std::fmt::{self, Debug, Display};
use std::future::Future;
use std::ops::{Deref, DerefMut};
use std::pin::Pin;
use std::rc::Rc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{LockResult, PoisonError, TryLockError};

use crate::atomic::Told;
use crate::count::{poll, waker};
use crate::gap::{cloned_under, count, gap, in_this_gap, of_this_gap};
use crate::told::IN_ONE;
use crate::{expect, not_judged};

pub use crate::gap::{
    OfThread, held, in_a_gap_from_here, of_the_next_thread, with_gap, with_gap_of_a_thread,
    with_gap_under_locks,
};

/// A mutex as `parking_lot` has it (a panic does not poison it), whose gaps can be used.
#[derive(Default)]
pub struct Mutex<T: ?Sized> {
    told: Told,
    /// How often it was taken.
    taken: AtomicUsize,
    value: std::sync::Mutex<T>,
}

/// Releases its [`Mutex`] when it is dropped.
pub struct MutexGuard<'a, T: ?Sized> {
    /// Taken by `drop` only.
    inner: Option<std::sync::MutexGuard<'a, T>>,
    of: &'a Mutex<T>,
}

impl<T> Mutex<T> {
    /// A mutex around `value`.
    pub const fn new(value: T) -> Mutex<T> {
        let taken = AtomicUsize::new(0);
        Mutex { told: Told::nothing(), taken, value: std::sync::Mutex::new(value) }
    }

    /// The value.
    pub fn into_inner(self) -> T {
        self.value.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is inside, a mutex of std's.
    pub fn into_std(self) -> std::sync::Mutex<T> {
        self.value
    }
}

impl<T: ?Sized> Mutex<T> {
    /// Waits for the lock.
    pub fn lock(&self) -> MutexGuard<'_, T> {
        self.lock_as_std().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for the lock, and says as std's whether a panic has poisoned it.
    ///
    /// # Errors
    ///
    /// One has.
    pub fn lock_as_std(&self) -> LockResult<MutexGuard<'_, T>> {
        gap();
        let guard = |inner| self.guard(inner);
        let poisoned = |error: PoisonError<_>| PoisonError::new(self.guard(error.into_inner()));
        self.value.lock().map(guard).map_err(poisoned)
    }

    /// Has a panic poisoned it?
    pub fn is_poisoned(&self) -> bool {
        self.value.is_poisoned()
    }

    /// The lock, unless it is held. What takes it in the gap before this may be about to release it still.
    pub fn try_lock(&self) -> Option<MutexGuard<'_, T>> {
        let taken = || self.taken.load(Ordering::SeqCst);
        let before = taken();
        gap();
        if held() == 0 && taken() != before && !IN_ONE.load(Ordering::SeqCst) {
            return None;
        }
        match self.value.try_lock() {
            Ok(inner) => Some(self.guard(inner)),
            Err(TryLockError::Poisoned(poisoned)) => Some(self.guard(poisoned.into_inner())),
            Err(TryLockError::WouldBlock) => None,
        }
    }

    fn guard<'a>(&'a self, inner: std::sync::MutexGuard<'a, T>) -> MutexGuard<'a, T> {
        self.taken.fetch_add(1, Ordering::SeqCst);
        MutexGuard::new(inner, self)
    }

    /// The value, which no other code can see.
    pub fn get_mut(&mut self) -> &mut T {
        self.value.get_mut().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<'a, T: ?Sized> MutexGuard<'a, T> {
    fn new(inner: std::sync::MutexGuard<'a, T>, of: &'a Mutex<T>) -> MutexGuard<'a, T> {
        count(1);
        of.told.acquire();
        MutexGuard { inner: Some(inner), of }
    }

    /// Hands std's own guard to what releases it for a while, as a condition variable does.
    pub fn while_released<R>(
        mut self,
        wait: impl FnOnce(std::sync::MutexGuard<'a, T>) -> (std::sync::MutexGuard<'a, T>, R),
    ) -> (MutexGuard<'a, T>, R) {
        self.of.told.release();
        count(-1);
        let (of, inner) = (self.of, self.inner.take().expect(HELD));
        std::mem::forget(self);
        let (inner, came) = wait(inner);
        (MutexGuard::new(inner, of), came)
    }

    /// A gap in which the lock is released, and then taken again: when a wait has timed out. Says whether something
    /// was done in it. If not, the lock was never released.
    pub fn has_gap(self) -> (MutexGuard<'a, T>, bool) {
        let of = self.of;
        self.while_released(|inner| {
            let Some(run) = of_this_gap() else { return (inner, false) };
            drop(inner);
            in_this_gap(run);
            (of.value.lock().unwrap_or_else(PoisonError::into_inner), true)
        })
    }
}

const HELD: &str = "it is held until it is dropped";

impl<T: ?Sized> Drop for MutexGuard<'_, T> {
    fn drop(&mut self) {
        self.of.told.release();
        self.inner = None;
        count(-1);
        gap();
    }
}

impl<T: ?Sized> Deref for MutexGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.inner.as_ref().expect(HELD)
    }
}

impl<T: ?Sized> DerefMut for MutexGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        self.inner.as_mut().expect(HELD)
    }
}

impl<T: fmt::Debug + ?Sized> fmt::Debug for Mutex<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(f)
    }
}

impl<T: fmt::Debug + ?Sized> fmt::Debug for MutexGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

/// Polls a future that has to wait, and in each gap of that poll, one after the other, makes its news,
/// as another thread would. `begin` gives both, and `what` says what is polled. The poll has to see the news, or the waker is called.
///
/// # Panics
///
/// If neither is so in one of the gaps.
///
/// ```should_panic
/// use kettle_judge::lock::{Mutex, no_news_is_missed};
/// use std::future::poll_fn;
/// use std::sync::Arc;
/// use std::task::{Poll, Waker};
///
/// // It looks under the lock, and leaves its waker under the lock: but not in one step.
/// no_news_is_missed("a future is polled", || {
///     let place = Arc::new((Mutex::new(false), Mutex::new(None::<Waker>)));
///     let there = Arc::clone(&place);
///     let future = poll_fn(move |cx| {
///         if *place.0.lock() {
///             return Poll::Ready(());
///         }
///         *place.1.lock() = Some(cx.waker().clone());
///         Poll::Pending
///     });
///     let news = move || {
///         *there.0.lock() = true;
///         let waker = there.1.lock().take();
///         waker.into_iter().for_each(Waker::wake);
///     };
///     (Box::pin(future), news)
/// });
/// ```
pub fn no_news_is_missed<F: Future, N: FnOnce() + 'static>(
    what: &str,
    begin: impl Fn() -> (Pin<Box<F>>, N),
) {
    for number in 1.. {
        let (mut future, news) = begin();
        let (waker, wakes) = waker();
        let polled = with_gap(number, news, || poll(future.as_mut(), &waker));
        let Some(polled) = polled else {
            judged(number - 1);
            return;
        };
        expect(
            polled.is_ready() || wakes.count() > 0,
            &format!(
                "{what}. Before it takes a lock, or when it has released one (moment {number} \
                 of these), another thread makes what it waits for"
            ),
            "`Pending`, and no wake: it waits forever",
            "`Ready`, or a wake",
        );
    }
}

/// Polls a future that has to wait, and ends the check if it clones the waker while it holds a lock: a clone is
/// code of others.
///
/// # Panics
///
/// If it does.
pub fn clones_under_no_lock<F: Future>(mut future: Pin<Box<F>>) {
    let (waker, wakes) = waker();
    let made = cloned_under(move || wakes.held(), || drop(poll(future.as_mut(), &waker)));
    assert_eq!(made, 0, "a future is polled, and waits: clones of the waker made under a lock");
}

/// Does `one` to what `begin` gives, and in each of its gaps `other`, as another thread would. What comes of
/// the two must be what comes of them in turn, in one order or the other: an answer that decides under two locks
/// may decide on something that has changed. `outcome` is told what both gave, and looks at what is left. `what`
/// says what they are. Returns how many gaps there were: if there were none, it has looked at nothing ([`judged`]).
///
/// # Panics
///
/// If something else comes of them in one of the gaps.
///
/// ```should_panic
/// use kettle_judge::lock::{Mutex, as_in_turn};
///
/// // Takes one of the cups that are left, if there is one: but not in one step.
/// fn take(cups: &Mutex<i32>) -> bool {
///     let is_left = *cups.lock() > 0;
///     *cups.lock() -= i32::from(is_left);
///     is_left
/// }
/// as_in_turn("two take a cup", || Mutex::new(1), take, take, |cups, one, other| {
///     (one && other, *cups.lock())
/// });
/// ```
pub fn as_in_turn<S: 'static, A, B: 'static, R: PartialEq + Debug>(
    what: &str,
    begin: impl Fn() -> S,
    one: impl Fn(&S) -> A,
    other: impl Fn(&S) -> B + 'static,
    outcome: impl Fn(&S, A, B) -> R,
) -> usize {
    let (first, second) = (begin(), begin());
    let came = one(&first);
    let one_then_other = outcome(&first, came, other(&first));
    let came = other(&second);
    let other_then_one = outcome(&second, one(&second), came);
    in_each_gap(what, begin, one, other, outcome, &[one_then_other, other_then_one])
}

/// Does `one`, and in each of its gaps `other`. What comes of the two must be one of the outcomes that are `right`.
fn in_each_gap<S: 'static, A, B: 'static, R: PartialEq + Debug>(
    what: &str,
    begin: impl Fn() -> S,
    one: impl Fn(&S) -> A,
    other: impl Fn(&S) -> B + 'static,
    outcome: impl Fn(&S, A, B) -> R,
    right: &[R],
) -> usize {
    let new = right.iter().enumerate().filter(|(at, outcome)| !right[..*at].contains(outcome));
    let words: Vec<String> = new.map(|(_, outcome)| format!("{outcome:?}")).collect();
    let expected = format!("{}, as if they came in turn", words.join(", or "));
    let other = Rc::new(other);
    let mut moment = 1;
    loop {
        let (state, came) = (Rc::new(begin()), Rc::new(Cell::new(None)));
        let (there, tell, other) = (Rc::clone(&state), Rc::clone(&came), Rc::clone(&other));
        let in_the_gap = move || tell.set(Some(other(&there)));
        let Some(given) = with_gap(moment, in_the_gap, || one(&state)) else { return moment - 1 };
        let came = outcome(&state, given, came.take().expect("it came in the gap"));
        expect(
            right.contains(&came),
            &format!(
                "{what}: the second on another thread, before the first takes a lock, or when it has released \
                 one (moment {moment} of these)"
            ),
            came,
            &expected,
        );
        moment += 1;
    }
}

/// Does each of `steps` [in turn](as_in_turn) with each other one, and with each two, but for those that can't be done
/// by two, after the steps that may have been `before`. `step` does one to what `begin` gives, and says what it gave.
/// `None`: it can't be done now, nor what comes after it.
pub fn each_two_in_turn<P: 'static, S: Copy + Display + 'static, A: 'static>(
    before: &[&[S]],
    steps: &[S],
    not_by_two: impl Fn(S, S) -> bool,
    begin: fn() -> P,
    step: fn(&P, S) -> Option<A>,
    left: fn(&P, Vec<A>) -> String,
) {
    let words = |steps: &[S]| steps.iter().map(S::to_string).collect::<Vec<_>>().join(", then ");
    let two = steps.iter().flat_map(|one| steps.iter().map(|other| vec![*one, *other]));
    let others: Vec<Vec<S>> = steps.iter().map(|step| vec![*step]).chain(two).collect();
    let mut moments = 0;
    for (before, one) in
        before.iter().flat_map(|before| steps.iter().map(move |one| (before, *one)))
    {
        for other in
            others.iter().filter(|other| !other.iter().any(|other| not_by_two(one, *other)))
        {
            let begin = || {
                let place = begin();
                before.iter().for_each(|before| _ = step(&place, *before));
                place
            };
            let before_it = if before.is_empty() { "nothing".to_owned() } else { words(before) };
            let what = format!("{one}, and {} (before: {before_it})", words(other));
            let (one, other) = (move |place: &P| step(place, one), other.clone());
            let left = |place: &P, one: Option<A>, other: Vec<A>| {
                left(place, one.into_iter().chain(other).collect())
            };
            // One comes before all steps of the other, or between two of them, or after all.
            let order = |before: usize| {
                let (place, mut gave) = (begin(), None);
                let came = other.iter().enumerate().map_while(|(at, other)| {
                    gave = gave.take().or_else(|| (at == before).then(|| one(&place)));
                    step(&place, *other)
                });
                let came = came.collect();
                let gave = gave.unwrap_or_else(|| one(&place));
                left(&place, gave, came)
            };
            let right: Vec<String> = (0..=other.len()).map(order).collect();
            let other =
                move |place: &P| other.iter().map_while(|other| step(place, *other)).collect();
            moments += in_each_gap(&what, begin, one, other, left, &right);
        }
    }
    judged(moments);
}

/// Says that a check could not judge this answer, if it has looked at it at no moment.
pub fn judged(moments: usize) {
    if moments == 0 {
        not_judged("a check can watch only locks of `kettle_judge::lock`: your answer has none");
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

    use super::*;

    #[test]
    fn under_a_lock_there_is_no_gap() {
        let (outer, inner) = (Mutex::new(()), Mutex::new(()));
        let gaps = (1..).take_while(|gap| {
            with_gap(
                *gap,
                || assert_eq!(held(), 0),
                || {
                    let _outer = outer.lock();
                    assert_eq!(held(), 1);
                    drop(inner.lock());
                    assert!(outer.try_lock().is_none());
                },
            )
            .is_some()
        });
        assert_eq!(gaps.count(), 2, "before the outer lock, and after it");
    }

    #[cfg(target_os = "linux")] // where it is known that a thread sleeps
    #[test]
    fn under_a_lock_another_thread_can_come() {
        let mut seen = Vec::new();
        for gap in 1.. {
            let (outer, inner) = (Arc::new(Mutex::new(0)), Mutex::new(()));
            let same = Arc::clone(&outer);
            let run = || {
                let held = outer.lock();
                drop(inner.lock());
                *held
            };
            // Where the lock is held, the other one waits for it.
            let Some(came) = with_gap_under_locks(gap, move || *same.lock() += 1, run) else {
                break;
            };
            seen.push(came);
        }
        assert_eq!(seen, [1, 0, 0, 0], "before the outer lock, the inner, after it, after both");
    }

    /// Two marks, of which the first is always made before the second. It looks at the second first: what it sees is
    /// what there was when it had looked at that.
    #[test]
    fn a_call_may_come_between_two_of_another_thread() {
        let step = |marks: &[Mutex<bool>; 2], step: &str| {
            let [first, second] = marks;
            if step == "looks" {
                let second = *second.lock();
                return Some(format!("{}, {second}", *first.lock()));
            }
            let is_second = std::mem::replace(&mut *first.lock(), true);
            *second.lock() |= is_second;
            Some(step.to_owned())
        };
        let left = |_: &[Mutex<bool>; 2], gave: Vec<String>| gave.join("; ");
        each_two_in_turn(&[&[]], &["looks", "marks"], |_, _| false, Default::default, step, left);
    }

    #[test]
    fn what_runs_in_a_gap_has_none() {
        let runs = Arc::new(AtomicUsize::new(0));
        let count = runs.clone();
        let lock = Arc::new(Mutex::new(0));
        let same = lock.clone();
        let other = move || {
            *same.lock() += 1;
            count.fetch_add(1, SeqCst);
        };
        assert!(with_gap(1, other, || drop(lock.lock())).is_some());
        assert_eq!((runs.load(SeqCst), *lock.lock()), (1, 1));
    }
}
