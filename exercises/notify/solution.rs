//! `Notify`: a task waits until it is called.
//!
//! A line of waiters, and one bit for a call that came too early. Everything happens under one lock;
//! wakers are called and dropped after it.

use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use kettle_judge::lock::{Mutex, MutexGuard};

/// Calls tasks that wait for an event.
#[derive(Debug, Default)]
pub struct Notify {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// A call that came while there was no waiter.
    permit: bool,
    /// The waiters. The numbers rise, so the first in the map has waited longest.
    line: BTreeMap<u64, Waker>,
    /// The waiters that `notify_one` took out of the line, and that were not polled since.
    called: BTreeSet<u64>,
    /// The number of the next waiter.
    next: u64,
}

impl Notify {
    /// No waiter, and no call.
    pub fn new() -> Notify {
        Notify::default()
    }

    /// A future that waits for a call. It is in the line from its first poll on.
    pub fn notified(&self) -> Notified<'_> {
        Notified { notify: self, place: Place::Outside }
    }

    /// Calls the first in line. Without a waiter the call is kept for the next to come; only one
    /// is kept, however often this is called.
    pub fn notify_one(&self) {
        // The guard is gone at the end of this line: a waker may run any code, this function too.
        let first = self.lock().call_first();
        if let Some(waker) = first {
            waker.wake();
        }
    }

    /// Calls all waiters in the line. Nothing is kept.
    pub fn notify_waiters(&self) {
        let line = mem::take(&mut self.lock().line);
        line.into_values().for_each(Waker::wake);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock()
    }
}

impl State {
    /// Takes the first out of the line, and returns its waker; or keeps the call.
    fn call_first(&mut self) -> Option<Waker> {
        if let Some((number, waker)) = self.line.pop_first() {
            self.called.insert(number);
            return Some(waker);
        }
        self.permit = true;
        None
    }
}

/// Waits for a call. Dropped, it leaves the line; a call of `notify_one` that it got and never saw
/// goes to the next.
#[derive(Debug)]
pub struct Notified<'a> {
    notify: &'a Notify,
    place: Place,
}

#[derive(Clone, Copy, Debug)]
enum Place {
    /// Not polled yet.
    Outside,
    /// In line, or taken out of it by a call.
    InLine(u64),
    Done,
}

impl Future for Notified<'_> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let waker = cx.waker().clone();
        let mut state = self.notify.lock();
        let mut replaced = None;
        let place = match self.place {
            Place::Outside if state.permit => {
                state.permit = false;
                Place::Done
            }
            Place::Outside => {
                let number = state.next;
                state.next += 1;
                state.line.insert(number, waker);
                Place::InLine(number)
            }
            Place::InLine(number) => {
                if let Some(kept) = state.line.get_mut(&number) {
                    // The same place, the newest waker.
                    replaced = Some(mem::replace(kept, waker));
                    Place::InLine(number)
                } else {
                    // No longer in line: called.
                    state.called.remove(&number);
                    Place::Done
                }
            }
            Place::Done => Place::Done,
        };
        drop(state);
        drop(replaced);
        self.place = place;
        if matches!(place, Place::Done) { Poll::Ready(()) } else { Poll::Pending }
    }
}

impl Drop for Notified<'_> {
    fn drop(&mut self) {
        let Place::InLine(number) = self.place else { return };
        let mut state = self.notify.lock();
        let own = state.line.remove(&number);
        let unused_call = state.called.remove(&number);
        let next = if unused_call { state.call_first() } else { None };
        drop(state);
        drop(own);
        if let Some(waker) = next {
            waker.wake();
        }
    }
}
