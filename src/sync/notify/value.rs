//! Which task gets a notification, and what happens if no task is waiting?
//!
//! A [`Notify`] has the line of waiting tasks, a flag for a notification that found no task
//! waiting, and a count of the calls to `notify_waiters`. A future copies that count when it is
//! *made*. If the count has changed by the first poll, the future was notified, too, even though it
//! wasn't in line yet. So a task can't miss a `notify_waiters` before its first poll.
//!
//! A notification for one task belongs to the waiter that it was given to. If that waiter is
//! dropped before it is polled again, the notification goes on to the next.
//!
//! Interface: [`Notify`]; for the futures (`notified.rs`) its `poll` and `leave`.
//!
//! Invariants: an unused notification is kept only while the line is empty. No waker is cloned,
//! called or dropped under the lock.
//!
//! tokio: the flag and the count share an atomic; the line is an intrusive list.

use std::fmt;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::task::{Context, Poll, Waker};

use kettle_runtime::event::{Act, StateLock, SyncKind, Units, done_here};
use kettle_runtime::{Call, Old, WakerSlot, store_waker};

use crate::sync::report::{Report, Reports};
use crate::sync::wait_list::{Key, ToWake, WaitList};

const ONE: Units = Units::Count(1);

/// Notifies one waiting task, or all of them, that something has happened.
///
/// A notification doesn't carry a value; the task finds out elsewhere what has happened. A task
/// waits with [`notified`](Notify::notified). [`notify_one`](Notify::notify_one) wakes the task
/// that has waited longest or, if no task is waiting, leaves a notification for the next one, but
/// never more than one. [`notify_waiters`](Notify::notify_waiters) wakes all waiting tasks and
/// doesn't leave a notification.
///
/// A notification may be out of date by the time the task gets it, so a task should check again.
///
/// ```
/// use kettle::sync::Notify;
/// use std::sync::{Arc, Mutex};
///
/// # #[kettle::main] async fn main() {
/// let (orders, bell) = (Arc::new(Mutex::new(Vec::new())), Arc::new(Notify::new()));
/// let cook = kettle::spawn({
///     let (orders, bell) = (orders.clone(), bell.clone());
///     async move {
///         loop {
///             if let Some(order) = orders.lock().unwrap().pop() {
///                 return order;
///             }
///             bell.notified().await; // left if it was rung before
///         }
///     }
/// });
/// orders.lock().unwrap().push("tea");
/// bell.notify_one();
/// assert_eq!(cook.await.unwrap(), "tea");
/// # }
/// ```
pub struct Notify {
    state: StateLock<State>,
    report: Report,
}

struct State {
    /// Whether a notification found no task waiting.
    left: bool,
    /// How often all waiters have been notified.
    calls: usize,
    line: WaitList,
}

/// The stage of a future.
#[derive(Debug)]
pub(super) enum Stage {
    /// Not polled or enabled yet.
    New,
    /// In line, or served.
    Waits(Key),
    Done,
}

/// The outcome of a poll under the lock.
enum Polled {
    /// Notified; `left` says that it took the notification that was left.
    Done { left: bool, parked: Option<Call> },
    /// It waits, and this is the replaced waker.
    Waits(Old),
}

impl Notify {
    /// Makes a `Notify` without a notification.
    #[must_use]
    #[track_caller]
    pub fn new() -> Notify {
        let notify = Notify::const_new();
        notify.report.made();
        notify
    }

    /// Like [`new`](Notify::new), for a `static`.
    #[must_use]
    #[track_caller]
    pub const fn const_new() -> Notify {
        let state = State { left: false, calls: 0, line: WaitList::new() };
        Notify { state: StateLock::new(state), report: Report::new(SyncKind::Notify, 0) }
    }

    /// Notifies the task that has waited longest. If no task is waiting, leaves the notification
    /// for the next one, which then doesn't have to wait. Further calls don't leave more than one.
    ///
    /// ```
    /// use kettle::sync::Notify;
    ///
    /// # #[kettle::main] async fn main() {
    /// let notify = Notify::new();
    /// notify.notify_one();
    /// notify.notify_one();
    /// notify.notified().await;
    /// let again = std::pin::pin!(notify.notified());
    /// assert!(!again.enable(), "only one was left");
    /// # }
    /// ```
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn notify_one(&self) {
        done_here(|| self.notify(false));
    }

    /// Like [`notify_one`](Notify::notify_one), but notifies the task that arrived last.
    ///
    /// So among equal workers the most recent one carries on, and idle ones can be dismissed.
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn notify_last(&self) {
        done_here(|| self.notify(true));
    }

    fn notify(&self, as_last: bool) {
        let mut state = self.state.lock();
        let served = state.notify(as_last);
        let left = state.left;
        drop(state);
        self.finish(served, left);
    }

    /// Reports a notification for one, and wakes the task that got it.
    fn finish(&self, served: Option<Call>, left: bool) {
        self.report.act(Act::Put, ONE, left.into());
        self.report.serves(&served);
        served.into_iter().for_each(Call::wake);
    }

    /// Notifies all waiting tasks, and all existing futures of [`notified`](Notify::notified),
    /// polled or not. No notification is left for later futures.
    ///
    /// ```
    /// use kettle::sync::Notify;
    ///
    /// # #[kettle::main] async fn main() {
    /// let notify = Notify::new();
    /// let (one, other) = (notify.notified(), notify.notified());
    /// notify.notify_waiters();
    /// one.await;
    /// other.await;
    /// # }
    /// ```
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn notify_waiters(&self) {
        done_here(|| {
            let mut to_wake = ToWake::none();
            let mut state = self.state.lock();
            state.calls = state.calls.wrapping_add(1);
            state.line.serve_all(&mut to_wake);
            let left = state.left;
            drop(state);
            self.report.act(Act::Put, Units::All, left.into());
            self.report.serves(to_wake.calls());
            to_wake.wake();
        });
    }

    /// Returns how often all waiters have been notified. A future copies this when it is made.
    pub(super) fn calls(&self) -> usize {
        self.state.lock().calls
    }

    /// Returns `Ready` if a future made after `calls` calls has been notified. Otherwise the future
    /// joins the line or stays in it, and if there is a `cx`, its waker is stored.
    pub(super) fn poll(
        &self,
        calls: usize,
        place: &mut Stage,
        cx: Option<&Context<'_>>,
    ) -> Poll<()> {
        let polled = match cx {
            Some(cx) => store_waker(cx, |clone| self.poll_locked(calls, place, Some(cx), clone)),
            None => self.poll_locked(calls, place, None, &mut None).expect("no clone is needed"),
        };
        match polled {
            Polled::Done { left, parked } => {
                if left {
                    self.report.act(Act::Get, ONE, 0);
                }
                drop(parked);
                Poll::Ready(())
            }
            Polled::Waits(waits) => {
                drop(waits);
                Poll::Pending
            }
        }
    }

    /// The same, with the lock held. Returns `None` if it needs a clone of the waker first.
    fn poll_locked(
        &self,
        calls: usize,
        place: &mut Stage,
        cx: Option<&Context<'_>>,
        clone: &mut Option<Waker>,
    ) -> Option<Polled> {
        let mut state = self.state.lock();
        match place {
            Stage::New => {
                let notified = state.calls != calls;
                let left = !notified && std::mem::take(&mut state.left);
                if notified || left {
                    *place = Stage::Done;
                    return Some(Polled::Done { left, parked: None });
                }
                // The wait of a future that joins early begins when it is polled.
                let key = match cx {
                    Some(cx) => {
                        let mut key = state.line.join(1, WakerSlot::newest(cx, clone)?);
                        self.report_wait(&mut state, &mut key);
                        key
                    }
                    None => state.line.join_early(1),
                };
                *place = Stage::Waits(key);
                Some(Polled::Waits(Old(WakerSlot::EMPTY)))
            }
            Stage::Waits(key) if state.line.is_served(key) => {
                let Stage::Waits(key) = std::mem::replace(place, Stage::Done) else { return None };
                let parked = state.line.collect(key).parked;
                Some(Polled::Done { left: false, parked })
            }
            Stage::Waits(key) => {
                let Some(cx) = cx else { return Some(Polled::Waits(Old(WakerSlot::EMPTY))) };
                let old = state.line.renew(key, cx, clone)?;
                self.report_wait(&mut state, key);
                Some(Polled::Waits(old))
            }
            Stage::Done => Some(Polled::Done { left: false, parked: None }),
        }
    }

    fn report_wait(&self, state: &mut State, key: &mut Key) {
        state.line.set_wait(key, |wait, ticket| self.report.waits(wait, ONE, ticket));
    }

    /// Removes a dropped future from the line. If it was notified, notifies the next one instead.
    pub(super) fn leave(&self, key: Key) {
        let mut state = self.state.lock();
        let removed = state.line.leave(key);
        let passes_on = removed.units > 0;
        let served = if passes_on { state.notify(removed.as_last) } else { None };
        let left = state.left;
        drop(state);
        drop(removed);
        if passes_on {
            self.finish(served, left);
        }
    }
}

impl State {
    /// Serves the first or last waiter, or leaves a notification. Returns the waiter's waker, if
    /// any: a waiter that joined early has none.
    fn notify(&mut self, as_last: bool) -> Option<Call> {
        self.left |= self.line.is_empty();
        if as_last { self.line.assign_last(&mut 1) } else { self.line.assign_first(&mut 1) }
    }
}

impl Default for Notify {
    #[track_caller]
    fn default() -> Notify {
        Notify::new()
    }
}

// No foreign code runs under the lock, so a panic can't leave the state half changed.
impl UnwindSafe for Notify {}
impl RefUnwindSafe for Notify {}

impl fmt::Debug for Notify {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.state.lock();
        let (left, waits) = (state.left, !state.line.is_empty());
        drop(state);
        f.debug_struct("Notify").field("left", &left).field("waits", &waits).finish_non_exhaustive()
    }
}
