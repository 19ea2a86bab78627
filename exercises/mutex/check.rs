//! What the answer of `mutex` must do.

use std::sync::Arc;
use std::task::Poll;
use std::thread;

use kettle::task::yield_now;
use kettle_judge::count::{self, calling, dropping, poll, waker, wakes};
use kettle_judge::proptest::collection::vec;
use kettle_judge::proptest::prelude::{Just, Strategy, prop_oneof};
use kettle_judge::runtime::run;
use kettle_judge::{Check, check, if_it_hangs, property};

use super::answer::{Mutex, MutexGuard};

pub const CHECKS: &[Check] = &[
    check!(ten_tasks => "ten tasks that hold the lock across an `.await` count to ten"),
    check!(first_come_first_served => "the waiter that was polled first gets the lock next, and no task overtakes it"),
    check!(the_newest_waker => "a waiter that is polled again keeps its place, and only its newest waker"),
    check!(a_waiter_that_leaves => "a waiter that is dropped never keeps the others from the value"),
    check!(a_holder_that_panics => "a task that panics while it has the guard releases the lock"),
    check!(a_waker_that_locks => "no waker is called or dropped under the inner lock, because it may use the mutex"),
    check!(two_threads => "two threads that take turns never wait for a lock that is free"),
    check!(ten_thousand_schedules => "in 10,000 random schedules one task at a time has the lock, and always the right one"),
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

const TAKEN: &str = "a guard has the value, but a `lock` was ready";

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
    let count = run(async {
        let counter = Arc::new(Mutex::new(0));
        let tasks: Vec<_> =
            (0..10).map(|_| kettle::spawn(count_up(Arc::clone(&counter)))).collect();
        for task in tasks {
            task.await.expect("no task panics");
        }
        *counter.lock().await
    });
    assert_eq!(count, 10, "the count of ten tasks");
}

/// Adds one, in two steps with an `.await` between them.
async fn count_up(counter: Arc<Mutex<usize>>) {
    let mut guard = counter.lock().await;
    let seen = *guard;
    yield_now().await;
    *guard = seen + 1;
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
    for waiter in waiters.iter_mut().chain([&mut late]) {
        drop(got(waiter).expect("the next in line did not get the value"));
    }
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
    let woken = (newer_wakes.count(), wakes(&waiters));
    assert_eq!(
        woken,
        (1, vec![0, 0]),
        "wakes by its newest waker and by its old one, and of the second in line"
    );
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
    drop(got(&mut waiters[0]).expect("the value, which the one before did not fetch"));
}

fn a_holder_that_panics() {
    run(async {
        let mutex = Arc::new(Mutex::new(0));
        let held = Arc::clone(&mutex);
        let task = kettle::spawn(async move {
            *held.lock().await += 1;
            let _guard = held.lock().await;
            panic!("a task that panics, as it should");
        });
        assert!(task.await.is_err_and(|error| error.is_panic()), "no panic in the handle");
        let value = mutex.try_lock().map(|guard| *guard);
        assert_eq!(value, Some(1), "the value, after a task that held it has panicked");
    });
}

fn a_waker_that_locks() {
    let mutex = Arc::new(Mutex::new(0));
    let tries = || {
        let own = Arc::clone(&mutex);
        move || drop(own.try_lock())
    };
    let guard = taken(&mutex);
    let [mut first, mut second, mut third] = [(); 3].map(|()| Box::pin(mutex.lock()));
    if_it_hangs(
        "the thread waits for a lock that it holds itself: under it, it drops a waker whose drop calls `try_lock`",
    );
    // Replaced by the next poll, and dropped with its waiter.
    assert!(poll(first.as_mut(), &dropping(tries())).is_pending(), "{TAKEN}");
    assert!(poll(first.as_mut(), &calling(tries())).is_pending(), "{TAKEN}");
    assert!(poll(second.as_mut(), &dropping(tries())).is_pending(), "{TAKEN}");
    drop(second);
    if_it_hangs(
        "the thread waits for a lock that it holds itself: under it, it calls a waker that calls `try_lock`",
    );
    assert!(poll(third.as_mut(), &calling(tries())).is_pending(), "{TAKEN}");
    drop(guard);
    drop(first); // woken, and not polled: the value goes to the next
    assert!(poll(third.as_mut(), &waker().0).is_ready(), "the one before was woken and left");
}

fn two_threads() {
    const ROUNDS: usize = 2_000;
    if_it_hangs(
        "two threads lock in turn; one of them waits, and the other's release hasn't woken it",
    );
    let counter = Arc::new(Mutex::new(0));
    let count = async |counter: Arc<Mutex<usize>>| {
        for _ in 0..ROUNDS {
            count_up(Arc::clone(&counter)).await;
        }
    };
    thread::scope(|scope| {
        scope.spawn(|| run(count(Arc::clone(&counter))));
        run(count(Arc::clone(&counter)));
    });
    assert_eq!(*taken(&counter), 2 * ROUNDS, "the count of two threads");
}

/// A step of one of three that want the value.
#[derive(Clone, Copy, Debug)]
enum Step {
    /// Polls its `lock()`, a new one if there is none. If it has the value, nothing.
    Lock(usize),
    /// Drops its `lock()` or its guard.
    Drop(usize),
    TryLock,
}

const TOLD: &str =
    "(Only a release wakes the next waiter, or the drop of a waiter that the value was meant for)";

fn ten_thousand_schedules() {
    let step = prop_oneof![
        4 => (0..3_usize).prop_map(Step::Lock),
        2 => (0..3_usize).prop_map(Step::Drop),
        1 => Just(Step::TryLock),
    ];
    property(10_000, &vec(step, 0..16), |steps| {
        let mutex = Mutex::new(0);
        // All that want the value, in the order of arrival. It belongs to the first.
        let mut line: Vec<usize> = Vec::new();
        let mut waits: [Option<Waiter<'_>>; 3] = Default::default();
        let mut guard = None;
        for step in steps {
            match step {
                Step::Lock(number) if guard.is_some() && line[0] == number => {}
                Step::Lock(number) => {
                    let lock = waits[number].get_or_insert_with(|| {
                        line.push(number);
                        waiter(&mutex)
                    });
                    let (came, is_first) = (got(lock), line[0] == number);
                    assert_eq!(
                        came.is_some(),
                        is_first,
                        "a poll of {number}: does it get the value?"
                    );
                    if is_first {
                        (guard, waits[number]) = (came, None);
                    }
                }
                Step::Drop(number) => {
                    if line.first() == Some(&number) {
                        guard = None;
                    }
                    line.retain(|other| *other != number);
                    waits[number] = None;
                }
                Step::TryLock => {
                    let got = mutex.try_lock().is_some();
                    assert_eq!(got, line.is_empty(), "`try_lock`: does it get the value?");
                }
            }
            for (at, number) in line.iter().enumerate() {
                if let Some(waiter) = &waits[*number] {
                    let (woken, expected) = (waiter.wakes.count(), usize::from(at == 0));
                    assert_eq!(woken, expected, "wakes of {number} after {step:?}. {TOLD}");
                }
            }
        }
    });
}
