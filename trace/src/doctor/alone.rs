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
use std::sync::atomic::Ordering;
use std::time::Duration;

use kettle_events::Record;
use kettle_runtime::{Handle, IDLE_THREADS};

use super::system::{Thread, is_a_test, is_in_tests, is_libtest_busy, threads};

/// The shortest time between two counts: it takes a tenth of a millisecond to list the threads.
const BETWEEN_COUNTS: Duration = Duration::from_millis(10);
/// The first few counts needn't wait, so that the verdict on a short run doesn't depend on the
/// machine's speed.
const FIRST_COUNTS: u64 = 8;

/// Runs `wait`, during which this thread only waits until a run of a test has ended on another
/// thread (`search/run.rs`). (A test program's first thread isn't counted here, but as libtest's.)
pub(crate) fn while_this_waits<R>(wait: impl FnOnce() -> R) -> R {
    let is_first = Thread::this().is_some_and(Thread::is_first);
    let counted = usize::from(!(is_first && is_in_tests()));
    IDLE_THREADS.fetch_add(counted, Ordering::Relaxed);
    let result = wait();
    IDLE_THREADS.fetch_sub(counted, Ordering::Relaxed);
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
    /// The number of the last record that [`Alone::at_park`] has judged, and its answer then:
    /// several lints ask at each record.
    last_park: Cell<u64>,
    was_alone_at_last_park: Cell<bool>,
    /// When the threads were counted last, by the machine's clock.
    counted_at: Cell<Duration>,
    pub(super) times_counted: Cell<u64>,
}

impl Alone {
    /// The loop goes to sleep with this record: can no other thread act, and is no message there?
    pub(super) fn at_park(&self, record: &Record) -> bool {
        if self.last_park.replace(record.seq) != record.seq {
            self.was_alone_at_last_park.set(self.at_time(record.real));
        }
        self.was_alone_at_last_park.get()
    }

    /// The loop goes to sleep at this time of the machine's clock: can no other thread act?
    pub(super) fn at_time(&self, real: Duration) -> bool {
        match self.proven {
            Some(Others::Nobody) => true,
            Some(Others::Libtest) => is_a_test(),
            None => self.note_count_if_allowed(real) && is_only_one() == Some(true),
        }
    }

    /// May the threads be counted now? If so, the count is noted.
    fn note_count_if_allowed(&self, real: Duration) -> bool {
        let times = self.times_counted.get();
        if times >= FIRST_COUNTS && real < self.counted_at.get() + BETWEEN_COUNTS {
            return false;
        }
        self.counted_at.set(real);
        self.times_counted.set(times + 1);
        true
    }
}

/// Is this thread, which is about to sleep, the only one besides kettle's idle ones and libtest's?
/// `None`: the system doesn't say.
fn is_only_one() -> Option<bool> {
    let runtime = Handle::try_current().ok()?;
    let runtimes_threads = || threads_of(iter::once(&runtime));
    let threads_before = runtimes_threads()?;
    let threads_left = left_beside(threads_before)?;
    let is_alone = match threads_left {
        0 => !is_a_test(),
        1 => is_a_test() && !is_libtest_busy(), // libtest's first thread
        _ => false,
    };
    let nothing_changed = || runtimes_threads() == Some(threads_before);
    Some(is_alone && nothing_changed() && runtime.inspector().is_asleep())
}

/// How many threads do these sleeping runtimes have, with the idle ones of their pools? `None`: a
/// blocking job has not ended.
pub(super) fn threads_of<'a>(runtimes: impl Iterator<Item = &'a Handle>) -> Option<usize> {
    let mut sum = 0;
    for runtime in runtimes {
        let (is_pool_idle, pool_threads) = runtime.inspector().threads();
        if !is_pool_idle {
            return None;
        }
        sum += 1 + pool_threads;
    }
    Some(sum)
}

/// Is every thread of the program in a `block_on` of these runtimes, or in one of their pools?
pub(super) fn has_no_own_thread<'a>(runtimes: impl Iterator<Item = &'a Handle>) -> bool {
    let mut sum = 0;
    for inspector in runtimes.map(Handle::inspector) {
        let (is_driven, ..) = inspector.events().poll();
        let (_, pool_threads) = inspector.threads();
        sum += usize::from(is_driven) + pool_threads;
    }
    left_beside(sum) == Some(0)
}

/// How many threads does the process have besides these `known` ones and kettle's own? `None`: the
/// system doesn't say, or the number is smaller than `known`, because a thread has just ended.
pub(super) fn left_beside(known: usize) -> Option<usize> {
    threads()?.checked_sub(known + IDLE_THREADS.load(Ordering::Relaxed))
}
