//! The line: first come, first served, one wake each, and nobody gets past.

use kettle::sync::Mutex;

use crate::help::{self, Polled, now};

#[test]
fn only_the_newest_waker_is_called() {
    let mutex = Mutex::new(());
    let guard = now(mutex.lock());
    drop(help::only_the_newest_waker_is_called(mutex.lock(), || drop(guard)));
}

#[test]
fn a_long_line_is_served_to_its_end() {
    const LONG: usize = if cfg!(miri) { 100 } else { 10_000 };
    let mutex = Mutex::new(0);
    let mut guard = now(mutex.lock());
    let mut locks: Vec<_> = (0..LONG).map(|_| Polled::waiting(mutex.lock())).collect();
    for turn in 0..LONG {
        drop(guard);
        let behind = locks.get(turn + 1).map_or(0, Polled::wakes);
        assert_eq!((locks[turn].wakes(), behind), (1, 0), "turn {turn}");
        guard = locks[turn].ready();
        *guard += 1;
    }
    drop((guard, locks));
    assert_eq!(mutex.into_inner(), LONG);
}

#[kettle::test]
async fn a_task_that_locks_for_ever_lets_others_run() {
    let mutex = Mutex::new(0);
    let locks = async {
        for _ in 0..1000 {
            *mutex.lock().await += 1;
        }
    };
    assert_eq!(help::polls_of(locks).await, 8, "128 units of budget in each poll");
    assert_eq!(mutex.into_inner(), 1000);
}
