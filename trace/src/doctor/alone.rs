//! Can no other thread act?
//!
//! A runtime sleeps with no deadline, and no task of it waits for a socket: only another thread
//! could wake it. So a hang is certain if there is none left that could. They are counted: the
//! process has no more threads than those that sleep in a `block_on` of kettle in the same way,
//! kettle's own that are idle, and, in a program of tests, libtest's first. What a thread beside
//! these waits for isn't asked: it may act.
//!
//! Of a runtime alone its own thread asks, as it goes to sleep. Of several the doctor's thread
//! asks, when they have slept for a second, and unparks each to judge for itself.
//!
//! Interface: [`Alone`]; [`threads_of`], [`left_beside`] for the doctor's thread (`watch.rs`).
//! Invariant: the count is taken between two looks that found each of these threads asleep, and
//! nothing has come in between.

use std::cell::Cell;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use kettle_events::{Event, Record};
use kettle_runtime::Handle;

use super::system::{Thread, is_a_test, is_in_tests, other_threads};

/// The system takes a tenth of a millisecond to list the threads, so it is asked no sooner than
/// this; but for the first few times, since the verdict on a short run must not depend on how fast
/// the machine is.
const BETWEEN_ASKS: Duration = Duration::from_millis(10);
const ASKED_AT_ONCE: u64 = 8;
/// A search asks so often, a millisecond apart: a thread that has just ended may still be listed.
const TRIES: u32 = 50;

/// So many threads wait for a run of a search, as each search's own does.
static WAITING: AtomicUsize = AtomicUsize::new(0);

/// This thread waits for a run, and acts no sooner. (In a program of tests the first is counted as
/// libtest's.)
pub(crate) fn while_this_waits<R>(wait: impl FnOnce() -> R) -> R {
    let first = Thread::this().is_some_and(Thread::is_first);
    let more = usize::from(!(first && is_in_tests()));
    WAITING.fetch_add(more, Ordering::Relaxed);
    let result = wait();
    WAITING.fetch_sub(more, Ordering::Relaxed);
    result
}

/// What the system has told of the other threads.
#[derive(Debug, Default)]
pub(super) struct Alone {
    /// The doctor's thread has found that all threads sleep for good; is one of them libtest's?
    /// Until something happens.
    pub(super) proven: Option<bool>,
    /// The answer after this record.
    last: Cell<(u64, bool)>,
    /// When the system was asked last, by the machine's clock, and how often in all.
    asked: Cell<(Duration, u64)>,
}

impl Alone {
    /// Has nothing come to the runtime before this record, and can no other thread act? From the
    /// runtime's thread. `again`: it has the time to ask again.
    pub(super) fn is(&self, record: &Record, again: bool) -> bool {
        if self.last.get().0 != record.seq {
            let parks = matches!(record.event, Event::Park { timeout: None });
            let is_test = || Thread::this().is_some_and(is_a_test);
            let proven = self.proven.is_some_and(|libtest| !libtest || is_test());
            let is = proven || self.may_ask(record) && counts(parks, again);
            self.last.set((record.seq, is));
        }
        self.last.get().1
    }

    fn may_ask(&self, record: &Record) -> bool {
        let (last, times) = self.asked.get();
        let may = times < ASKED_AT_ONCE || record.real >= last + BETWEEN_ASKS;
        if may {
            self.asked.set((record.real, times + 1));
        }
        may
    }

    /// How often the system was asked for the other threads.
    pub(super) fn asks(&self) -> u64 {
        self.asked.get().1
    }
}

fn counts(parks: bool, again: bool) -> bool {
    let later = |_| {
        thread::sleep(Duration::from_millis(1));
        is_only_one(parks)
    };
    is_only_one(parks) || (0..if again { TRIES } else { 0 }).any(later)
}

/// Is this thread the only one, beside kettle's own that are idle, and libtest's? If it `parks`:
/// and still about to sleep?
fn is_only_one(parks: bool) -> bool {
    let Ok(runtime) = Handle::try_current() else { return false };
    let inspector = runtime.inspector();
    let Some(idle) = inspector.idle_threads() else { return false };
    let libtest = usize::from(Thread::this().is_some_and(is_a_test));
    let still = || inspector.idle_threads() == Some(idle) && (!parks || inspector.is_asleep());
    other_threads() == Some(idle + libtest + WAITING.load(Ordering::Relaxed)) && still()
}

/// How many threads do these sleeping runtimes have, the idle ones of their pools among them? From
/// the doctor's thread.
pub(super) fn threads_of<'a>(runtimes: impl Iterator<Item = &'a Handle>) -> Option<usize> {
    runtimes.map(|runtime| Some(1 + runtime.inspector().idle_threads()?)).sum()
}

/// And how many threads does the process have beside so many and kettle's own? (The one that asks
/// is one of these.)
pub(super) fn left_beside(known: usize) -> Option<usize> {
    (other_threads()? + 1).checked_sub(known + WAITING.load(Ordering::Relaxed))
}
