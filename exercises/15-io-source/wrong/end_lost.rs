//! Is a source ready, and who waits until it is? See `starter.rs`.

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
        self.side(direction).lock().look()
    }

    /// The system said `WouldBlock` to a try that began with `seen`: there is nothing, neither data
    /// nor end nor error, and the next change will be reported.
    pub(crate) fn would_block(&self, direction: Direction, seen: Seen) {
        self.clear(direction, seen, READY | CLOSED | ERROR);
    }

    /// A try that began with `seen` took all that there was. If the end or an error came with the
    /// data, in the same report, it stands behind them, and will not be reported again.
    pub(crate) fn drained(&self, direction: Direction, seen: Seen) {
        // There is nothing more: as if the system had said it.
        self.would_block(direction, seen);
    }

    fn clear(&self, direction: Direction, seen: Seen, bits: usize) {
        let mut side = self.side(direction).lock();
        // A report since then: what it says is newer than what the try has found.
        let cleared = side.reports == seen.reports && side.bits & bits != 0;
        if cleared {
            side.bits &= !bits;
        }
        drop(side);
        if cleared {
            emit(|| Event::SourceClear { source: self.serial, direction });
        }
    }

    /// The system reported `bits`; 0: nothing for this direction. The waiters' wakers go to `due`;
    /// whoever calls this wakes them when it holds no lock.
    pub(crate) fn report(&self, direction: Direction, bits: usize, due: &mut Vec<Parked>) {
        if bits != 0 {
            let mut side = self.side(direction).lock();
            side.bits |= bits;
            side.reports += 1;
            side.take_waiters(due);
        }
    }

    /// The runtime is over: who would wait from now on gets an error. A try may still go ahead.
    pub(crate) fn end(&self, due: &mut Vec<Parked>) {
        for side in &self.sides {
            let mut side = side.lock();
            side.gone = true;
            side.take_waiters(due);
        }
    }

    /// Ready, or waits in the place of the `poll_*` methods: one for each direction, the newest
    /// replaces the one before.
    pub(crate) fn poll_newest(
        &self,
        direction: Direction,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<Seen>> {
        let mut side = self.side(direction).lock();
        if let Some(verdict) = side.verdict() {
            return Poll::Ready(verdict);
        }
        // Still under the lock of that look: a report comes either before both or after both.
        let (replaced, old) = Parked::store(&mut side.newest, cx);
        drop(side);
        drop(old);
        self.waits(direction, replaced);
        Poll::Pending
    }

    fn waits(&self, direction: Direction, replaced: Replaced) {
        emit(|| Event::Wait { on: Resource::Source(self.serial, direction), replaced });
    }

    fn side(&self, direction: Direction) -> &Mutex<Side> {
        &self.sides[direction as usize]
    }

    /// How many wait for a direction.
    #[cfg(test)]
    pub(crate) fn waiters(&self, direction: Direction) -> usize {
        let side = self.side(direction).lock();
        side.list.len() + usize::from(side.newest.is_some())
    }
}

impl Side {
    fn look(&self) -> Seen {
        Seen { bits: self.bits, reports: self.reports }
    }

    /// Go ahead, or no use in waiting, or (`None`) wait.
    fn verdict(&self) -> Option<io::Result<Seen>> {
        if self.bits != 0 {
            return Some(Ok(self.look()));
        }
        self.gone.then(|| Err(runtime_is_gone()))
    }

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
        let mut side = self.source.side(self.direction).lock();
        if let Some(verdict) = side.verdict() {
            return Poll::Ready(verdict);
        }
        let number = *self.number.get_or_insert_with(|| {
            side.numbers += 1;
            side.numbers
        });
        let (replaced, old) = Parked::store(side.list.entry(number).or_default(), cx);
        drop(side);
        drop(old);
        self.source.waits(self.direction, replaced);
        Poll::Pending
    }
}

impl Drop for SourceWaiter<'_> {
    fn drop(&mut self) {
        let Some(number) = self.number else { return };
        let parked = self.source.side(self.direction).lock().list.remove(&number);
        if parked.is_some() {
            emit(|| Event::Unwait { on: Resource::Source(self.source.serial, self.direction) });
        }
    }
}

#[cold]
fn runtime_is_gone() -> io::Error {
    io::Error::other("the runtime that this socket belongs to has shut down")
}
