//! A bounded channel: many senders, one receiver, room for so many values.
//!
//! A place is taken by a value in the queue, or promised to a sender that was woken for it.

use std::collections::{BTreeSet, VecDeque};
use std::future::Future;
use std::mem;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

/// A channel with room for `capacity` values.
pub fn channel<T>(capacity: usize) -> (Sender<T>, Receiver<T>) {
    assert!(capacity > 0, "a channel needs room for a value");
    let state = State {
        queue: VecDeque::new(),
        capacity,
        line: VecDeque::new(),
        promised: BTreeSet::new(),
        next_id: 0,
        senders: 1,
        has_receiver: true,
        receiver: None,
    };
    let shared = Arc::new(Mutex::new(state));
    (Sender { shared: Arc::clone(&shared) }, Receiver { shared })
}

#[derive(Debug)]
struct State<T> {
    queue: VecDeque<T>,
    capacity: usize,
    /// The sends that wait for room, the oldest first.
    line: VecDeque<(u64, Waker)>,
    /// The sends that were woken for a place, which is theirs.
    promised: BTreeSet<u64>,
    next_id: u64,
    senders: usize,
    has_receiver: bool,
    /// The receiver's waker, if it waits.
    receiver: Option<Waker>,
}

impl<T> State<T> {
    fn has_room(&self) -> bool {
        self.queue.len() + self.promised.len() < self.capacity
    }

    /// There is room for one more: whom to wake for it.
    fn promise(&mut self) -> Option<Waker> {
        if !self.has_room() {
            return None;
        }
        let (id, waker) = self.line.pop_front()?;
        self.promised.insert(id);
        Some(waker)
    }
}

fn locked<T>(shared: &Mutex<State<T>>) -> MutexGuard<'_, State<T>> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

fn wake(waker: Option<Waker>) {
    if let Some(waker) = waker {
        waker.wake();
    }
}

/// Sends values. Clones send into the same channel.
#[derive(Debug)]
pub struct Sender<T> {
    shared: Arc<Mutex<State<T>>>,
}

impl<T> Sender<T> {
    /// Sends `value`, as soon as there is room for it.
    ///
    /// Gives it back if the receiver is gone. Dropped before it is ready, it has not sent.
    pub fn send(&self, value: T) -> Sending<'_, T> {
        Sending { sender: self, value: Some(value), id: None }
    }
}

impl<T> Clone for Sender<T> {
    fn clone(&self) -> Sender<T> {
        locked(&self.shared).senders += 1;
        Sender { shared: Arc::clone(&self.shared) }
    }
}

impl<T> Drop for Sender<T> {
    fn drop(&mut self) {
        let mut state = locked(&self.shared);
        state.senders -= 1;
        let waker = if state.senders == 0 { state.receiver.take() } else { None };
        drop(state);
        wake(waker);
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
    /// In the line, or among those that were promised a place, under this number.
    id: Option<u64>,
}

// The value is only moved, never polled: it need not be pinned. So `self.value.take()` works in
// `poll`, whatever `T` is.
impl<T> Unpin for Sending<'_, T> {}

impl<T> Future for Sending<'_, T> {
    type Output = Result<(), SendError<T>>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let waker = cx.waker().clone();
        let sender = self.sender;
        let mut state = locked(&sender.shared);
        if !state.has_receiver {
            drop(state);
            self.id = None;
            let value = self.value.take().expect("polled again after it was ready");
            return Poll::Ready(Err(SendError(value)));
        }
        let may_send = match self.id {
            Some(id) => state.promised.remove(&id),
            None => state.queue.len() < state.capacity,
        };
        if may_send {
            let Some(value) = self.value.take() else {
                drop(state);
                panic!("polled again after it was ready");
            };
            self.id = None;
            state.queue.push_back(value);
            let receiver = state.receiver.take();
            drop(state);
            wake(receiver);
            return Poll::Ready(Ok(()));
        }
        let mut old = None;
        if let Some(id) = self.id {
            if let Some(place) = state.line.iter_mut().find(|place| place.0 == id) {
                old = Some(mem::replace(&mut place.1, waker));
            }
        } else {
            let id = state.next_id;
            state.next_id += 1;
            state.line.push_back((id, waker));
            self.id = Some(id);
        }
        drop(state);
        drop(old);
        Poll::Pending
    }
}

impl<T> Drop for Sending<'_, T> {
    fn drop(&mut self) {
        let Some(id) = self.id else { return };
        let mut state = locked(&self.sender.shared);
        if state.promised.remove(&id) {
            let next = state.promise();
            drop(state);
            wake(next);
        } else {
            let place = state.line.iter().position(|place| place.0 == id);
            let left = place.and_then(|place| state.line.remove(place));
            drop(state);
            drop(left);
        }
    }
}

/// Receives values, in the order in which they were sent.
#[derive(Debug)]
pub struct Receiver<T> {
    shared: Arc<Mutex<State<T>>>,
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
        let mut state = locked(&self.shared);
        state.has_receiver = false;
        let queue = mem::take(&mut state.queue);
        let line = mem::take(&mut state.line);
        state.promised.clear();
        let own = state.receiver.take();
        drop(state);
        for (_, waker) in line {
            waker.wake();
        }
        drop(own);
        drop(queue);
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
        let mut state = locked(&self.receiver.shared);
        if let Some(value) = state.queue.pop_front() {
            let sender = state.promise();
            drop(state);
            wake(sender);
            return Poll::Ready(Some(value));
        }
        if state.senders == 0 {
            drop(state);
            return Poll::Ready(None);
        }
        let old = state.receiver.replace(waker);
        drop(state);
        drop(old);
        Poll::Pending
    }
}

/// It waits no more: its waker goes with it.
impl<T> Drop for Receiving<'_, T> {
    fn drop(&mut self) {
        let waker = locked(&self.receiver.shared).receiver.take();
        drop(waker);
    }
}
