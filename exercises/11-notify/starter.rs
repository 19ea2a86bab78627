//! `Notify`: a task waits until somebody calls.
//!
//! Decide what `State` and `Notified` have to remember, then replace each `todo!()`.

use std::future::Future;
use std::pin::Pin;
use std::sync::Mutex;
use std::task::{Context, Poll};

/// Calls tasks that wait for an event.
#[derive(Debug, Default)]
pub struct Notify {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    // Who waits, in which order? Has somebody called while nobody waited?
}

impl Notify {
    /// Nobody waits, and nobody has called.
    pub fn new() -> Notify {
        Notify::default()
    }

    /// A future that waits for a call. It stands in line from its first poll on.
    pub fn notified(&self) -> Notified<'_> {
        Notified { notify: self }
    }

    /// Calls the first in line. If nobody waits, the call is kept for the next who comes; only one
    /// is kept, however often this is called.
    pub fn notify_one(&self) {
        todo!("take the first out of the line and wake it, or keep the call")
    }

    /// Calls everybody who stands in line. Nothing is kept.
    pub fn notify_waiters(&self) {
        todo!("empty the line, then wake them all")
    }
}

/// Waits for a call. Dropped, it leaves the line; a call that it got and never saw goes to the next.
#[derive(Debug)]
pub struct Notified<'a> {
    notify: &'a Notify,
    // Does it stand in line already? Where?
}

impl Future for Notified<'_> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        todo!("called: ready. Otherwise join the line, or stay in it with the newest waker")
    }
}

impl Drop for Notified<'_> {
    fn drop(&mut self) {
        todo!("leave the line; pass on a call that was not seen")
    }
}
