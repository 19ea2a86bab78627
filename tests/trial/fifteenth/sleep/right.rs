// RIGHT. Those of one deadline are in one list; the waker is cloned before the lock is taken, and what is not needed is dropped after it.
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
    /// How many sleeps were made: the number of the last one.
    sleeps: u64,
    /// By deadline: the sleeps that wait for it, each with its newest waker.
    waiting: BTreeMap<Duration, Vec<(u64, Waker)>>,
}

impl Clock {
    /// A sleep of this length, from now.
    pub fn sleep(&self, length: Duration) -> Sleep {
        let mut state = self.lock();
        state.sleeps += 1;
        Sleep { clock: self.clone(), deadline: state.now + length, number: state.sleeps }
    }

    /// Moves the clock, and wakes the tasks whose deadlines have been reached.
    pub fn advance(&self, by: Duration) {
        let mut state = self.lock();
        state.now += by;
        let now = state.now;
        let mut due = Vec::new();
        while let Some(first) = state.waiting.first_entry() {
            if *first.key() > now {
                break;
            }
            due.append(&mut first.remove());
        }
        // A woken task may want the clock at once.
        drop(state);
        for (_, waker) in due {
            waker.wake();
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().expect("no panic while the lock is held")
    }
}

/// Ready when its clock has reached its deadline.
#[derive(Debug)]
pub struct Sleep {
    clock: Clock,
    deadline: Duration,
    number: u64,
}

impl Future for Sleep {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        // Here, because a foreign waker's clone is foreign code, too.
        let newest = cx.waker().clone();
        let mut state = self.clock.lock();
        if state.now >= self.deadline {
            drop(state);
            return Poll::Ready(());
        }
        let list = state.waiting.entry(self.deadline).or_default();
        let unneeded = match list.iter().position(|(number, _)| *number == self.number) {
            Some(at) if list[at].1.will_wake(&newest) => Some(newest),
            Some(at) => Some(mem::replace(&mut list[at].1, newest)),
            None => {
                list.push((self.number, newest));
                None
            }
        };
        drop(state);
        drop(unneeded);
        Poll::Pending
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        let mut mine = None;
        let mut state = self.clock.lock();
        if let Some(list) = state.waiting.get_mut(&self.deadline) {
            if let Some(at) = list.iter().position(|(number, _)| *number == self.number) {
                mine = Some(list.remove(at));
            }
            if list.is_empty() {
                state.waiting.remove(&self.deadline);
            }
        }
        drop(state);
        drop(mine);
    }
}
