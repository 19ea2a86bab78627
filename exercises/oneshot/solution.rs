//! A channel for one value: the sender never waits, and the receiver is a future.

use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context, Poll, Waker};

/// The sender was dropped without a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecvError;

/// Why [`Receiver::try_recv`] has no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TryRecvError {
    /// Not yet.
    Empty,
    /// Never (again): it was received, or the sender was dropped without a value.
    Closed,
}

/// A channel for one value.
pub fn channel<T>() -> (Sender<T>, Receiver<T>) {
    let shared = Shared {
        value: None,
        sender_gone: false,
        receiver_gone: false,
        receiver_waker: None,
        sender_waker: None,
    };
    let shared = Arc::new(Mutex::new(shared));
    (Sender { shared: Arc::clone(&shared) }, Receiver { shared })
}

/// What both ends see.
struct Shared<T> {
    /// The value between being sent and being received.
    value: Option<T>,
    sender_gone: bool,
    receiver_gone: bool,
    /// The task that waits for a value: the last to poll the receiver.
    receiver_waker: Option<Waker>,
    /// The task that waits for the receiver's end: the last to call `poll_closed`.
    sender_waker: Option<Waker>,
}

/// The end that sends.
pub struct Sender<T> {
    shared: Arc<Mutex<Shared<T>>>,
}

impl<T> Sender<T> {
    /// Sends the value. Gives it back if the receiver is gone.
    pub fn send(self, value: T) -> Result<(), T> {
        let mut shared = lock(&self.shared);
        if shared.receiver_gone {
            return Err(value);
        }
        shared.value = Some(value);
        // In one step: after the value nothing comes. The sender's `drop` wakes the receiver.
        shared.sender_gone = true;
        Ok(())
    }

    /// Is the receiver gone?
    pub fn is_closed(&self) -> bool {
        lock(&self.shared).receiver_gone
    }

    /// Ready when the receiver is gone: a long computation can see whether it is still wanted.
    pub fn poll_closed(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let mut shared = lock(&self.shared);
        if shared.receiver_gone {
            return Poll::Ready(());
        }
        let replaced = shared.sender_waker.replace(cx.waker().clone());
        drop(shared);
        drop(replaced);
        Poll::Pending
    }
}

impl<T> Drop for Sender<T> {
    fn drop(&mut self) {
        let mut shared = lock(&self.shared);
        shared.sender_gone = true;
        let own = shared.sender_waker.take();
        let to_wake = shared.receiver_waker.take();
        // Other people's code runs from here on: what is woken may look into this channel.
        drop(shared);
        drop(own);
        if let Some(waker) = to_wake {
            waker.wake();
        }
    }
}

/// The end that receives: a future of the value.
pub struct Receiver<T> {
    shared: Arc<Mutex<Shared<T>>>,
}

impl<T> Receiver<T> {
    /// The value, if it is there; does not wait.
    pub fn try_recv(&mut self) -> Result<T, TryRecvError> {
        let mut shared = lock(&self.shared);
        let closed = shared.sender_gone;
        let why_not = if closed { TryRecvError::Closed } else { TryRecvError::Empty };
        shared.value.take().ok_or(why_not)
    }
}

impl<T> Future for Receiver<T> {
    type Output = Result<T, RecvError>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut shared = lock(&self.shared);
        // The value first: when it was sent, the sender is gone as well.
        if let Some(value) = shared.value.take() {
            return Poll::Ready(Ok(value));
        }
        if shared.sender_gone {
            return Poll::Ready(Err(RecvError));
        }
        // Looked and registered under one lock: nothing can be sent between the two.
        let replaced = shared.receiver_waker.replace(cx.waker().clone());
        drop(shared);
        drop(replaced);
        Poll::Pending
    }
}

impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        let mut shared = lock(&self.shared);
        shared.receiver_gone = true;
        let own = shared.receiver_waker.take();
        let unread = shared.value.take();
        let to_wake = shared.sender_waker.take();
        drop(shared);
        drop((own, unread));
        if let Some(waker) = to_wake {
            waker.wake();
        }
    }
}

/// Keep it short: a waker or a value that is called or dropped under this lock may ask for it.
fn lock<T>(shared: &Mutex<Shared<T>>) -> MutexGuard<'_, Shared<T>> {
    shared.lock().expect("no panic while the lock is held")
}
