//! Can no other thread of the process wake this runtime?
//!
//! If a loop sleeps without a deadline and without sockets, only another thread could wake it. The
//! proof that none will is a count of the process's threads. No other thread can act if there are
//! only
//! - threads that sleep like that in a `block_on` of kettle,
//! - kettle's own idle threads,
//! - in a test program, libtest's first thread, which waits for the test.
//!
//! Any other thread may act, whatever it waits for.
//!
//! Interface: [`Alone::at_park`] and [`Alone::at_time`] answer for the runtime's own thread as it
//! goes to sleep. If several runtimes sleep, the doctor's thread counts after a second
//! ([`threads_of`], [`left_beside`], [`has_no_own_thread`]), sets [`Alone::proven`], and wakes each
//! loop to judge for itself (`watch.rs`). [`while_this_waits`] marks a thread that won't act.
//! Invariant: the runtimes were asleep before the threads were counted and after that, and no
//! message has arrived in between.

use std::cell::Cell;
use std::iter;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use kettle_events::Record;
use kettle_runtime::{Handle, Inspector};

use super::system::{Thread, is_a_test, is_in_tests, is_libtest_busy, threads};

/// The shortest time between two counts: it takes a tenth of a millisecond to list the threads.
const BETWEEN_COUNTS: Duration = Duration::from_millis(10);
/// The first few counts needn't wait, so that the verdict on a short run doesn't depend on the
/// machine's speed.
const FIRST_COUNTS: u64 = 8;

/// How many threads are in [`while_this_waits`].
static WAITING: AtomicUsize = AtomicUsize::new(0);

/// Runs `wait`, during which this thread only waits until a run of a test has ended on another
/// thread (`search/run.rs`). (A test program's first thread isn't counted here, but as libtest's.)
pub(crate) fn while_this_waits<R>(wait: impl FnOnce() -> R) -> R {
    let first = Thread::this().is_some_and(Thread::is_first);
    let more = usize::from(!(first && is_in_tests()));
    WAITING.fetch_add(more, Ordering::Relaxed);
    let result = wait();
    WAITING.fetch_sub(more, Ordering::Relaxed);
    result
}

/// The threads besides those that sleep in kettle: none, or only libtest's first one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Others {
    Nobody,
    Libtest,
}

/// What is known about the other threads.
#[derive(Debug, Default)]
pub(super) struct Alone {
    /// `Some` if the doctor's thread has proven that all others sleep for good. It is `None` again
    /// when something happens.
    pub(super) proven: Option<Others>,
    /// The number of the last record that was judged, and the answer.
    last: Cell<(u64, bool)>,
    /// When the threads were counted last, by the machine's clock.
    counted_at: Cell<Duration>,
    pub(super) times_counted: Cell<u64>,
}

impl Alone {
    /// The loop goes to sleep with this record: can no other thread act, and is no message there?
    pub(super) fn at_park(&self, record: &Record) -> bool {
        let (seq, mut alone) = self.last.get();
        if seq != record.seq {
            alone = self.at_time(record.real);
            self.last.set((record.seq, alone));
        }
        alone
    }

    /// The loop goes to sleep at this time of the machine's clock: can no other thread act?
    pub(super) fn at_time(&self, real: Duration) -> bool {
        match self.proven {
            Some(others) => others == Others::Nobody || is_a_test(),
            None => self.may_count(real) && is_only_one() == Some(true),
        }
    }

    fn may_count(&self, real: Duration) -> bool {
        let times = self.times_counted.get();
        let may = times < FIRST_COUNTS || real >= self.counted_at.get() + BETWEEN_COUNTS;
        if may {
            self.counted_at.set(real);
            self.times_counted.set(times + 1);
        }
        may
    }
}

/// Is this thread, which is about to sleep, the only one besides kettle's idle ones and libtest's?
/// `None`: the system doesn't say.
fn is_only_one() -> Option<bool> {
    let runtime = Handle::try_current().ok()?;
    let threads = || threads_of(iter::once(&runtime));
    let known = threads()?;
    let (left, is_a_test) = (left_beside(known)?, is_a_test());
    let alone = left == usize::from(is_a_test) && !(is_a_test && is_libtest_busy());
    Some(alone && threads() == Some(known) && runtime.inspector().is_asleep())
}

/// How many threads do these sleeping runtimes have, with the idle ones of their pools? `None`: a
/// blocking job has not ended.
pub(super) fn threads_of<'a>(runtimes: impl Iterator<Item = &'a Handle>) -> Option<usize> {
    let count = |runtime: &Handle| {
        let (is_quiet, pool) = runtime.inspector().threads();
        is_quiet.then_some(1 + pool)
    };
    runtimes.map(count).sum()
}

/// Is every thread of the program in a `block_on` of these runtimes, or in one of their pools?
pub(super) fn has_no_own_thread<'a>(runtimes: impl Iterator<Item = &'a Handle>) -> bool {
    let count = |runtime: Inspector| {
        let ((is_driven, ..), (_, pool)) = (runtime.events().poll(), runtime.threads());
        usize::from(is_driven) + pool
    };
    left_beside(runtimes.map(Handle::inspector).map(count).sum()) == Some(0)
}

/// How many threads does the process have besides these `known` ones and kettle's own?
pub(super) fn left_beside(known: usize) -> Option<usize> {
    threads()?.checked_sub(known + WAITING.load(Ordering::Relaxed))
}
