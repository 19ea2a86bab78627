//! Can no other thread act?
//!
//! If a loop sleeps with no deadline and no task of it waits for a socket, only another thread
//! could wake it. So the hang is certain if the process has no more threads than the ones that
//! sleep like that in a `block_on` of kettle, kettle's own idle ones, and, in a program of tests,
//! libtest's first. Any other thread may act, whatever it waits for.
//!
//! The thread of a runtime asks as it goes to sleep. If several runtimes sleep, the doctor's thread
//! asks after a second, and wakes each to judge for itself.
//!
//! Interface: [`Alone`]; [`threads_of`], [`left_beside`], [`has_no_own_thread`] for the doctor's
//! thread (`watch.rs`).
//! Invariant: each of the threads was asleep before they were counted and after, and nothing has
//! come in between.

use std::cell::Cell;
use std::iter;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use kettle_events::Record;
use kettle_runtime::{Handle, Inspector};

use super::system::{Thread, is_a_test, is_in_tests, is_libtest_busy, threads};

/// The system takes a tenth of a millisecond to list the threads, so it isn't asked again sooner
/// than this.
const BETWEEN_ASKS: Duration = Duration::from_millis(10);
/// But the first few times it is, so that the verdict on a short run doesn't depend on how fast the
/// machine is.
const ASKED_AT_ONCE: u64 = 8;

/// How many threads wait for a run of a search.
static WAITING: AtomicUsize = AtomicUsize::new(0);

/// This thread waits for a run, and does nothing until that has ended. (The first thread of a
/// program of tests is counted as libtest's.)
pub(crate) fn while_this_waits<R>(wait: impl FnOnce() -> R) -> R {
    let first = Thread::this().is_some_and(Thread::is_first);
    let more = usize::from(!(first && is_in_tests()));
    WAITING.fetch_add(more, Ordering::Relaxed);
    let result = wait();
    WAITING.fetch_sub(more, Ordering::Relaxed);
    result
}

/// What is known about the other threads.
#[derive(Debug, Default)]
pub(super) struct Alone {
    /// The doctor's thread has found that all threads sleep for good, until something happens. Is
    /// one of them libtest's?
    pub(super) proven: Option<bool>,
    /// The answer after this record.
    last: Cell<(u64, bool)>,
    /// When the system was asked last, by the machine's clock, and how often in total.
    asked: Cell<(Duration, u64)>,
}

impl Alone {
    /// The loop goes to sleep with this record. Can no other thread act, and has nothing come?
    pub(super) fn is(&self, record: &Record) -> bool {
        if self.last.get().0 != record.seq {
            self.last.set((record.seq, self.is_now(record.real)));
        }
        self.last.get().1
    }

    /// The same as the loop goes to sleep at this time, by the machine's clock.
    pub(super) fn is_now(&self, real: Duration) -> bool {
        match self.proven {
            Some(libtest) => !libtest || is_a_test(),
            None => self.may_ask(real) && is_only_one() == Some(true),
        }
    }

    fn may_ask(&self, real: Duration) -> bool {
        let (last, times) = self.asked.get();
        let may = times < ASKED_AT_ONCE || real >= last + BETWEEN_ASKS;
        if may {
            self.asked.set((real, times + 1));
        }
        may
    }

    /// How often the system was asked for the other threads.
    pub(super) fn times_asked(&self) -> u64 {
        self.asked.get().1
    }
}

/// Is this thread, which is about to sleep, the only one beside kettle's idle ones and libtest's?
fn is_only_one() -> Option<bool> {
    let runtime = Handle::try_current().ok()?;
    let threads = || threads_of(iter::once(&runtime));
    let known = threads()?;
    let (left, is_a_test) = (left_beside(known)?, is_a_test());
    let alone = left == usize::from(is_a_test) && !(is_a_test && is_libtest_busy());
    Some(alone && threads() == Some(known) && runtime.inspector().is_asleep())
}

/// How many threads do these sleeping runtimes have, with the idle ones of their pools? `None`: a
/// job is out.
pub(super) fn threads_of<'a>(runtimes: impl Iterator<Item = &'a Handle>) -> Option<usize> {
    let of = |(is_quiet, threads): (bool, usize)| is_quiet.then_some(1 + threads);
    runtimes.map(|runtime| of(runtime.inspector().threads())).sum()
}

/// Has the program no thread that is neither in a `block_on` of these runtimes nor of their pools?
pub(super) fn has_no_own_thread<'a>(runtimes: impl Iterator<Item = &'a Handle>) -> bool {
    let drives = |of: &Inspector| usize::from(of.events().poll().0);
    let known = runtimes.map(Handle::inspector).map(|it| drives(&it) + it.threads().1);
    left_beside(known.sum()) == Some(0)
}

/// How many threads does the process have besides these `known` ones and kettle's own?
pub(super) fn left_beside(known: usize) -> Option<usize> {
    threads()?.checked_sub(known + WAITING.load(Ordering::Relaxed))
}
