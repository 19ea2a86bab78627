//! Is a source ready, at its end, or in error, and which tasks are waiting for it?
//!
//! A source has four directions: reading, writing, priority data and errors. One atomic word holds
//! what is known of each and counts the reports (the *report count*). Behind one lock are the
//! wakers of the waiting tasks. Nothing ever asks the system "is it ready?". While a direction is
//! *unknown*, an attempt goes ahead and finds out, but a task that only waits needs to be told: by
//! a report, or by an attempt that succeeds. Since reads and writes reveal nothing about priority
//! data and errors, these two are never unknown. For one direction:
//!
//! ```text
//!  (1) new: reading, writing                (1) new: priority data, errors
//!          │                                        │
//!     ┌────▼────┐  (2) WouldBlock: clears all  ┌────▼────┐   An attempt goes ahead in `unknown`
//!     │ unknown ├─────────────────────────────►│ cleared │   and `ready`.
//!     └─▲─────┬─┘  (3) short read or write     └─▲─────┬─┘
//!       │     │                                  │     │     Waiters are stored in `unknown` and
//! (5) as│     │ (4) report           (2) or (3), │     │     `cleared`, after a second check, and
//! (3),  │     │ (6) success              if no   │     │     all leave at (4) and (6).
//! not   │     │     ┌───────────┐      CLOSED or │     │
//! joined│     └────►│           ├──────ERROR was─┘     │     (7) the runtime ends: GONE, and all
//!       └───────────┤   ready   │        seen          │     waiters leave. From now on an error
//!                   │           │◄─────────────────────┘     for a task that would wait.
//!                   └───────────┘   (4) report: count + 1
//! ```
//!
//! (1) [`SourceState::new`], or [`SourceState::cleared`], where all directions begin cleared
//! (2) [`SourceState::would_block`]  (3) [`SourceState::drained`]  (4) [`SourceState::report`]
//! (5) [`SourceState::unknown_again`]  (6) [`SourceState::succeeded`]  (7) [`SourceState::end`]
//!
//! # The bits
//!
//! ```text
//!   the word │ report count │ GONE │ UNKNOWN │ ERROR │ CLOSED │ READY │   four bits are one for
//!   its bits │   the rest   │   1  │    4    │   4   │    4   │   4   │   each direction
//! ```
//!
//! `UNKNOWN`: nobody has said that an attempt will block. Only (1) sets it; (2) and (3) clear it.
//! It may stay beside the other bits, where it says nothing.
//!
//! `READY`: an attempt may succeed. A report sets it, and so does a success that leaves `UNKNOWN`.
//! A `WouldBlock` clears it, and so does a short read or write unless `CLOSED` or `ERROR` was seen
//! with it. If it is set wrongly, because another task took the data or a clear had no effect, the
//! next attempt clears it. If it is not set although the system has something to give, a report is
//! on its way, or will be when the source joins, which is what a task does before it waits.
//!
//! `CLOSED`: the direction has come to its end. For reading, the other side has sent its FIN (mio's
//! `is_read_closed`), and after the data a read will find EOF, 0 bytes. A report sets it, and it is
//! **sticky: only a `WouldBlock` clears it, a short read doesn't.** Data and FIN can come as *one*
//! report, which an edge-triggered selector doesn't repeat. If the short read of the data cleared
//! it, the reader would wait for a second report instead of trying again and finding EOF.
//!
//! `ERROR`: the source has an error, which an attempt will fetch. A report sets it for reading and
//! writing, and it is sticky for the same reason. In the error direction, `READY` means this.
//!
//! A `WouldBlock` clears all three, because the system itself says that it has neither data nor end
//! nor error, and will report the next change. If `CLOSED` stayed,
//! [`Source::poll_io`](crate::Source::poll_io) would spin. It stays only where the program makes
//! the attempts itself: [`SourceState::only_closed`].
//!
//! `GONE`: the runtime has ended and will report no more. Never cleared. An attempt still goes
//! ahead, but *waiting* is an error.
//!
//! The *report count* guards a clear: a clear names the report that its attempt relied on, and has
//! no effect if another has come since. If the new report was about another direction, the next
//! attempt returns `WouldBlock`, and its clear holds. Nothing spins, because each clear without
//! effect needs a report of its own, and no wake is lost, because no task waits for a direction
//! that stays ready. On a 32-bit machine the count has 15 bits, so a clear goes wrong only if
//! exactly 32,768 reports have come since, as in tokio.
//!
//! Interface: [`SourceState`], [`Seen`], [`SourceWaiter`]. Invariants: waiters are stored and taken
//! under the lock, and a direction becomes ready under it. A waiter is stored only if its direction
//! is seen not to be ready under that same lock, so no report slips in between, and no task waits
//! for a direction while `READY`, `CLOSED` or `ERROR` is set. Wakers are cloned, called and dropped
//! unlocked.
//!
//! The loom models in `tests/models` run this file unchanged.
//!
//! tokio: also one word and one lock, but an intrusive list, and `CLOSED` is never cleared.

use std::collections::{BTreeMap, VecDeque};
use std::io;
use std::task::{Context, Poll};

use kettle_events::{Direction, Id, Resource, Wait, emit_clear};

use crate::base::sync::{AtomicUsize, Ordering, StateLock};
use crate::base::{Call, WakerSlot, store_waker};

// The bits of reading. `bits_of` shifts them left for another direction.
pub(crate) const READY: usize = 0x0001;
pub(crate) const CLOSED: usize = 0x0010;
pub(crate) const ERROR: usize = 0x0100;
pub(crate) const UNKNOWN: usize = 0x1000;
const GONE: usize = 0x1_0000;

/// The bits that end a wait.
const KNOWN: usize = READY | CLOSED | ERROR;

/// The bits that let an attempt go ahead.
pub(crate) const ANY: usize = KNOWN | UNKNOWN;

/// The bits of all directions.
const ALL: usize = GONE - 1;

/// One more report.
const REPORT: usize = 0x2_0000;

/// What a source's user and the reactor share.
pub(crate) struct SourceState {
    pub(crate) id: Id,
    word: AtomicUsize,
    /// By direction.
    waiting: StateLock<[Waiters; 4]>,
}

/// The waiters for one direction.
#[derive(Default)]
struct Waiters {
    /// The most recent caller of a `poll_*` method. No future owns its wait.
    newest: Waiter,
    /// Any number of futures that wait through `&self`, numbered as they came; most sources never
    /// have one. A report takes the wakers, but an entry belongs to its future until the future is
    /// dropped. (A slab would keep the room of a burst, and each report would walk through it.)
    #[allow(clippy::box_collection)] // a map is three words, and here are four of them
    list: Option<Box<BTreeMap<u64, Waiter>>>,
}

/// A stored waker, and the wait that it is for.
#[derive(Default)]
struct Waiter {
    slot: WakerSlot,
    wait: Wait,
}

/// What a task saw of a direction.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Seen {
    pub(crate) direction: Direction,
    word: usize,
}

/// A future waiting in a direction's list, which it leaves when dropped.
pub(crate) struct SourceWaiter<'a> {
    source: &'a SourceState,
    pub(crate) direction: Direction,
    /// The number of its entry, once it has had to wait.
    key: Option<u64>,
}

impl SourceState {
    /// A source of which nothing is known: nobody has tried to read or write yet.
    pub(crate) fn new() -> SourceState {
        let unknown = bits_of(Direction::Read, UNKNOWN) | bits_of(Direction::Write, UNKNOWN);
        SourceState { word: AtomicUsize::new(unknown), ..SourceState::cleared() }
    }

    /// A source that isn't even tried until the first report.
    pub(crate) fn cleared() -> SourceState {
        let (word, waiting) = (AtomicUsize::new(0), StateLock::default());
        SourceState { id: Id::next(), word, waiting }
    }

    /// What is known of a direction now. An attempt begins with this question.
    #[inline]
    pub(crate) fn look(&self, direction: Direction) -> Seen {
        Seen { direction, word: self.word.load(Ordering::Acquire) }
    }

    /// Edge (2): the system said `WouldBlock` to an attempt that began with `seen`.
    pub(crate) fn would_block(&self, seen: Seen) {
        self.clear(seen, ANY);
    }

    /// Edge (3): an attempt that began with `seen` took all that there was. It clears no bit if the
    /// end or an error follows the data, because EOF could be lost (`CLOSED` above).
    pub(crate) fn drained(&self, seen: Seen) {
        if !seen.has(CLOSED | ERROR) {
            self.clear(seen, READY | UNKNOWN);
        }
    }

    /// Edge (5): the same for a source that hasn't joined, and so gets no report.
    pub(crate) fn unknown_again(&self, seen: Seen) {
        self.clear(seen, READY);
    }

    /// A program that makes the attempts itself found nothing, although the end was seen. Perhaps
    /// its attempt can't find the end, so the end stays, and the direction is still ready.
    pub(crate) fn only_closed(&self, seen: Seen) {
        self.clear(seen, READY | ERROR | UNKNOWN);
    }

    /// Clears these bits, unless there has been a report since `seen`.
    fn clear(&self, seen: Seen, bits: usize) {
        let (bits, any) = (bits_of(seen.direction, bits), bits_of(seen.direction, ANY));
        let step = |word| (word / REPORT == seen.word / REPORT).then_some(word & !bits);
        let before = self.word.fetch_update(Ordering::AcqRel, Ordering::Acquire, step);
        // Did an attempt go ahead, and does none any more?
        if before.is_ok_and(|word| word & any != 0 && word & any & !bits == 0) {
            emit_clear(self.id, seen.direction);
        }
    }

    /// Edge (4): the system reported these bits, of any directions. The wakers go to `due`, to be
    /// called when no lock is held.
    pub(crate) fn report(&self, bits: usize, due: &mut VecDeque<Call>) {
        debug_assert!(bits & !ALL == 0, "io/readiness.rs: a report is of directions: {bits:#x}");
        self.set_and_take(|word| Some((word | bits).wrapping_add(REPORT)), bits, due);
    }

    /// Edge (6): an attempt that began with `seen` succeeded, so the next one may, too. It has no
    /// effect if another attempt has cleared the direction since: then a report is on its way.
    #[cold]
    pub(crate) fn succeeded(&self, seen: Seen) {
        let [unknown, ready] = [UNKNOWN, READY].map(|bits| bits_of(seen.direction, bits));
        let mut due = VecDeque::new();
        self.set_and_take(|word| (word & unknown != 0).then_some(word | ready), ready, &mut due);
        due.into_iter().for_each(Call::wake);
    }

    /// Edge (7): the runtime has ended. It doesn't count as a report, because a clear after it must
    /// hold: otherwise a task that fails to register would try once more for nothing.
    pub(crate) fn end(&self, due: &mut VecDeque<Call>) {
        self.set_and_take(|word| Some(word | GONE), ALL, due);
    }

    /// Changes the word by `step`, and takes the wakers of the directions that have any of `bits`.
    fn set_and_take(
        &self,
        step: impl Fn(usize) -> Option<usize>,
        bits: usize,
        due: &mut VecDeque<Call>,
    ) {
        let mut waiting = self.waiting.lock();
        let before = self.word.fetch_update(Ordering::AcqRel, Ordering::Acquire, &step);
        let Ok(before) = before else { return };
        let keeps = |now: usize| before & !now & ALL == 0;
        debug_assert!(step(before).is_some_and(keeps), "io/readiness.rs: only attempts clear bits");
        for direction in Direction::ALL {
            if bits & bits_of(direction, ANY) != 0 {
                waiting[direction as usize].take(due);
            }
        }
    }

    /// Waits as the `poll_*` methods do: a direction keeps only the most recent caller's waker.
    pub(crate) fn poll_newest(
        &self,
        direction: Direction,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<Seen>> {
        self.wait(direction, cx, |waiters, is_over| waiters.newest.unless(is_over))
    }

    /// The latest caller of a `poll_*` method waits no more.
    pub(crate) fn give_up(&self, direction: Direction) {
        let _unlocked = std::mem::take(&mut self.waiting.lock()[direction as usize].newest);
    }

    /// Waits unless a check under the lock finds the wait over. `waiter` gets the result and
    /// returns the place to wait, or `None` if the wait is over.
    fn wait(
        &self,
        direction: Direction,
        cx: &Context<'_>,
        mut waiter: impl FnMut(&mut Waiters, bool) -> Option<&mut Waiter>,
    ) -> Poll<io::Result<Seen>> {
        let polled = store_waker(cx, |clone| {
            let mut waiting = self.waiting.lock();
            let seen = self.look(direction);
            let waiters = &mut waiting[direction as usize];
            let Some(Waiter { slot, wait }) = waiter(waiters, seen.ends_wait()) else {
                return Some(Err(seen));
            };
            let old = slot.store(cx, clone)?;
            slot.stored_for(wait.pending(None, || Resource::Source(self.id, direction)));
            Some(Ok(old))
        });
        match polled {
            Ok(_old) => Poll::Pending,
            Err(seen) if seen.has(ANY) || !seen.is_gone() => Poll::Ready(Ok(seen)),
            Err(_) => Poll::Ready(Err(io::Error::other(RUNTIME_IS_GONE))),
        }
    }

    /// A direction in which a task still waits, although its wait is over: there is none.
    pub(crate) fn forgets(&self) -> Option<Direction> {
        let waiting = self.waiting.lock();
        let waits = |at: Direction| !waiting[at as usize].newest.slot.is_empty();
        Direction::ALL.into_iter().find(|at| self.look(*at).ends_wait() && waits(*at))
    }

    #[cfg(test)]
    pub(crate) fn waiters(&self, direction: Direction) -> usize {
        let Waiters { newest, list, .. } = &self.waiting.lock()[direction as usize];
        let list = list.iter().flat_map(|list| list.values());
        list.chain([newest]).filter(|waiter| !waiter.slot.is_empty()).count()
    }
}

impl Waiters {
    fn take(&mut self, due: &mut VecDeque<Call>) {
        if let Some(call) = self.newest.serve() {
            due.push_back(call); // `extend` costs a hundred instructions more
        }
        if let Some(list) = &mut self.list {
            due.extend(list.values_mut().filter_map(Waiter::serve));
        }
    }
}

impl Waiter {
    fn serve(&mut self) -> Option<Call> {
        self.slot.serve().inspect(|_| self.wait.note_report())
    }

    /// The place to wait, unless the wait is over, which ends it here.
    fn unless(&mut self, is_over: bool) -> Option<&mut Waiter> {
        if is_over {
            self.wait.got();
        }
        (!is_over).then_some(self)
    }
}

/// The bits of a direction, from those of reading.
pub(crate) fn bits_of(direction: Direction, bits: usize) -> usize {
    bits << direction as usize
}

impl Seen {
    pub(crate) fn has(self, bits: usize) -> bool {
        self.word & bits_of(self.direction, bits) != 0
    }

    /// Is an attempt worthwhile, because it may succeed, or because no report will ever come?
    pub(crate) fn lets_try(self) -> bool {
        self.has(ANY) || self.is_gone()
    }

    /// Does a wait end now, because a report or a success has come, or because no report ever will?
    pub(crate) fn ends_wait(self) -> bool {
        self.has(KNOWN) || self.is_gone()
    }

    fn is_gone(self) -> bool {
        self.word & GONE != 0
    }
}

impl<'a> SourceWaiter<'a> {
    pub(crate) fn new(source: &'a SourceState, direction: Direction) -> SourceWaiter<'a> {
        SourceWaiter { source, direction, key: None }
    }

    /// Waits in the list, along with any number of tasks.
    pub(crate) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<Seen>> {
        self.wait(cx, false)
    }

    /// The same for a wait that ends with the next report, even if another task has cleared the
    /// direction since: each task that was waiting for the report learns of it.
    pub(crate) fn poll_report(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<Seen>> {
        self.wait(cx, true)
    }

    fn wait(&mut self, cx: &Context<'_>, until_reported: bool) -> Poll<io::Result<Seen>> {
        let SourceWaiter { source, direction, key } = self;
        let waited = key.is_some();
        source.wait(*direction, cx, |waiters, is_over| {
            if is_over && key.is_none() {
                return None; // most never wait, and need no list
            }
            let list = waiters.list.get_or_insert_default();
            let next = || list.last_key_value().map_or(0, |(last, _)| last + 1);
            let waiter = list.entry(*key.get_or_insert_with(next)).or_default();
            let reported = waited && waiter.slot.is_empty(); // a report has taken its waker
            waiter.unless(is_over || reported && until_reported)
        })
    }
}

impl Drop for SourceWaiter<'_> {
    fn drop(&mut self) {
        let Some(key) = self.key.take() else { return };
        let mut waiting = self.source.waiting.lock();
        let list = waiting[self.direction as usize].list.as_mut();
        let waiter = list.and_then(|list| list.remove(&key));
        drop((waiting, waiter));
    }
}

/// The text of the error that a source gives when its runtime has ended.
pub const RUNTIME_IS_GONE: &str = "the runtime that this I/O source belongs to has shut down";
