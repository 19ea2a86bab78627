//! Is a source ready, and who waits until it is?
//!
//! Nobody asks the system "is it ready?". A direction of a source (reading, writing) is *believed*
//! ready, and an operation is tried; a try that says `WouldBlock` clears the belief, and a *report*
//! from the selector restores it. The selector reports changes, each once: what is cleared after
//! its report, and was not true, is never reported again.
//!
//! ```text
//!   new ───▶ ready ── WouldBlock, or all was taken ──▶ cleared: here one may wait
//!              ▲                                          │
//!              └──────────────── report ──────────────────┘    the runtime ends: an error
//! ```
//!
//! Replace each `todo!()`, from [`SourceState::look`] downwards; `reactor.rs` calls `report` and `end`,
//! `source.rs` the rest. The fields are a proposal, except that [`Seen`] stays `Copy`. Each `emit`
//! tells the replay and the doctor what happens: keep them, outside of the lock.

use std::collections::BTreeMap;
use std::io;
use std::mem;
use std::task::{Context, Poll};

use parking_lot::Mutex;

use crate::event::{Direction, Event, Replaced, Resource, emit};
use crate::id::Serial;
use crate::parked::Parked;

/// A try may succeed.
pub(crate) const READY: usize = 0b001;
/// This direction has come to its end: behind the data, a read will find 0 bytes.
pub(crate) const CLOSED: usize = 0b010;
/// An error stands on the source; a try will fetch it.
pub(crate) const ERROR: usize = 0b100;

/// What a source's user and the reactor share.
pub(crate) struct SourceState {
    pub(crate) serial: Serial,
    /// By direction.
    sides: [Mutex<Side>; 2],
}

/// One direction.
#[derive(Default)]
struct Side {
    /// `READY`, `CLOSED`, `ERROR`: with any of them a try may go ahead.
    bits: usize,
    /// How many reports there have been.
    reports: u64,
    /// The runtime is over: nobody will report anything any more.
    gone: bool,
    /// The newest caller of a `poll_*` method.
    newest: Option<Parked>,
    /// Futures that wait by `&self`, by their numbers.
    list: BTreeMap<u64, Option<Parked>>,
    /// How many futures have ever waited: their numbers are never used again.
    numbers: u64,
}

/// A direction as somebody saw it.
#[derive(Clone, Copy)]
pub(crate) struct Seen {
    bits: usize,
    reports: u64,
}

impl Seen {
    /// Was any of these bits there?
    pub(crate) fn has(self, bits: usize) -> bool {
        self.bits & bits != 0
    }
}

impl SourceState {
    /// A source that nobody has tried yet: believed ready both ways.
    pub(crate) fn new() -> SourceState {
        let side = || Mutex::new(Side { bits: READY, ..Side::default() });
        SourceState { serial: Serial::new(), sides: [side(), side()] }
    }

    /// What is believed of a direction now. A try begins with this look.
    pub(crate) fn look(&self, direction: Direction) -> Seen {
        todo!("what is believed, and how many reports there have been")
    }

    /// The system said `WouldBlock` to a try that began with `seen`: there is nothing, neither data
    /// nor end nor error, and the next change will be reported.
    pub(crate) fn would_block(&self, direction: Direction, seen: Seen) {
        todo!("nothing is believed any more")
    }

    /// A try that began with `seen` took all that there was. If the end or an error came with the
    /// data, in the same report, it stands behind them, and will not be reported again.
    pub(crate) fn drained(&self, direction: Direction, seen: Seen) {
        todo!("`READY` goes, unless `seen` says that more stands behind the data")
    }

    /// Takes `bits` away. A report since `seen` is newer than what the try has found: then nothing
    /// is taken.
    fn clear(&self, direction: Direction, seen: Seen, bits: usize) {
        let cleared: bool = todo!("take {bits:#b} away, unless there was a report since `seen`");
        if cleared {
            emit(|| Event::SourceClear { source: self.serial, direction });
        }
    }

    /// The system reported `bits`; 0: nothing for this direction. The waiters' wakers go to `due`;
    /// whoever calls this wakes them when it holds no lock.
    pub(crate) fn report(&self, direction: Direction, bits: usize, due: &mut Vec<Parked>) {
        todo!("the bits are believed; one report more; those who wait leave")
    }

    /// The runtime is over: who would wait from now on gets an error. A try may still go ahead.
    pub(crate) fn end(&self, due: &mut Vec<Parked>) {
        todo!("in both directions: nobody will report any more; those who wait leave")
    }

    /// Ready, or waits in the place of the `poll_*` methods: one for each direction, the newest
    /// replaces the one before.
    pub(crate) fn poll_newest(
        &self,
        direction: Direction,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<Seen>> {
        // `Parked::store(slot, cx)` stores the newest waker. It returns whose it has replaced, for
        // `self.waits(direction, replaced)`, and the old one, to be dropped when the lock is free.
        todo!("ready, an error if nobody will ever report, or wait in the place of the newest")
    }

    /// Tells that somebody waits.
    fn waits(&self, direction: Direction, replaced: Replaced) {
        emit(|| Event::Wait { on: Resource::Source(self.serial, direction), replaced });
    }

    fn side(&self, direction: Direction) -> &Mutex<Side> {
        &self.sides[direction as usize]
    }
}

impl Side {
    /// Those who wait leave: the place of the newest is empty then, and so is the list.
    fn take_waiters(&mut self, due: &mut Vec<Parked>) {
        due.extend(self.newest.take());
        due.extend(mem::take(&mut self.list).into_values().flatten());
    }
}

/// A future's place in a direction's list, beside any number of others. Dropped, it leaves.
pub(crate) struct SourceWaiter<'a> {
    source: &'a SourceState,
    direction: Direction,
    /// `None`: it has not waited yet.
    number: Option<u64>,
}

impl<'a> SourceWaiter<'a> {
    pub(crate) fn new(source: &'a SourceState, direction: Direction) -> SourceWaiter<'a> {
        SourceWaiter { source, direction, number: None }
    }

    /// Ready, or waits in the list.
    pub(crate) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<Seen>> {
        todo!("like `poll_newest`, but at the place of its own number in the list")
    }
}

impl Drop for SourceWaiter<'_> {
    fn drop(&mut self) {
        let parked: Option<Option<Parked>> = todo!("its entry, if it is still in the list");
        if parked.is_some() {
            emit(|| Event::Unwait { on: Resource::Source(self.source.serial, self.direction) });
        }
    }
}

/// What is said to who would wait for ever.
fn runtime_is_gone() -> io::Error {
    io::Error::other("the runtime that this socket belongs to has shut down")
}
