// Asks whether the receiver is gone, gives the lock back, and leaves the value then: a receiver that goes in
// between gets the value. Breaks (1): "leaves the value in the channel, or returns it if the receiver is gone".
// Expected: wrong.
//! A channel for one value: the sender never waits, and the receiver is a future.
//!
//! Replace each `todo!()`. What the two ends share is given; each function is two to eight lines.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use kettle_judge::lock::{Mutex, MutexGuard};

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
        if self.is_closed() {
            return Err(value);
        }
        self.end(Some(value));
        Ok(())
    }

    /// Is the receiver gone?
    pub fn is_closed(&self) -> bool {
        lock(&self.shared).receiver_gone
    }

    /// Ready when the receiver is gone: a long computation can see whether it is still wanted.
    pub fn poll_closed(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let look = |inside: &mut Shared<T>| inside.receiver_gone.then_some(());
        wait(&self.shared, cx, look, |inside| &mut inside.sender_waker)
    }

    /// The value and the end of the sender in one step. The second time it changes nothing.
    fn end(&self, value: Option<T>) {
        let mut inside = lock(&self.shared);
        if value.is_some() {
            inside.value = value;
        }
        inside.sender_gone = true;
        let (own, other) = (inside.sender_waker.take(), inside.receiver_waker.take());
        drop(inside);
        drop(own);
        if let Some(other) = other {
            other.wake();
        }
    }
}

impl<T> Drop for Sender<T> {
    /// Nothing (more) will be sent. The receiver may wait for that.
    fn drop(&mut self) {
        self.end(None);
    }
}

/// The end that receives: a future of the value.
pub struct Receiver<T> {
    shared: Arc<Mutex<Shared<T>>>,
}

impl<T> Receiver<T> {
    /// The value, if it is there; does not wait.
    pub fn try_recv(&mut self) -> Result<T, TryRecvError> {
        let mut inside = lock(&self.shared);
        match inside.value.take() {
            Some(value) => Ok(value),
            None if inside.sender_gone => Err(TryRecvError::Closed),
            None => Err(TryRecvError::Empty),
        }
    }
}

impl<T> Future for Receiver<T> {
    type Output = Result<T, RecvError>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let look = |inside: &mut Shared<T>| match inside.value.take() {
            Some(value) => Some(Ok(value)),
            None => inside.sender_gone.then_some(Err(RecvError)),
        };
        wait(&self.shared, cx, look, |inside| &mut inside.receiver_waker)
    }
}

impl<T> Drop for Receiver<T> {
    /// Nothing more will be received. The sender may wait for that; and a value that is still here is
    /// of no use any more.
    fn drop(&mut self) {
        let mut inside = lock(&self.shared);
        inside.receiver_gone = true;
        let (own, other) = (inside.receiver_waker.take(), inside.sender_waker.take());
        let value = inside.value.take();
        drop(inside);
        drop(own);
        if let Some(other) = other {
            other.wake();
        }
        drop(value);
    }
}

/// Ready with what `look` sees; otherwise the newest waker is in its place. It is cloned without the
/// lock, so there are up to two rounds, and the second looks again.
fn wait<T, R>(
    shared: &Mutex<Shared<T>>,
    cx: &mut Context<'_>,
    mut look: impl FnMut(&mut Shared<T>) -> Option<R>,
    place: fn(&mut Shared<T>) -> &mut Option<Waker>,
) -> Poll<R> {
    let mut fresh = None;
    loop {
        let mut inside = lock(shared);
        if let Some(seen) = look(&mut inside) {
            let own = place(&mut inside).take();
            drop(inside);
            drop(own);
            return Poll::Ready(seen);
        }
        let kept = place(&mut inside);
        if kept.as_ref().is_some_and(|kept| kept.will_wake(cx.waker())) {
            return Poll::Pending;
        }
        if let Some(waker) = fresh.take() {
            let old = kept.replace(waker);
            drop(inside);
            drop(old);
            return Poll::Pending;
        }
        drop(inside);
        fresh = Some(cx.waker().clone());
    }
}

/// Keep it short: what is called or dropped under this lock, a waker or a value, may ask for it again.
fn lock<T>(shared: &Mutex<Shared<T>>) -> MutexGuard<'_, Shared<T>> {
    shared.lock()
}
