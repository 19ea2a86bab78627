//! What is remembered of a notification, and which task gets it?
//!
//! A [`Notify`] has the line of the tasks that wait, one flag for a notification that found no task
//! waiting, and the number of times that all were notified. A future draws that number when it is
//! *made*. If the number has changed by the time the future is polled, the future was meant, too,
//! although it is not in line yet. So no task misses a `notify_waiters` that comes between the
//! making of its future and the first poll.
//!
//! A notification for one task belongs to the waiter it was given to. If that waiter is dropped
//! before it has learnt of it, the notification goes on to the next.
//!
//! Interface: [`Notify`]; for the futures (`notified.rs`) its `poll` and `leave`.
//!
//! Invariants: a notification is left only while the line is empty. No waker is cloned, called or
//! dropped under the lock.
//!
//! tokio: the flag and the number are one atomic; the line is an intrusive list.

use std::fmt;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::task::{Context, Poll, Waker};

use kettle_runtime::event::{Act, SyncKind, Units, done_here};
use kettle_runtime::{Call, Old, WakerSlot, store_waker};
use parking_lot::Mutex;

use crate::sync::report::{Report, Reports};
use crate::sync::wait_list::{Key, ToWake, WaitList};

const ONE: Units = Units::Count(1);

/// Tells one waiting task, or all of them, that something has happened.
///
/// It carries no value: what has happened is seen elsewhere. A task waits by
/// [`notified`](Notify::notified). [`notify_one`](Notify::notify_one) wakes the task that has
/// waited longest. If no task waits, the notification is left for the next one, but never more than
/// one of them. [`notify_waiters`](Notify::notify_waiters) wakes all that wait and leaves nothing.
///
/// A notification may be older than what it was about, so a task looks again after it.
///
/// ```
/// use kettle::sync::Notify;
/// use std::sync::{Arc, Mutex};
///
/// # #[kettle::main]
/// # async fn main() {
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
    state: Mutex<State>,
    report: Report,
}

struct State {
    /// A notification found no task waiting.
    left: bool,
    /// How often all were notified.
    calls: usize,
    line: WaitList,
}

/// Where a future is.
#[derive(Debug)]
pub(super) enum Stage {
    /// It has not asked yet.
    New,
    /// In line, or served.
    Waits(Key),
    Done,
}

/// What a poll comes to under the lock.
enum Polled {
    /// Notified; `left`: by the notification that was left.
    Done { left: bool, parked: Option<Call> },
    /// With the waker that was replaced.
    Waits(Old),
}

impl Notify {
    /// With no notification in it.
    #[must_use]
    #[track_caller]
    pub fn new() -> Notify {
        let notify = Notify::const_new();
        notify.report.made();
        notify
    }

    /// As [`new`](Notify::new), for a `static`.
    #[must_use]
    #[track_caller]
    pub const fn const_new() -> Notify {
        let state = State { left: false, calls: 0, line: WaitList::new() };
        Notify { state: Mutex::new(state), report: Report::new(SyncKind::Notify, 0) }
    }

    /// Notifies the task that has waited longest. If no task waits, the next one to do so will not
    /// have to: the notification is left for it. A second one that is left changes nothing.
    ///
    /// ```
    /// use kettle::sync::Notify;
    ///
    /// # #[kettle::main]
    /// # async fn main() {
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

    /// As [`notify_one`](Notify::notify_one), but notifies the task that came last.
    ///
    /// Of workers that do the same, the one that worked most recently goes on, and the others can
    /// be let go.
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

    /// Notifies all tasks that wait, and all futures of [`notified`](Notify::notified) that exist,
    /// polled or not. Nothing is left for later ones.
    ///
    /// ```
    /// use kettle::sync::Notify;
    ///
    /// # #[kettle::main]
    /// # async fn main() {
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

    /// How often all were notified: a future draws this number when it is made.
    pub(super) fn calls(&self) -> usize {
        self.state.lock().calls
    }

    /// Has the future that was made after so many calls been notified? If not, it joins the line or
    /// stays in it. Without `cx` no waker is stored.
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

    /// The same, under the lock. `None`: a clone of the waker is needed first.
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
                let meant = state.calls != calls;
                let left = !meant && std::mem::take(&mut state.left);
                if meant || left {
                    *place = Stage::Done;
                    return Some(Polled::Done { left, parked: None });
                }
                // Who joins early doesn't wait yet: its wait begins when it is polled.
                let key = match cx {
                    Some(cx) => {
                        let mut key = state.line.join(1, WakerSlot::newest(cx, clone)?);
                        self.tell_wait(&mut state, &mut key);
                        key
                    }
                    None => state.line.join_early(1),
                };
                *place = Stage::Waits(key);
                Some(Polled::Waits(Old::NONE))
            }
            Stage::Waits(key) if state.line.is_served(key) => {
                let Stage::Waits(key) = std::mem::replace(place, Stage::Done) else { return None };
                let parked = state.line.collect(key).parked;
                Some(Polled::Done { left: false, parked })
            }
            Stage::Waits(key) => {
                let Some(cx) = cx else { return Some(Polled::Waits(Old::NONE)) };
                let old = state.line.renew(key, cx, clone)?;
                self.tell_wait(&mut state, key);
                Some(Polled::Waits(old))
            }
            Stage::Done => Some(Polled::Done { left: false, parked: None }),
        }
    }

    fn tell_wait(&self, state: &mut State, key: &mut Key) {
        state.line.asked(key, |wait, ticket| self.report.waits(wait, ONE, ticket));
    }

    /// A future in line is dropped. If it was notified and has not learnt of it, the next one is.
    pub(super) fn leave(&self, key: Key) {
        let mut state = self.state.lock();
        let gone = state.line.leave(key);
        let goes_on = gone.got > 0;
        let served = if goes_on { state.notify(gone.as_last) } else { None };
        let left = state.left;
        drop(state);
        drop(gone);
        if goes_on {
            self.finish(served, left);
        }
    }
}

impl State {
    /// Serves the first waiter, or the last, or leaves a notification. Returns the waiter's waker
    /// (none, if it joined early).
    fn notify(&mut self, as_last: bool) -> Option<Call> {
        self.left |= self.line.is_empty();
        if as_last { self.line.give_last(&mut 1) } else { self.line.give_first(&mut 1) }
    }
}

impl Default for Notify {
    #[track_caller]
    fn default() -> Notify {
        Notify::new()
    }
}

// A panic in foreign code never happens under the lock: the state is whole whatever happens.
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
