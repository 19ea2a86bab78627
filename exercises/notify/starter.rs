//! `Notify`: a task waits until it is called.
//!
//! Decide what `State` and `Notified` have to remember, then replace each `todo!()`.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use kettle_judge::lock::Mutex;

/// Calls tasks that wait for an event.
#[derive(Debug, Default)]
pub struct Notify {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    // Which tasks wait, in which order? Was there a call while no task waited?
}

impl Notify {
    /// No waiter, and no call.
    pub fn new() -> Notify {
        Notify::default()
    }

    /// A future that waits for a call. It is in the line from its first poll on.
    pub fn notified(&self) -> Notified<'_> {
        Notified { notify: self }
    }

    /// Calls the first in line. Without a waiter the call is kept for the next to come; only one
    /// is kept, however often this is called.
    pub fn notify_one(&self) {
        todo!("take the first out of the line and wake it, or keep the call")
    }

    /// Calls all waiters in the line. Nothing is kept.
    pub fn notify_waiters(&self) {
        todo!("empty the line, then wake them all")
    }
}

/// Waits for a call. Dropped, it leaves the line; a call of `notify_one` that it got and never saw
/// goes to the next.
#[derive(Debug)]
pub struct Notified<'a> {
    notify: &'a Notify,
    // Is it in the line already? Where?
}

impl Future for Notified<'_> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        todo!("called: ready. Otherwise join the line, or stay in it with the newest waker")
    }
}

impl Drop for Notified<'_> {
    fn drop(&mut self) {
        todo!("leave the line; pass on a call of `notify_one` that was not seen")
    }
}
