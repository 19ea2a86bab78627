//! A bounded channel: many senders, one receiver, room for so many values.
//!
//! Room is counted as if it were a thing: each of `capacity` rooms is free, or given to a sender
//! that was woken for it, or taken by a value in the queue. Room is free only if no sender waits.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::future::Future;
use std::mem;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

/// A channel with room for `capacity` values.
pub fn channel<T>(capacity: usize) -> (Sender<T>, Receiver<T>) {
    assert!(capacity > 0, "a channel needs room for one value at least");
    let shared = Arc::new(Shared(Mutex::new(State {
        queue: VecDeque::new(),
        free: capacity,
        line: BTreeMap::new(),
        given: BTreeSet::new(),
        newest: 0,
        receiver: None,
        senders: 1,
        closed: false,
    })));
    (Sender { shared: Arc::clone(&shared) }, Receiver { shared })
}

#[derive(Debug)]
struct Shared<T>(Mutex<State<T>>);

#[derive(Debug)]
struct State<T> {
    queue: VecDeque<T>,
    /// Room that is free.
    free: usize,
    /// Senders that wait for room. The numbers rise: the first in the map has waited longest.
    line: BTreeMap<u64, Waker>,
    /// Senders that were given room and have not been polled since.
    given: BTreeSet<u64>,
    /// The newest waiting sender's number.
    newest: u64,
    /// The receiver, if it waits.
    receiver: Option<Waker>,
    /// How many senders there are.
    senders: usize,
    /// The receiver is gone.
    closed: bool,
}

impl<T> Shared<T> {
    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> State<T> {
    /// Room for one is free now: it goes to the first in the line, which is woken after the lock.
    fn give_room(&mut self) -> Option<Waker> {
        if let Some((number, waker)) = self.line.pop_first() {
            self.given.insert(number);
            return Some(waker);
        }
        self.free += 1;
        None
    }

    fn take_free(&mut self) -> bool {
        let is_free = self.free > 0;
        self.free -= usize::from(is_free);
        is_free
    }
}

/// Wakes, if there is a waker. Never call it while the lock is held: a waker may run any code.
fn wake(waker: Option<Waker>) {
    if let Some(waker) = waker {
        waker.wake();
    }
}

/// Sends values. Clones send into the same channel.
#[derive(Debug)]
pub struct Sender<T> {
    shared: Arc<Shared<T>>,
}

impl<T> Sender<T> {
    /// Sends `value`, as soon as there is room for it.
    ///
    /// Gives it back if the receiver is gone. Dropped before it is ready, it has not sent.
    pub fn send(&self, value: T) -> Sending<'_, T> {
        Sending { sender: self, value: Some(value), place: Place::Outside }
    }
}

impl<T> Clone for Sender<T> {
    fn clone(&self) -> Sender<T> {
        self.shared.lock().senders += 1;
        Sender { shared: Arc::clone(&self.shared) }
    }
}

impl<T> Drop for Sender<T> {
    fn drop(&mut self) {
        let mut state = self.shared.lock();
        state.senders -= 1;
        let receiver = if state.senders == 0 { state.receiver.take() } else { None };
        drop(state);
        wake(receiver);
    }
}

/// The receiver is gone. This is what it has not received.
#[derive(Debug, PartialEq, Eq)]
pub struct SendError<T>(pub T);

/// Waits for room, then sends.
#[derive(Debug)]
pub struct Sending<'a, T> {
    sender: &'a Sender<T>,
    /// Until it is sent.
    value: Option<T>,
    place: Place,
}

#[derive(Clone, Copy, Debug)]
enum Place {
    /// Not polled yet, or done.
    Outside,
    /// In line, or taken out of it because room was given.
    InLine(u64),
}

// The value is only moved, never polled: it need not be pinned.
impl<T> Unpin for Sending<'_, T> {}

impl<T> Future for Sending<'_, T> {
    type Output = Result<(), SendError<T>>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let waker = cx.waker().clone();
        let value = self.value.take().expect("`send` polled after it was ready");
        let mut state = self.sender.shared.lock();
        if state.closed {
            drop(state);
            self.place = Place::Outside;
            return Poll::Ready(Err(SendError(value)));
        }
        let has_room = match self.place {
            Place::Outside => state.take_free(),
            Place::InLine(number) => state.given.remove(&number),
        };
        if has_room {
            state.queue.push_back(value);
            let receiver = state.receiver.take();
            drop(state);
            self.place = Place::Outside;
            wake(receiver);
            return Poll::Ready(Ok(()));
        }
        // A new place at the end, or the same one; in both cases the newest waker.
        let number = match self.place {
            Place::InLine(number) => number,
            Place::Outside => {
                state.newest += 1;
                state.newest
            }
        };
        let replaced = state.line.insert(number, waker);
        drop(state);
        drop(replaced);
        self.place = Place::InLine(number);
        self.value = Some(value);
        Poll::Pending
    }
}

impl<T> Drop for Sending<'_, T> {
    fn drop(&mut self) {
        let Place::InLine(number) = self.place else { return };
        let mut state = self.sender.shared.lock();
        let own = state.line.remove(&number);
        // It was given room, and doesn't use it.
        let next = if state.given.remove(&number) { state.give_room() } else { None };
        drop(state);
        drop(own);
        wake(next);
    }
}

/// Receives values, in the order in which they were sent.
#[derive(Debug)]
pub struct Receiver<T> {
    shared: Arc<Shared<T>>,
}

impl<T> Receiver<T> {
    /// Waits for the next value. `None` when all were received and every sender is gone.
    ///
    /// Dropped before it is ready, it has received nothing.
    pub fn recv(&mut self) -> Receiving<'_, T> {
        Receiving { receiver: self }
    }
}

/// What was not received is dropped; senders that wait get their values back.
impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        let mut state = self.shared.lock();
        state.closed = true;
        let line = mem::take(&mut state.line);
        let values = mem::take(&mut state.queue);
        let own = state.receiver.take();
        drop(state);
        // A value may hold a sender of this very channel: they, too, are dropped after the lock.
        drop((values, own));
        line.into_values().for_each(Waker::wake);
    }
}

/// Waits for a value.
#[derive(Debug)]
pub struct Receiving<'a, T> {
    receiver: &'a mut Receiver<T>,
}

impl<T> Future for Receiving<'_, T> {
    type Output = Option<T>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<T>> {
        let waker = cx.waker().clone();
        let mut state = self.receiver.shared.lock();
        if let Some(value) = state.queue.pop_front() {
            let next = state.give_room();
            drop(state);
            wake(next);
            return Poll::Ready(Some(value));
        }
        if state.senders == 0 {
            return Poll::Ready(None);
        }
        let replaced = state.receiver.replace(waker);
        drop(state);
        drop(replaced);
        Poll::Pending
    }
}
