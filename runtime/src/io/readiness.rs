//! Is a source ready, at its end, or in error, and which tasks wait for it?
//!
//! A source has four directions: reading, writing, priority data and errors. One atomic word says
//! what is believed about each of them, and counts the reports (the *report count*). Behind one
//! lock are the wakers of the tasks that wait. The system is never asked "is it ready?": we try,
//! and take a direction to be ready until a try returns `WouldBlock`. Reads and writes reveal
//! nothing about priority data and errors, so these two wait for a report first. One direction:
//!
//! ```text
//!                (2) WouldBlock: clears all          waiters are stored only here,
//!            ┌───────────────────────────────────┐     after a second check
//!  (1) new:  │   (3) short read or write, if     ▼
//!  read,   ┌─┴─────┐ neither CLOSED nor      ┌─────────┐  (1) new: priority data,
//!  write   │       │ ERROR was seen ───────► │         │      errors
//! ────────►│ ready │                         │ cleared │ ◄────────
//!          └─┬─────┘ ◄─────────────────────  └─────────┘
//!        ▲   │         (4) report: count + 1,  │
//!        └───┘             all waiters leave   │ (5) the runtime ends: GONE, all waiters leave
//!      (4) report: count + 1                   ▼
//!                                            error for a task that would wait
//! ```
//!
//! (1) [`SourceState::new`]; all directions of a [`SourceState::cleared`] begin as cleared
//! (2) [`SourceState::would_block`]  (3) [`SourceState::drained`]  (4) [`SourceState::report`]
//! (5) [`SourceState::end`]
//!
//! # The bits
//!
//! ```text
//!   the word │ report count │ GONE │ ERROR │ CLOSED │ READY │   four bits are one for
//!   its bits │   the rest   │   1  │   4   │    4   │   4   │   each direction
//! ```
//!
//! `READY`: a try may succeed. A report sets it; a `WouldBlock` clears it, and so does a short read
//! or write unless `CLOSED` or `ERROR` was seen with it. If it is wrongly set (another task took
//! the data, or a clear did nothing), the next try clears it. If it is not set although the system
//! has something to give, a report is on its way.
//!
//! `CLOSED`: this direction has come to its end. For reading: the other side has sent its FIN
//! (mio's `is_read_closed`, on Linux `EPOLLHUP`, or `EPOLLRDHUP` with `EPOLLIN`), and after the
//! data a read will find EOF, 0 bytes. Set by a report. It is **sticky: a short read keeps it, only
//! a `WouldBlock` clears it.** Otherwise EOF would be lost, because data and FIN can come as *one*
//! report, and an edge-triggered selector makes no second one:
//!
//! ```text
//!   the selector reports data and FIN    report(READY | CLOSED), the reader is woken
//!   read: 5 bytes of 1,024               short: there is no more data
//!   CLOSED was seen?                     yes: drained() clears nothing. (No: READY is cleared, and
//!                                        a FIN that comes later is a report of its own.)
//!   the direction is ready still         the reader does not wait, it tries again
//!   read: 0 bytes                        EOF
//! ```
//!
//! `ERROR`: the source has an error; a try will fetch it. Set by a report, for reading and writing.
//! Sticky in the same way, for the same reason. (The error direction has it as `READY`.)
//!
//! A `WouldBlock` clears all three: the system itself says that there is nothing, neither data nor
//! end nor error, and that it will report the next change. (Keeping `CLOSED` through it would make
//! [`Source::poll_io`](crate::Source::poll_io) spin.) If the program makes the tries itself,
//! `CLOSED` is kept: [`SourceState::only_closed`].
//!
//! `GONE`: the runtime has ended, and there will be no report. Never cleared. A try still goes
//! ahead; *waiting* becomes an error.
//!
//! The *report count* guards a clear: it names the report that the try believed in, and if there
//! has been another since, the clear does nothing. If that report was about another direction, the
//! next try returns `WouldBlock`, and its clear holds. Nothing spins, because each clear that does
//! nothing needs a report of its own. No wake is lost, because no task waits for a direction that
//! stays ready. On a 32-bit machine the count has 19 bits, and wraps after 524,288 reports. That is
//! enough: a clear goes wrong only if exactly that many reports came since. (tokio: 32,768)
//!
//! Interface: [`SourceState`], [`Seen`], [`SourceWaiter`].
//!
//! Invariants: waiters are stored and taken under the lock, and a direction that was cleared
//! becomes ready again under it; a waiter is stored only after its direction's bits were seen
//! cleared under that same lock. So no report can slip in between, and no task waits for a
//! direction while any of its bits is set. Wakers are cloned, called and dropped outside it.
//!
//! Not here: the system calls (`source.rs`), where reports come from (`reactor.rs`). The loom
//! models in `tests/models` run this file unchanged.
//!
//! tokio: `runtime/io/scheduled_io.rs`, one word and one lock too; the waiters are an intrusive
//! list, and `CLOSED` is never cleared.

use std::collections::VecDeque;
use std::io;
use std::task::{Context, Poll};

use kettle_events::{Direction, Event, Id, Open, Resource, emit};
use slab::Slab;

use crate::base::sync::{AtomicUsize, Mutex, Ordering};
use crate::base::{Call, WakerSlot, store_waker};

// These are the bits of reading. Those of another direction are further left: `bits_of`.
pub(crate) const READY: usize = 0x0001;
pub(crate) const CLOSED: usize = 0x0010;
pub(crate) const ERROR: usize = 0x0100;
const GONE: usize = 0x1000;

/// The bits that let a try go ahead.
pub(crate) const ANY: usize = READY | CLOSED | ERROR;

/// The bits of all directions.
const ALL: usize = GONE - 1;

/// One report more.
const REPORT: usize = 0x2000;

/// What a source's user and the reactor share.
pub(crate) struct SourceState {
    pub(crate) id: Id,
    word: AtomicUsize,
    /// By direction.
    waiting: Mutex<[Waiters; 4]>,
}

/// Those who wait for one direction.
#[derive(Default)]
struct Waiters {
    /// The newest caller of a `poll_*` method. No future owns its wait.
    newest: Waiter,
    /// Futures that wait by `&self`, any number. Most sources never have any. A report takes the
    /// wakers; the entry is its future's until that is dropped.
    list: Option<Box<Slab<Waiter>>>,
}

/// A waker that is stored here, and the wait for which it is.
#[derive(Default)]
struct Waiter {
    slot: WakerSlot,
    wait: Open,
}

/// What a task saw of a direction.
#[derive(Clone, Copy)]
pub(crate) struct Seen {
    pub(crate) direction: Direction,
    word: usize,
}

/// A future that waits in a direction's list. Dropped, it leaves the list in O(1).
pub(crate) struct SourceWaiter<'a> {
    source: &'a SourceState,
    pub(crate) direction: Direction,
    /// Of its entry, once it has had to wait.
    key: Option<usize>,
}

impl SourceState {
    /// A source that has not been tried yet: believed ready for reading and writing.
    pub(crate) fn new() -> SourceState {
        let ready = bits_of(Direction::Read, READY) | bits_of(Direction::Write, READY);
        SourceState { word: AtomicUsize::new(ready), ..SourceState::cleared() }
    }

    /// A source that is not believed ready before the first report.
    pub(crate) fn cleared() -> SourceState {
        let (word, waiting) = (AtomicUsize::new(0), Mutex::default());
        SourceState { id: Id::next(), word, waiting }
    }

    /// What is believed of a direction now. A try begins with this.
    #[inline]
    pub(crate) fn look(&self, direction: Direction) -> Seen {
        Seen { direction, word: self.word.load(Ordering::Acquire) }
    }

    /// The system said `WouldBlock` to a try that began with `seen`: edge (2).
    pub(crate) fn would_block(&self, seen: Seen) {
        self.clear(seen, ANY);
    }

    /// A try that began with `seen` took all that there was: edge (3). Not if the end or an error
    /// comes after the data: see `CLOSED` above, it is where EOF could be lost.
    pub(crate) fn drained(&self, seen: Seen) {
        if !seen.has(CLOSED | ERROR) {
            self.clear(seen, READY);
        }
    }

    /// A program that makes the tries itself found nothing, though the end was seen. It may have
    /// tried what does not find the end: that stays. So the direction is still ready: no event.
    pub(crate) fn only_closed(&self, seen: Seen) {
        self.clear(seen, READY | ERROR);
    }

    /// Takes `bits` away, unless there was a report since `seen`.
    fn clear(&self, seen: Seen, bits: usize) {
        let (bits, any) = (bits_of(seen.direction, bits), bits_of(seen.direction, ANY));
        let step = |word| (word / REPORT == seen.word / REPORT).then_some(word & !bits);
        let before = self.word.fetch_update(Ordering::AcqRel, Ordering::Acquire, step);
        // Was the direction ready, and is not any more?
        if before.is_ok_and(|word| word & any != 0 && word & any & !bits == 0) {
            emit(|| Event::SourceClear { source: self.id, direction: seen.direction });
        }
    }

    /// The system reported `bits`, of any directions: edge (4). The waiters' wakers go to `due`, to
    /// be called when no lock is held.
    pub(crate) fn report(&self, bits: usize, due: &mut VecDeque<Call>) {
        debug_assert!(bits & !ALL == 0, "a report is of directions only: {bits:#x}");
        self.set_and_take(|word| (word | bits).wrapping_add(REPORT), bits, due);
    }

    /// The runtime has ended: edge (5). It does not count as a report: a clear after it must hold,
    /// or a task that fails to register would try once more for nothing.
    pub(crate) fn end(&self, due: &mut VecDeque<Call>) {
        self.set_and_take(|word| word | GONE, ALL, due);
    }

    /// Changes the word by `step`, and takes the wakers of the directions that these bits are of.
    fn set_and_take(&self, step: impl Fn(usize) -> usize, bits: usize, due: &mut VecDeque<Call>) {
        let mut waiting = self.waiting.lock();
        let step = |word| Some(step(word));
        let _ = self.word.fetch_update(Ordering::AcqRel, Ordering::Acquire, step);
        for direction in Direction::ALL {
            if bits & bits_of(direction, ANY) != 0 {
                waiting[direction as usize].take(due);
            }
        }
    }

    /// Waits as the `poll_*` methods do: a direction keeps the newest such waker.
    pub(crate) fn poll_newest(
        &self,
        direction: Direction,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<Seen>> {
        self.wait(direction, cx, |waiters, is_over| waiters.newest.unless(is_over))
    }

    /// Waits unless the direction is ready: that look is under the lock. `waiter` is asked where,
    /// and told if that has ended the wait; it says `None` if nothing is to be waited for.
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
            let Some(Waiter { slot, wait }) = waiter(waiters, seen.lets_try()) else {
                return Some(Err(seen));
            };
            let old = slot.store(cx, clone)?;
            slot.stored_for(wait.asked(|| Resource::Source(self.id, direction)));
            Some(Ok(old))
        });
        match polled {
            Ok(_old) => Poll::Pending,
            Err(seen) if seen.has(ANY) || !seen.is_gone() => Poll::Ready(Ok(seen)),
            Err(_) => Poll::Ready(Err(io::Error::other(RUNTIME_IS_GONE))),
        }
    }

    /// How many wait for a direction.
    #[cfg(test)]
    pub(crate) fn waiters(&self, direction: Direction) -> usize {
        let Waiters { newest, list, .. } = &self.waiting.lock()[direction as usize];
        let list = list.iter().flat_map(|list| list.iter().map(|(_, waiter)| waiter));
        list.chain([newest]).filter(|waiter| !waiter.slot.is_empty()).count()
    }
}

impl Waiters {
    fn take(&mut self, due: &mut VecDeque<Call>) {
        if let Some(call) = self.newest.slot.serve() {
            due.push_back(call); // (`extend` costs a hundred instructions more)
        }
        if let Some(list) = &mut self.list {
            due.extend(list.iter_mut().filter_map(|(_, waiter)| waiter.slot.serve()));
        }
    }
}

impl Waiter {
    /// The place to wait. If the wait is over, that ends here, and there is none.
    fn unless(&mut self, is_over: bool) -> Option<&mut Waiter> {
        if is_over {
            self.wait.got();
        }
        (!is_over).then_some(self)
    }
}

/// Of the bits of reading, those of a direction.
pub(crate) fn bits_of(direction: Direction, bits: usize) -> usize {
    bits << direction as usize
}

impl Seen {
    pub(crate) fn has(self, bits: usize) -> bool {
        self.word & bits_of(self.direction, bits) != 0
    }

    /// Is a try worthwhile: because it may succeed, or because no report will ever say so?
    pub(crate) fn lets_try(self) -> bool {
        self.has(ANY) || self.is_gone()
    }

    /// Has the runtime ended?
    fn is_gone(self) -> bool {
        self.word & GONE != 0
    }
}

impl<'a> SourceWaiter<'a> {
    pub(crate) fn new(source: &'a SourceState, direction: Direction) -> SourceWaiter<'a> {
        SourceWaiter { source, direction, key: None }
    }

    /// Waits in the list, beside any number of others.
    pub(crate) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<Seen>> {
        self.wait(cx, false)
    }

    /// The same for a wait that ends with the next report, though another task may have tried since
    /// and cleared the direction: each that waited for the report learns of it.
    pub(crate) fn poll_report(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<Seen>> {
        self.wait(cx, true)
    }

    fn wait(&mut self, cx: &Context<'_>, until_reported: bool) -> Poll<io::Result<Seen>> {
        let SourceWaiter { source, direction, key } = self;
        let waited = key.is_some();
        source.wait(*direction, cx, |waiters, is_ready| {
            if is_ready && key.is_none() {
                return None; // most never wait, and need no list
            }
            let list = waiters.list.get_or_insert_default();
            let key = *key.get_or_insert_with(|| list.insert(Waiter::default()));
            let waiter = &mut list[key];
            let reported = waited && waiter.slot.is_empty(); // a report has taken its waker
            waiter.unless(is_ready || reported && until_reported)
        })
    }
}

impl Drop for SourceWaiter<'_> {
    fn drop(&mut self) {
        let Some(key) = self.key.take() else { return };
        let mut waiting = self.source.waiting.lock();
        let list = waiting[self.direction as usize].list.as_mut();
        let waiter = list.map(|list| list.remove(key));
        drop((waiting, waiter));
    }
}

/// The text of the error that a source gives when its runtime has ended.
pub const RUNTIME_IS_GONE: &str = "the runtime that this I/O source belongs to has shut down";

#[cfg(test)]
#[path = "readiness_tests.rs"]
mod tests;
