// WRONG. Rounds the deadline up to a whole millisecond, as kettle's own timers do. Breaks "It is ready when the clock has reached its deadline, not earlier and not later" for lengths of 1.5 ms.
//! A sleep, on a clock that is moved by hand.

use std::collections::BTreeMap;
use std::mem;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

/// A clock that moves only when [`advance`](Clock::advance) is called. Clones are the same
/// clock.
#[derive(Clone, Debug, Default)]
pub struct Clock(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    /// The time since the clock was made.
    now: Duration,
    /// How many sleeps were made. Each has a number, because two may have the same deadline.
    sleeps: u64,
    /// The wakers to call, and when: the next one is the first.
    waiting: BTreeMap<Key, Waker>,
}

/// The deadline of a sleep, and its number.
type Key = (Duration, u64);

impl Clock {
    /// A sleep of this length, from now.
    pub fn sleep(&self, length: Duration) -> Sleep {
        let mut state = self.lock();
        state.sleeps += 1;
        Sleep { clock: self.clone(), key: (round_up(state.now + length), state.sleeps) }
    }

    /// Moves the clock, and wakes the tasks whose deadlines have been reached.
    pub fn advance(&self, by: Duration) {
        let mut state = self.lock();
        state.now += by;
        // What comes after this key is not due yet.
        let last_due = (state.now, u64::MAX);
        let later = state.waiting.split_off(&last_due);
        let due = mem::replace(&mut state.waiting, later);
        // A woken task may want the clock at once.
        drop(state);
        for waker in due.into_values() {
            waker.wake();
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().expect("no panic while the lock is held")
    }
}

/// The next whole tick of a millisecond: never early, and few different keys.
fn round_up(at: Duration) -> Duration {
    let tick = Duration::from_millis(1);
    let over = Duration::from_nanos(u64::from(at.subsec_nanos()) % 1_000_000);
    if over.is_zero() { at } else { at - over + tick }
}

/// Ready when its clock has reached its deadline.
#[derive(Debug)]
pub struct Sleep {
    clock: Clock,
    key: Key,
}

impl Future for Sleep {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let mut state = self.clock.lock();
        if state.now >= self.key.0 {
            return Poll::Ready(());
        }
        let replaced = match state.waiting.get_mut(&self.key) {
            // The task that asked last time.
            Some(kept) if kept.will_wake(cx.waker()) => None,
            Some(kept) => Some(mem::replace(kept, cx.waker().clone())),
            None => state.waiting.insert(self.key, cx.waker().clone()),
        };
        drop(state); // first the lock, then the waker
        drop(replaced);
        Poll::Pending
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        let forgotten = self.clock.lock().waiting.remove(&self.key);
        drop(forgotten);
    }
}
