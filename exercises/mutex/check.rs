//! What the answer of `mutex` must do.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::fmt;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Poll, Waker};

use kettle_judge::count::{
    self, Polls, Wakers, calling, dropped_by_a_panic, dropping, poll, waker, wakes,
};
use kettle_judge::proptest::collection::vec;
use kettle_judge::proptest::sample::select;
use kettle_judge::{Check, Sequence, check, if_it_hangs, lock, runtime, schedules};

use super::answer::{Mutex, MutexGuard};

pub const CHECKS: &[Check] = &[
    check!(ten_tasks => "ten tasks that hold the lock across an `.await` count to ten"),
    check!(one_wake => "each release wakes one of those that wait, and no other is polled"),
    check!(first_come_first_served => "the first to be polled is the next to get the lock, and no task overtakes it"),
    check!(the_newest_waker => "polled again, a waiter keeps its place, and only its newest waker"),
    check!(a_waiter_that_leaves => "a waiter that is dropped never keeps the others from the value"),
    check!(a_waiter_that_panics => "a waiter that is dropped while its task panics leaves the line, too"),
    check!(a_holder_that_panics => "a task that panics with the guard releases the lock"),
    check!(a_waker_that_locks => "no waker is called under the inner lock: it may try to lock"),
    check!(a_waker_that_locks_when_dropped => "no waker is dropped under the inner lock: its drop may try to lock"),
    check!(no_release_is_missed => "a release by another thread is seen by the poll that is under way, or wakes the task"),
    check!(in_turn => "of what two threads do at the same time comes what would come of it one after the other"),
    check!(ten_thousand_schedules => "in 10,000 random schedules there is one holder, and always the right one"),
];

/// One that wants the value, with a waker of its own.
type Waiter<'a> = count::Waiter<'a, MutexGuard<'a, usize>>;

/// It begins to wait at its first poll.
fn waiter(mutex: &Mutex<usize>) -> Waiter<'_> {
    Waiter::new(mutex.lock())
}

fn got<'a>(waiter: &mut Waiter<'a>) -> Option<MutexGuard<'a, usize>> {
    match waiter.poll() {
        Poll::Ready(guard) => Some(guard),
        Poll::Pending => None,
    }
}

const TAKEN: &str = "the value is in a guard, and a `lock` was ready";

/// So many waiters, which have joined the line in their order. The value is in a guard.
fn line(mutex: &Mutex<usize>, count: usize) -> Vec<Waiter<'_>> {
    let mut waiters: Vec<_> = (0..count).map(|_| waiter(mutex)).collect();
    for waiter in &mut waiters {
        assert!(got(waiter).is_none(), "{TAKEN}");
    }
    waiters
}

fn taken(mutex: &Mutex<usize>) -> MutexGuard<'_, usize> {
    mutex.try_lock().expect("the value is free: `try_lock` returns it")
}

fn ten_tasks() {
    let count = runtime::run(async {
        let counter = Arc::new(Mutex::new(0));
        let tasks: Vec<_> = (0..10)
            .map(|_| {
                let counter = Arc::clone(&counter);
                kettle::spawn(async move {
                    let mut guard = counter.lock().await;
                    let seen = *guard;
                    kettle::task::yield_now().await;
                    *guard = seen + 1;
                })
            })
            .collect();
        for task in tasks {
            task.await.expect("no task panics");
        }
        *counter.lock().await
    });
    assert_eq!(count, 10, "the count of ten tasks");
}

fn one_wake() {
    let mutex = Mutex::new(0);
    let mut guard = taken(&mutex);
    // A long line; and behind its first so many have come and gone as sixteen bits can number.
    let mut waiters = line(&mutex, 1);
    for _ in 0..1 << 16 {
        assert!(poll(pin!(mutex.lock()), Waker::noop()).is_pending(), "{TAKEN}");
    }
    waiters.extend(line(&mutex, 300));
    for released in 1..=waiters.len() {
        drop(guard);
        let woken: usize = wakes(&waiters).iter().sum();
        assert_eq!(woken, released, "301 wait: wakes after {released} releases");
        guard = got(&mut waiters[released - 1])
            .expect("released, the first in line did not get the value");
    }
    drop((guard, waiters));

    // The same with tasks: a poll to join the line, a poll to get the value.
    let polls = runtime::run(async {
        let mutex = Arc::new(Mutex::new(0));
        let guard = mutex.lock().await;
        let tasks: Vec<_> = (0..9)
            .map(|_| {
                let mutex = Arc::clone(&mutex);
                let (future, polls) = Polls::new(async move { *mutex.lock().await += 1 }, 100);
                (kettle::spawn(future), polls)
            })
            .collect();
        kettle::task::yield_now().await;
        drop(guard);
        let mut sum = 0;
        for (task, polls) in tasks {
            task.await.expect("no task panics");
            sum += polls.load(Ordering::SeqCst);
        }
        sum
    });
    assert_eq!(polls, 18, "polls of nine tasks that have all waited");
}

fn first_come_first_served() {
    let mutex = Mutex::new(0);
    let guard = taken(&mutex);
    assert!(mutex.try_lock().is_none(), "`try_lock` returned a value that is in a guard");
    let mut waiters = line(&mutex, 2);
    drop(guard);
    assert_eq!(wakes(&waiters), [1, 0], "wakes of the two waiters, after a release");
    // The first was woken and did not run yet. Others come meanwhile.
    assert!(mutex.try_lock().is_none(), "`try_lock` overtook a waiter that was woken");
    let mut late = waiter(&mutex);
    assert!(got(&mut late).is_none(), "a late waiter overtook one that was woken");
    assert!(got(&mut waiters[1]).is_none(), "the second in line got past the first");
    let guard =
        got(&mut waiters[0]).expect("the first in line was woken, and did not get the value");
    drop(guard);
    drop(got(&mut waiters[1]).expect("the first is done, and the second did not get the value"));
    drop(got(&mut late).expect("there is no other waiter, and the late one did not get the value"));
    drop(taken(&mutex));
    // Made and not polled: it is in no waiter's way.
    let _idle = mutex.lock();
    let guard = mutex.try_lock().expect("the value is free: one `lock` was made, but never polled");
    let mut idle = waiter(&mutex);
    let mut waiters = line(&mutex, 1);
    drop(guard);
    assert_eq!(wakes(&waiters), [1], "wakes of the first in line; one made before wasn't polled");
    assert!(got(&mut idle).is_none(), "a `lock` made early and polled late got past the line");
    assert!(got(&mut waiters[0]).is_some(), "the first that was polled did not get the value");
}

fn the_newest_waker() {
    let mutex = Mutex::new(0);
    let guard = taken(&mutex);
    let mut waiters = line(&mutex, 2);
    let (newer, newer_wakes) = waker();
    let first = &mut waiters[0];
    assert!(poll(first.future.as_mut(), &newer).is_pending(), "{TAKEN}");
    assert_eq!(first.wakes.held(), 0, "copies of the old waker, after a poll with a new one");
    drop(guard);
    assert_eq!(waiters[1].wakes.count(), 0, "wakes of the second: the first keeps its place");
    assert_eq!(waiters[0].wakes.count(), 0, "wakes of the first one's old waker");
    assert_eq!(newer_wakes.count(), 1, "wakes of the first one's newest waker");
}

fn a_waiter_that_leaves() {
    let mutex = Mutex::new(0);
    // Dropped while it waits.
    let guard = taken(&mutex);
    let mut waiters = line(&mutex, 3);
    drop(waiters.remove(0));
    drop(guard);
    assert_eq!(wakes(&waiters), [1, 0], "wakes of those behind a waiter that has left");
    // Dropped when it was woken, and before it was polled.
    drop(waiters.remove(0));
    assert_eq!(wakes(&waiters), [1], "wakes of the next, when the one before was woken and left");
    *got(&mut waiters[0]).expect("the value, which the one before did not fetch") += 1;
    // The same, and there is no next one.
    let guard = taken(&mutex);
    let waiters = line(&mutex, 1);
    drop(guard);
    drop(waiters);
    let guard = mutex.try_lock().expect("the last in line was woken and left: the value is free");
    assert_eq!(*guard, 1, "the value, after it was handed to a waiter that left");
}

fn a_waiter_that_panics() {
    let mutex = Mutex::new(0);
    // While it waits: it may not be the next.
    let guard = taken(&mutex);
    let mut waiters = line(&mutex, 2);
    let leaves = waiters.remove(0);
    let gone = leaves.wakes.clone();
    dropped_by_a_panic(leaves);
    drop(guard);
    let woken = (gone.count(), waiters[0].wakes.count());
    assert_eq!(woken, (0, 1), "wakes of the first, whose task has panicked, and of the next");
    drop(got(&mut waiters[0]).expect("the one before has gone, and this one has not got it"));
    // When it was woken, and the value is on its way to it.
    let guard = taken(&mutex);
    let mut waiters = line(&mutex, 2);
    drop(guard);
    dropped_by_a_panic(waiters.remove(0));
    assert_eq!(wakes(&waiters), [1], "wakes of the next, when the one before panicked, woken");
    drop(got(&mut waiters[0]).expect("the value, which the one before did not fetch"));
    drop(mutex.try_lock().expect("the value is free, and there is no waiter"));
}

fn a_holder_that_panics() {
    runtime::run(async {
        let mutex = Arc::new(Mutex::new(0));
        let held = Arc::clone(&mutex);
        let task = kettle::spawn(async move {
            let mut guard = held.lock().await;
            *guard = 1;
            kettle::task::yield_now().await;
            panic!("a task that panics, as it should");
        });
        kettle::task::yield_now().await;
        let value = *mutex.lock().await;
        assert_eq!(value, 1, "what the task had written before it panicked");
        assert!(task.await.is_err_and(|error| error.is_panic()), "no panic in the handle");
    });
}

fn a_waker_that_locks() {
    let mutex = Arc::new(Mutex::new(0));
    let (own, got) = (Arc::clone(&mutex), Arc::new(AtomicUsize::new(0)));
    let has_got = Arc::clone(&got);
    let waker = calling(move || {
        has_got.fetch_add(usize::from(own.try_lock().is_some()), Ordering::SeqCst);
    });
    let guard = taken(&mutex);
    if_it_hangs("the thread waits for a lock that it holds: a waker was called under it");
    let mut first = Box::pin(mutex.lock());
    assert!(poll(first.as_mut(), &waker).is_pending(), "{TAKEN}");
    drop(guard);
    assert_eq!(got.load(Ordering::SeqCst), 0, "`try_lock` overtakes the waiter that was woken");
    // The same, when the one before leaves although it was woken.
    let mut second = Box::pin(mutex.lock());
    assert!(poll(second.as_mut(), &waker).is_pending(), "{TAKEN}");
    drop(first);
    assert_eq!(got.load(Ordering::SeqCst), 0, "`try_lock` overtakes the one woken in its stead");
    assert!(poll(second.as_mut(), &waker).is_ready(), "the second was woken, without the value");
}

fn a_waker_that_locks_when_dropped() {
    if_it_hangs("a waker was dropped under the lock. Its data has a drop, which calls `try_lock`");
    let mutex = Arc::new(Mutex::new(0));
    let wait = || {
        let own = Arc::clone(&mutex);
        let locker = dropping(move || drop(own.try_lock()));
        let mut future = Box::pin(mutex.lock());
        assert!(poll(future.as_mut(), &locker).is_pending(), "{TAKEN}");
        future
    };
    let guard = taken(&mutex);
    // Replaced by the next poll.
    let mut first = wait();
    let (newest, wakes) = waker();
    assert!(poll(first.as_mut(), &newest).is_pending(), "{TAKEN}");
    // Dropped with its waiter.
    drop(wait());
    // Dropped when it was woken: by a guard, and by a waiter that leaves.
    let (second, third) = (wait(), wait());
    drop(guard);
    assert_eq!(wakes.count(), 1, "wakes of the newest waker of the first in line");
    drop(poll(first.as_mut(), &newest));
    drop(second);
    drop(third);
    drop(taken(&mutex));
}

fn no_release_is_missed() {
    lock::no_news_is_missed("`lock` is polled", || {
        // For ever: the guard that is dropped in a gap must not borrow from this function.
        let mutex: &'static Mutex<usize> = Box::leak(Box::new(Mutex::new(0)));
        let guard = taken(mutex);
        (Box::pin(mutex.lock()), move || drop(guard))
    });
}

/// A mutex, whose value may be in guards, and two waiters, perhaps.
struct Place {
    mutex: &'static Mutex<usize>,
    guards: RefCell<Vec<MutexGuard<'static, usize>>>,
    waiters: [RefCell<Option<Waiter<'static>>>; 2],
}

/// What a thread does.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Does {
    Release,
    TryLock,
    Polls(usize),
    Drops(usize),
}

impl fmt::Display for Does {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Does::Release => write!(f, "a guard is dropped"),
            Does::TryLock => write!(f, "`try_lock` is called"),
            Does::Polls(number) => write!(f, "waiter {number} is polled"),
            Does::Drops(number) => write!(f, "waiter {number} is dropped"),
        }
    }
}

impl Place {
    fn new() -> Place {
        let mutex: &'static Mutex<usize> = Box::leak(Box::new(Mutex::new(0)));
        Place { mutex, guards: RefCell::default(), waiters: Default::default() }
    }

    /// Does this, if it can be done. Has it got the value?
    fn step(&self, does: Does) -> Option<bool> {
        let guard = match does {
            Does::Release => {
                let guard = self.guards.borrow_mut().pop()?;
                drop(guard);
                None
            }
            Does::TryLock => self.mutex.try_lock(),
            Does::Polls(number) => {
                let mut waits = self.waiters[number].borrow_mut();
                let guard = got(waits.get_or_insert_with(|| waiter(self.mutex)));
                *waits = waits.take().filter(|_| guard.is_none());
                guard
            }
            Does::Drops(number) => {
                drop(self.waiters[number].take());
                None
            }
        };
        let has_it = guard.is_some();
        self.guards.borrow_mut().extend(guard);
        Some(has_it)
    }

    /// Which waiter has the value, and which gets it when that is over?
    fn left(&self, gave: Vec<bool>) -> String {
        let guards = self.guards.take();
        let taken = guards.len();
        drop(guards);
        let next = |waits: &RefCell<Option<Waiter<'_>>>| {
            waits.take().map(|mut waiter| match (waiter.is_woken(), got(&mut waiter).is_some()) {
                (true, true) => "gets it",
                (false, true) => "gets it, and was not woken",
                (_, false) => "waits",
            })
        };
        let next = self.waiters.each_ref().map(next);
        let is_free = self.mutex.try_lock().is_some();
        format!("got it: {gave:?}; guards: {taken}; then waiters: {next:?}; is it free: {is_free}")
    }
}

/// What may have been before: the value is in a guard, and none waits, or one does, or two.
const TAKEN_BEFORE: &[&[Does]] = &[
    &[Does::TryLock],
    &[Does::TryLock, Does::Polls(0)],
    &[Does::TryLock, Does::Polls(0), Does::Polls(1)],
];

/// Or it is free, or the first's.
const IN_NO_GUARD: &[&[Does]] = &[
    &[],
    &[Does::TryLock, Does::Polls(0), Does::Release],
    &[Does::TryLock, Does::Polls(0), Does::Polls(1), Does::Release],
];

fn in_turn() {
    use Does::{Drops, Polls, Release, TryLock};
    let steps = [Release, TryLock, Polls(0), Polls(1), Drops(0)];
    // One waiter isn't polled, or dropped, by two; nor is there a second guard.
    let not_by_two = |one, other| match (one, other) {
        (Polls(own) | Drops(own), Polls(its) | Drops(its)) => own == its,
        (one, other) => (one, other) == (Release, Release),
    };
    // One doesn't release what the other has just got.
    for (before, steps) in [(TAKEN_BEFORE, &steps[..]), (IN_NO_GUARD, &steps[1..])] {
        lock::each_two_in_turn(before, steps, not_by_two, Place::new, Place::step, Place::left);
    }
}

#[derive(Clone, Copy, Debug)]
enum Step {
    /// Polls this one's `lock()`, a new one if there is none. If it has the value, nothing.
    Lock(usize),
    /// Drops this one's `lock()` or its guard.
    Drop(usize),
    TryLock,
}

const STEPS: &[Step] = &[
    Step::Lock(0),
    Step::Lock(1),
    Step::Lock(2),
    Step::TryLock,
    Step::Drop(0),
    Step::Drop(1),
    Step::Drop(2),
];

/// One of three that want the value.
#[derive(Default)]
enum Person<'a> {
    #[default]
    Away,
    Waits(Waiter<'a>),
    Holds(MutexGuard<'a, usize>),
}

/// The contract, in the slowest way: all that want the value, in the order of arrival. It
/// belongs to the first, which may not have fetched it yet.
type Line = VecDeque<usize>;

const TOLD: &str = "(A release, or the end of one that the value was meant for, wakes the next, and nothing else does)";

fn ten_thousand_schedules() {
    schedules(&vec(select(STEPS), 0..16), |steps: Sequence<Step>, wakers| {
        let mutex = Mutex::new(0);
        let mut people: [Person<'_>; 3] = Default::default();
        let (mut line, mut fetched) = (Line::new(), 0);
        for step in steps {
            play(step, &mutex, &mut people, &mut line, &mut fetched, wakers);
            for (at, number) in line.iter().enumerate().filter(|_| wakers.tell_apart()) {
                if let Person::Waits(waiter) = &people[*number] {
                    let expected = usize::from(at == 0);
                    let woken = waiter.wakes.count();
                    assert_eq!(woken, expected, "wakes of {number} after {step:?}. {TOLD}");
                }
            }
        }
        drop(people);
        assert_eq!(*taken(&mutex), fetched, "how often the value was fetched, by its own count");
    });
}

fn play<'a>(
    step: Step,
    mutex: &'a Mutex<usize>,
    people: &mut [Person<'a>; 3],
    line: &mut Line,
    fetched: &mut usize,
    wakers: &Wakers,
) {
    match step {
        Step::Lock(number) => {
            let mut waiter = match std::mem::take(&mut people[number]) {
                Person::Away => {
                    line.push_back(number);
                    Waiter::of(mutex.lock(), wakers)
                }
                Person::Waits(waiter) => waiter,
                holds @ Person::Holds(..) => {
                    people[number] = holds;
                    return;
                }
            };
            let guard = got(&mut waiter);
            let is_first = line.front() == Some(&number);
            assert_eq!(guard.is_some(), is_first, "a poll of {number}: has it the value?");
            people[number] = match guard {
                Some(mut guard) => {
                    *guard += 1;
                    *fetched += 1;
                    Person::Holds(guard)
                }
                None => Person::Waits(waiter),
            };
        }
        Step::Drop(number) => {
            line.retain(|other| *other != number);
            wakers.drop(std::mem::take(&mut people[number]));
        }
        Step::TryLock => {
            let got = mutex.try_lock().is_some();
            assert_eq!(got, line.is_empty(), "`try_lock`: has it got the value?");
        }
    }
}
