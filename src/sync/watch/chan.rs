//! What do senders and receivers of a watched value share?
//!
//! The value, in a lock that readers share, and a small state: the version of the value, how many
//! senders and receivers there are, and the tasks that wait. A receiver remembers the version that
//! it has seen, so it needs no message to know that there is a newer one.
//!
//! There are two locks. The program's own code runs under the *value's* lock (it reads a
//! [`Ref`](super::Ref), or changes the value in `send_modify`), so that one may be held for long.
//! It is std's: a guard of `parking_lot`'s would be `Send` here, and a `Ref` may not be. The
//! *state's* lock is held for a few steps, and no code of the program runs under it.
//!
//! Interface: [`Chan`], to `sender.rs` and `receiver.rs`.
//!
//! Invariants: the version changes with the value's lock held for writing, so a reader finds the
//! version of just the value it reads. The state's lock is taken last. A new version, or the end of
//! a side, serves the tasks that wait for it under the same lock. They are woken when both locks
//! are released.
//!
//! tokio: version and `closed` are one atomic number beside the value's lock; eight `Notify`s share
//! the waiting receivers, so that threads meet less often.

use std::fmt;
use std::mem;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard, TryLockError};
use std::task::{Context, Poll, ready};

use kettle_runtime::budget;
use kettle_runtime::event::{Act, Open, SyncKind, Units};
use parking_lot::Mutex;

use super::error::RecvError;
use crate::sync::report::{Report, Reports};
use crate::sync::wait_closed::End;
use crate::sync::wait_list::{Key, ToWake, WaitList};
use crate::sync::wait_together::{leave, poll_until};

/// What both sides share.
pub(super) struct Chan<T> {
    report: Report,
    value: RwLock<T>,
    state: Mutex<State>,
}

struct State {
    version: Version,
    senders: usize,
    receivers: usize,
    /// Receivers that have seen the newest value and wait for the next.
    changes: WaitList,
    /// Senders that wait until there is no receiver.
    ends: WaitList,
}

/// Counts the changes of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Version(u64);

impl Version {
    /// That of the first value.
    pub(super) const FIRST: Version = Version(0);

    fn next(self) -> Version {
        Version(self.0.wrapping_add(1))
    }

    /// What events call its value: they count from 1.
    fn item(self) -> u64 {
        self.0.wrapping_add(1)
    }

    /// How many values came after that of the other.
    pub(super) fn since(self, other: Version) -> usize {
        usize::try_from(self.0.wrapping_sub(other.0)).unwrap_or(usize::MAX)
    }

    /// One that is not the newest.
    pub(super) fn before(self) -> Version {
        Version(self.0.wrapping_sub(1))
    }
}

// A panic of the program's code leaves the value as that code left it, and the state whole.
impl<T> UnwindSafe for Chan<T> {}
impl<T> RefUnwindSafe for Chan<T> {}

impl<T> Chan<T> {
    /// A value with one sender.
    #[track_caller]
    pub(super) fn new(value: T, receivers: usize) -> Chan<T> {
        let (changes, ends) = (WaitList::new(), WaitList::new());
        let state = State { version: Version::FIRST, senders: 1, receivers, changes, ends };
        // There is always one value.
        let report = Report::new(SyncKind::Watch, 1);
        report.made();
        let chan = Chan { report, value: RwLock::new(value), state: Mutex::new(state) };
        if receivers == 0 {
            chan.begins_without_receivers();
        }
        chan
    }

    /// It is closed until one subscribes.
    fn begins_without_receivers(&self) {
        self.report.act(Act::Close, Units::All, 1);
    }

    // ----- the value -----

    // If the program's code has panicked while it changed the value, the others see what it left.
    pub(super) fn read(&self) -> RwLockReadGuard<'_, T> {
        self.value.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn write(&self) -> RwLockWriteGuard<'_, T> {
        self.value.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// The value has been changed. Called with its lock still held for writing; what is returned is
    /// to be called when it is released.
    #[must_use = "the receivers are to be woken"]
    pub(super) fn changed(&self) -> (Version, ToWake) {
        let mut to_wake = ToWake::none();
        let mut state = self.state.lock();
        state.version = state.version.next();
        state.changes.serve_all(&mut to_wake);
        (state.version, to_wake)
    }

    /// Emits that, and wakes the receivers.
    pub(super) fn tell(&self, (version, receivers): (Version, ToWake)) {
        self.report.act_on(version.item(), Act::Put, Units::All, 1);
        self.report.serves(receivers.calls());
        receivers.wake();
    }

    /// A value was sent, and there is no receiver.
    pub(super) fn refuses(&self) {
        self.report.refuses(0);
    }

    // ----- receiving -----

    /// The version of the value. To know that of the value it reads, a reader asks while it reads.
    pub(super) fn version(&self) -> Version {
        self.state.lock().version
    }

    /// The same, or the error that no newer value will come.
    pub(super) fn open_version(&self) -> Result<Version, RecvError> {
        let state = self.state.lock();
        if state.senders == 0 { Err(RecvError(())) } else { Ok(state.version) }
    }

    /// Waits for a version that this receiver has not seen, and marks it as seen.
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
        let waits = |wait: &mut Open, ticket| self.report.waits(wait, Units::Count(1), ticket);
        let news =
            ready!(poll_until(&self.state, |state| &mut state.changes, place, cx, look, waits));
        Poll::Ready(news.map(|(version, new)| self.seen(version, new)))
    }

    /// A receiver has seen the value of this version, the newest of so many new ones.
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

    /// A receiver no longer waits: its future was dropped.
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

    /// One receiver more. Returns the version of the value.
    pub(super) fn add_receiver(&self) -> Version {
        let mut state = self.state.lock();
        state.receivers += 1;
        let (version, now) = (state.version, state.receivers);
        drop(state);
        self.report.act(Act::Open, Units::of(now), 1);
        version
    }

    /// One sender less. With the last, the receivers learn that nothing new will come.
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

    /// One receiver less. With the last, the senders that wait for that are woken.
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
        // tokio: of the three channels only this one asks for budget here.
        let permit = ready!(budget::poll_proceed(cx));
        let gone = |state: &mut State| (state.receivers == 0).then_some(());
        let waits = |wait: &mut Open, _| self.report.waits_for_the_end(wait);
        ready!(poll_until(&self.state, |state| &mut state.ends, place, cx, gone, waits));
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
        // A value that is being changed is not waited for.
        match self.value.try_read() {
            Ok(value) => chan.field("value", &*value),
            // A change that panicked left the value as it was then.
            Err(TryLockError::Poisoned(value)) => chan.field("value", &*value.into_inner()),
            Err(TryLockError::WouldBlock) => chan.field("value", &format_args!("<locked>")),
        };
        chan.field("version", &version.0)
            .field("senders", &senders)
            .field("receivers", &receivers)
            .finish_non_exhaustive()
    }
}
