//! How do the senders and receivers of a watched value share it?
//!
//! The value is in a lock that readers share. Next to it is a small state: the value's version, the
//! numbers of senders and receivers, and the waiting tasks. A receiver remembers which version it
//! has seen, so it needs no message to notice a newer one.
//!
//! There are two locks. The *value's* lock may be held for a long time, because the program's code
//! runs under it, reading a [`Ref`](super::Ref) or changing the value in `send_modify`. This lock
//! is std's, because `parking_lot`'s guard would be `Send` here, which a `Ref` must not be. The
//! *state's* lock is held for a few steps only, and none of the program's code runs under it.
//!
//! Interface: [`Chan`], for `sender.rs` and `receiver.rs`.
//!
//! Invariants: the version changes only while the value's lock is held for writing, so a reader
//! finds the version of the value that it reads. The state's lock is taken last. A new version, or
//! the loss of either side, serves the waiting tasks under the state's lock and wakes them after
//! releasing it.
//!
//! tokio: one atomic next to the value's lock has the version and a bit for `closed`; the waiting
//! receivers are spread over eight `Notify`s, so that threads contend less.

use std::fmt;
use std::mem;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard, TryLockError};
use std::task::{Context, Poll, ready};

use kettle_runtime::budget;
use kettle_runtime::event::{Act, StateLock, SyncKind, Units, Wait};

use super::error::RecvError;
use crate::sync::report::{Report, Reports};
use crate::sync::wait_closed::End;
use crate::sync::wait_list::{Key, ToWake, WaitList};
use crate::sync::wait_together::{leave, poll_until};

/// The state that both sides share.
pub(super) struct Chan<T> {
    report: Report,
    value: RwLock<T>,
    state: StateLock<State>,
}

struct State {
    version: Version,
    senders: usize,
    receivers: usize,
    /// Receivers that have seen the newest value and are waiting for a newer one.
    changes: WaitList,
    /// Senders that are waiting until there is no receiver.
    ends: WaitList,
}

/// Counts the changes of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Version(u64);

impl Version {
    /// The initial value's version.
    pub(super) const FIRST: Version = Version(0);

    fn next(self) -> Version {
        Version(self.0.wrapping_add(1))
    }

    /// Returns the value's number in events, which count from 1.
    fn item(self) -> u64 {
        self.0.wrapping_add(1)
    }

    /// Returns how many values came after the other version.
    pub(super) fn since(self, other: Version) -> usize {
        usize::try_from(self.0.wrapping_sub(other.0)).unwrap_or(usize::MAX)
    }

    /// Returns an older version.
    pub(super) fn before(self) -> Version {
        Version(self.0.wrapping_sub(1))
    }
}

// If the program's code panics, the value stays as that code left it, and the state is intact.
impl<T> UnwindSafe for Chan<T> {}
impl<T> RefUnwindSafe for Chan<T> {}

impl<T> Chan<T> {
    /// Makes a channel with one sender.
    #[track_caller]
    pub(super) fn new(value: T, receivers: usize) -> Chan<T> {
        let (changes, ends) = (WaitList::new(), WaitList::new());
        let state = State { version: Version::FIRST, senders: 1, receivers, changes, ends };
        // There is always one value.
        let report = Report::new(SyncKind::Watch, 1);
        report.made();
        let chan = Chan { report, value: RwLock::new(value), state: StateLock::new(state) };
        if receivers == 0 {
            chan.begins_without_receivers();
        }
        chan
    }

    /// Reports that the channel is closed until a receiver subscribes.
    fn begins_without_receivers(&self) {
        self.report.act(Act::Close, Units::All, 1);
    }

    // ----- the value -----

    // If the program's code panicked while changing the value, others see it as it was left.
    pub(super) fn read(&self) -> RwLockReadGuard<'_, T> {
        self.value.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn write(&self) -> RwLockWriteGuard<'_, T> {
        self.value.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts a change of the value, whose lock must still be held for writing. After releasing it,
    /// the caller passes the result to `report_and_wake`.
    #[must_use = "the receivers are to be woken"]
    pub(super) fn changed(&self) -> (Version, ToWake) {
        let mut to_wake = ToWake::none();
        let mut state = self.state.lock();
        state.version = state.version.next();
        state.changes.serve_all(&mut to_wake);
        (state.version, to_wake)
    }

    /// Reports the change and wakes the receivers.
    pub(super) fn report_and_wake(&self, (version, receivers): (Version, ToWake)) {
        self.report.act_on(version.item(), Act::Put, Units::All, 1);
        self.report.serves(receivers.calls());
        receivers.wake();
    }

    /// Reports that a value was sent without a receiver.
    pub(super) fn refuses(&self) {
        self.report.refuses(0);
    }

    // ----- receiving -----

    /// Returns the value's version. A reader that needs the version of the value it is reading
    /// calls this while it reads.
    pub(super) fn version(&self) -> Version {
        self.state.lock().version
    }

    /// The same, but returns an error if no newer value will come.
    pub(super) fn open_version(&self) -> Result<Version, RecvError> {
        let state = self.state.lock();
        if state.senders == 0 { Err(RecvError(())) } else { Ok(state.version) }
    }

    /// Waits for a version that this receiver hasn't seen, and marks it as seen.
    pub(super) fn poll_changed(
        &self,
        seen: &mut Version,
        place: &mut Option<Key>,
        cx: &Context<'_>,
    ) -> Poll<Result<(), RecvError>> {
        let look = |state: &mut State| {
            if state.version != *seen {
                let before = mem::replace(seen, state.version);
                return Some(Ok((state.version, state.version.since(before))));
            }
            (state.senders == 0).then_some(Err(RecvError(())))
        };
        let waits = |wait: &mut Wait, ticket| self.report.waits(wait, Units::Count(1), ticket);
        let news =
            ready!(poll_until(&self.state, |state| &mut state.changes, place, cx, look, waits));
        Poll::Ready(news.map(|(version, new)| self.seen(version, new)))
    }

    /// Reports that a receiver has seen this version, the newest of `new` new ones.
    pub(super) fn seen(&self, version: Version, new: usize) {
        let item = version.item();
        if new > 1 {
            let missed = new - 1;
            let first = item.wrapping_sub(missed as u64);
            self.report.act_on(first, Act::Forget, Units::of(missed), 1);
        }
        if new > 0 {
            self.report.act_on(item, Act::Get, Units::Count(1), 1);
        }
    }

    /// Removes a receiver from the line, because its future was dropped.
    pub(super) fn leave_changes(&self, place: Key) {
        leave(&self.state, |state| &mut state.changes, place);
    }

    // ----- the two sides, and their ends -----

    pub(super) fn senders(&self) -> usize {
        self.state.lock().senders
    }

    pub(super) fn receivers(&self) -> usize {
        self.state.lock().receivers
    }

    pub(super) fn add_sender(&self) {
        self.state.lock().senders += 1;
    }

    /// Adds a receiver and returns the value's version.
    pub(super) fn add_receiver(&self) -> Version {
        let mut state = self.state.lock();
        state.receivers += 1;
        let (version, now) = (state.version, state.receivers);
        drop(state);
        self.report.act(Act::Open, Units::of(now), 1);
        version
    }

    /// Removes a sender. If it was the last, wakes the receivers, which get an error.
    pub(super) fn drop_sender(&self) {
        let mut to_wake = ToWake::none();
        let mut state = self.state.lock();
        state.senders -= 1;
        if state.senders > 0 {
            return;
        }
        state.changes.serve_all(&mut to_wake);
        drop(state);
        self.report.act(Act::Close, Units::All, 1);
        self.report.serves(to_wake.calls());
        to_wake.wake();
    }

    /// Removes a receiver. If it was the last, wakes the senders waiting for the receivers' end.
    pub(super) fn drop_receiver(&self) {
        let mut to_wake = ToWake::none();
        let mut state = self.state.lock();
        state.receivers -= 1;
        if state.receivers > 0 {
            return;
        }
        state.ends.serve_all(&mut to_wake);
        drop(state);
        self.report.act(Act::Close, Units::All, 1);
        self.report.serves(to_wake.calls());
        to_wake.wake();
    }
}

impl<T> End for Chan<T> {
    fn poll_closed(&self, place: &mut Option<Key>, cx: &mut Context<'_>) -> Poll<()> {
        // tokio: among the three channels, only this one uses the budget here.
        let permit = ready!(budget::poll_proceed(cx));
        let no_receivers = |state: &mut State| (state.receivers == 0).then_some(());
        let waits = |wait: &mut Wait, _| self.report.waits_for_the_end(wait);
        ready!(poll_until(&self.state, |state| &mut state.ends, place, cx, no_receivers, waits));
        permit.made_progress();
        Poll::Ready(())
    }

    fn leave_closed(&self, place: Key) {
        leave(&self.state, |state| &mut state.ends, place);
    }
}

impl<T: fmt::Debug> fmt::Debug for Chan<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.state.lock();
        let (version, senders, receivers) = (state.version, state.senders, state.receivers);
        drop(state);
        let mut chan = f.debug_struct("Chan");
        // `Debug` doesn't wait for a value that is being changed.
        match self.value.try_read() {
            Ok(value) => chan.field("value", &*value),
            // The value is as the panicking change left it.
            Err(TryLockError::Poisoned(value)) => chan.field("value", &*value.into_inner()),
            Err(TryLockError::WouldBlock) => chan.field("value", &format_args!("<locked>")),
        };
        chan.field("version", &version.0)
            .field("senders", &senders)
            .field("receivers", &receivers)
            .finish_non_exhaustive()
    }
}
