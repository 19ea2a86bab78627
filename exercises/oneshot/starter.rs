//! A channel for one value: the sender never waits, and the receiver is a future.
//!
//! Replace each `todo!()`. What the two ends share is given; each function is two to eight lines.

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
    ///
    /// `self` is dropped at its end, so `drop` below runs as well.
    pub fn send(self, value: T) -> Result<(), T> {
        todo!("leave the value there, if it can still be received")
    }

    /// Is the receiver gone?
    pub fn is_closed(&self) -> bool {
        todo!("`lock(&self.shared)` gives access to what both see")
    }

    /// Ready when the receiver is gone, so that a long computation can stop when it isn't wanted.
    pub fn poll_closed(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        todo!("gone already? If not: which task is to be woken when it is?")
    }
}

impl<T> Drop for Sender<T> {
    /// Nothing more will be sent, and the receiver may be waiting to hear that.
    fn drop(&mut self) {
        todo!("say so, release the lock, wake the waiting task")
    }
}

/// The end that receives: a future of the value.
pub struct Receiver<T> {
    shared: Arc<Mutex<Shared<T>>>,
}

impl<T> Receiver<T> {
    /// The value, if it is there; does not wait.
    pub fn try_recv(&mut self) -> Result<T, TryRecvError> {
        todo!("the value, or why there is none")
    }
}

impl<T> Future for Receiver<T> {
    type Output = Result<T, RecvError>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        todo!("a value? No more to come? If neither: which task is to be woken?")
    }
}

impl<T> Drop for Receiver<T> {
    /// Nothing more will be received, and the sender may be waiting to hear that. A value that is
    /// still here isn't needed any more.
    fn drop(&mut self) {
        todo!("say so, release the lock, wake the waiting task")
    }
}

/// Hold it only for a moment: a waker or a value that is called or dropped under this lock may ask
/// for it again.
fn lock<T>(shared: &Mutex<Shared<T>>) -> MutexGuard<'_, Shared<T>> {
    shared.lock().expect("no panic while the lock is held")
}
