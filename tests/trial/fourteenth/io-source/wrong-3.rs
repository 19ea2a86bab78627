// WRONG. Breaks 4, "Futures that wait side by side are all woken, and one that is dropped leaves nothing behind": a report
// empties the list, so the key of a future that was reported can be given to another one; when the first is dropped
// (or polled again), it takes the entry of the other. File: src/io/readiness.rs.
//! Is a source ready, at its end, or in error, and which tasks wait for it?
//!
//! A source has four directions: reading, writing, priority data and errors. One atomic word says
//! what is believed about each of them, and counts the reports (the *report count*). Behind one
//! lock are the wakers of the tasks that wait. The system is never asked "is it ready?": we try,
//! and believe a direction ready until a try says `WouldBlock`. No read or write tells of priority
//! data and errors, so these two wait for a report from the beginning. A *report* from the selector
//! restores the belief. The selector reports changes, each once: what is cleared after its report,
//! and was not true, is never reported again.
//!
//! ```text
//!   new ───▶ ready ── WouldBlock, or all was taken ──▶ cleared: here a task may wait
//!              ▲                                          │
//!              └──────────────── report ──────────────────┘    the runtime ends: an error
//! ```
//!
//! The bits: `READY`, a try may succeed. `CLOSED`, this direction has come to its end: after the
//! data a read will find 0 bytes. `ERROR`, a try will fetch an error. Of these each direction has
//! its own. `GONE`, the runtime has ended, and there will be no report: it does not hinder a try, it
//! turns *waiting* into an error. Above them is the report count.
//!
//! Replace each `todo!()`, from [`SourceState::drained`] downwards; `reactor.rs` calls `report` and
//! `end`, `source.rs` and `wait.rs` the rest. The fields are a proposal, except that [`Seen`] stays
//! `Copy`. Each `emit` tells the replay and the doctor what happens: keep them, outside of the lock.
//!
//! What must hold: no report falls between a task's look and its waiting. While a bit of a
//! direction is set, no task waits for it. Wakers are cloned, called and dropped outside of the
//! lock.

use std::collections::VecDeque;
use std::io;
use std::task::{Context, Poll, Waker};

use kettle_events::{Direction, Event, Id, Replaced, Resource, emit};
use slab::Slab;

use crate::base::sync::{AtomicUsize, Mutex, Ordering};
use crate::base::{WakerSlot, store_waker};

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

/// The wakers of tasks that wait for one direction.
#[derive(Default)]
struct Waiters {
    /// Of the newest caller of a `poll_*` method.
    newest: WakerSlot,
    /// Of futures that wait by `&self`, any number. Most sources never have any. A report takes the
    /// wakers; the entry is its future's until that is dropped.
    list: Option<Box<Slab<WakerSlot>>>,
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

    /// The system said `WouldBlock` to a try that began with `seen`: there is nothing, neither data
    /// nor end nor error, and the next change will be reported.
    pub(crate) fn would_block(&self, seen: Seen) {
        self.clear(seen, ANY);
    }

    /// A try that began with `seen` took all that there was. If the end or an error came with the
    /// data, in the same report, it comes after them, and will not be reported again.
    pub(crate) fn drained(&self, seen: Seen) {
        let more_to_come = seen.has(CLOSED) || seen.has(ERROR);
        if !more_to_come {
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

    /// The system reported `bits`, of any directions. The wakers of the tasks that wait for
    /// these go to `due`, to be called when no lock is held.
    pub(crate) fn report(&self, bits: usize, due: &mut VecDeque<Waker>) {
        debug_assert!(bits & !ALL == 0, "a report is of directions only: {bits:#x}");
        self.set_and_take(|word| (word | bits).wrapping_add(REPORT), bits, due);
    }

    /// The runtime has ended: a task that would wait from now on gets an error, and those that wait
    /// leave. It does not count as a report, and may be called twice.
    pub(crate) fn end(&self, due: &mut VecDeque<Waker>) {
        self.set_and_take(|word| word | GONE, ALL, due);
    }

    /// Changes the word by `step`, and takes the wakers of the directions that these bits are of.
    fn set_and_take(&self, step: impl Fn(usize) -> usize, bits: usize, due: &mut VecDeque<Waker>) {
        let mut waiting = self.waiting.lock();
        let _ = self.word.fetch_update(Ordering::AcqRel, Ordering::Acquire, |word| Some(step(word)));
        for direction in Direction::ALL {
            if bits & bits_of(direction, ANY) == 0 {
                continue;
            }
            let Waiters { newest, list } = &mut waiting[direction as usize];
            due.extend(newest.take());
            if let Some(list) = list {
                due.extend(list.drain().filter_map(|mut slot| slot.take())); // they have been reported
            }
        }
    }

    /// Waits as the `poll_*` methods do: a direction keeps the newest such waker.
    pub(crate) fn poll_newest(
        &self,
        direction: Direction,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<Seen>> {
        self.wait(direction, cx, |waiting| Some(&mut waiting.newest))
    }

    /// Stores the waker in this slot, unless the direction is ready: the look is under the lock.
    /// `None` instead of a slot: the wait is over, although the direction has been cleared since.
    fn wait(
        &self,
        direction: Direction,
        cx: &Context<'_>,
        mut slot: impl FnMut(&mut Waiters) -> Option<&mut WakerSlot>,
    ) -> Poll<io::Result<Seen>> {
        let polled: Result<(Replaced, Option<Waker>), Seen> = store_waker(cx, |clone| {
            let mut waiting = self.waiting.lock();
            let seen = self.look(direction);
            let place = if seen.lets_try() { None } else { slot(&mut waiting[direction as usize]) };
            let Some(place) = place else { return Some(Err(seen)) };
            let stored = place.store(cx, clone)?;
            Some(Ok(stored))
        });
        match polled {
            Ok((replaced, _old)) => {
                let on = Resource::Source(self.id, direction);
                emit(|| Event::Wait { on, replaced });
                Poll::Pending
            }
            Err(seen) if seen.has(ANY) || !seen.is_gone() => Poll::Ready(Ok(seen)),
            Err(_) => Poll::Ready(Err(io::Error::other(RUNTIME_IS_GONE))),
        }
    }

    /// How many wait for a direction.
    #[cfg(test)]
    pub(crate) fn waiters(&self, direction: Direction) -> usize {
        let Waiters { newest, list } = &self.waiting.lock()[direction as usize];
        let list = list.iter().flat_map(|list| list.iter().map(|(_, slot)| slot));
        list.chain([newest]).filter(|slot| !slot.is_empty()).count()
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
        let waited = self.key.is_some();
        self.source.wait(self.direction, cx, |waiting| {
            let list = waiting.list.get_or_insert_default();
            let key = match self.key {
                Some(key) if list.contains(key) => key,
                _ => *self.key.insert(list.insert(WakerSlot::EMPTY)),
            };
            let reported = waited && list[key].is_empty(); // a report has taken its waker
            if reported && until_reported { None } else { Some(&mut list[key]) }
        })
    }
}

impl Drop for SourceWaiter<'_> {
    fn drop(&mut self) {
        let Some(key) = self.key.take() else { return };
        let slot = {
            let mut waiting = self.source.waiting.lock();
            let list = waiting[self.direction as usize].list.as_mut();
            list.and_then(|list| list.try_remove(key)).unwrap_or_default()
        };
        if slot.is_empty() {
            return; // a report has taken its waker
        }
        drop(slot);
        emit(|| Event::Unwait { on: Resource::Source(self.source.id, self.direction) });
    }
}

/// The text of the error that a source gives when its runtime has ended.
pub const RUNTIME_IS_GONE: &str = "the runtime that this I/O source belongs to has shut down";

#[cfg(test)]
#[path = "readiness_tests.rs"]
mod tests;
