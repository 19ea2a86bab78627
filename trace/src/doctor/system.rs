//! What does the system know of this thread?
//!
//! How long it has run on a processor, and how long it was ready without one. Linux has it under
//! `/proc`. Elsewhere nothing is known, and the lints must make do.
//!
//! Interface: [`Times::now`], [`Thread`], [`waiting`]. Invariant: nothing is changed, and no file stays
//! open. Not here: what the other threads do (`threads.rs`).

use std::fs;
use std::thread::{self, ThreadId};
use std::time::Duration;

use kettle_events::Id;
use kettle_runtime::Handle;

use super::threads::own_number;

/// What a page that has to come from the disk may take.
pub(super) const FETCH: Duration = Duration::from_millis(20);

/// A thread's times since it was started.
#[derive(Clone, Copy, Debug)]
pub(super) struct Times {
    thread: ThreadId,
    /// On a processor.
    on: Duration,
    /// Ready, while the processors were busy with others.
    ready: Duration,
    /// How often it waited for a page that lay on the disk.
    fetched: u32,
}

/// What a thread did between two readings.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spent {
    /// On a processor.
    pub(super) on: Duration,
    /// Ready, without one.
    pub(super) ready: Duration,
    /// How often it waited for the disk, because something in memory wasn't there.
    pub(super) fetched: u32,
}

impl Times {
    /// This thread's times, if the system tells them.
    pub(super) fn now() -> Option<Times> {
        let text = fs::read_to_string("/proc/thread-self/schedstat").ok()?;
        let mut numbers = text.split_ascii_whitespace().map(str::parse);
        let mut next = || Some(Duration::from_nanos(numbers.next()?.ok()?));
        let (on, ready) = (next()?, next()?);
        if (on, ready) == (Duration::ZERO, Duration::ZERO) {
            return None; // the file is there, but the system doesn't count
        }
        Some(Times { thread: thread::current().id(), on, ready, fetched: major_faults()? })
    }

    /// What it did since then. If `before` is another thread's: since this one was started.
    pub(super) fn since(self, before: Option<Times>) -> Spent {
        let Times { thread, on, ready, fetched } = self;
        match before.filter(|before| before.thread == thread) {
            Some(before) => Spent {
                on: on.saturating_sub(before.on),
                ready: ready.saturating_sub(before.ready),
                fetched: fetched.saturating_sub(before.fetched),
            },
            None => Spent { on, ready, fetched },
        }
    }
}

fn major_faults() -> Option<u32> {
    let text = fs::read_to_string("/proc/thread-self/stat").ok()?;
    // The thread's name is in brackets, and may hold anything.
    let (_, numbers) = text.rsplit_once(')')?;
    numbers.split_ascii_whitespace().nth(9)?.parse().ok()
}

/// A thread by its number in the system, to be asked about from another one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Thread {
    id: ThreadId,
    pub(super) number: u64,
}

impl Thread {
    /// This one, if the system has numbers for threads.
    pub(super) fn this() -> Option<Thread> {
        Some(Thread { id: thread::current().id(), number: own_number()? })
    }

    pub(super) fn is_this(&self) -> bool {
        self.id == thread::current().id()
    }
}

/// What a thread is at.
#[derive(Clone, Copy, Debug)]
pub(super) struct Now {
    /// So long it was on a processor since it was started.
    pub(super) on: Duration,
    /// It neither runs nor is ready to.
    pub(super) sleeps: bool,
}

/// What a thread of this process is at, if the system tells.
pub(super) fn state_of(thread: Thread) -> Option<Now> {
    let folder = format!("/proc/self/task/{}", thread.number);
    let times = fs::read_to_string(format!("{folder}/schedstat")).ok()?;
    let on = times.split_ascii_whitespace().next()?.parse().ok()?;
    let text = fs::read_to_string(format!("{folder}/stat")).ok()?;
    // The thread's name is in brackets, and may hold anything.
    let (_, state) = text.rsplit_once(')')?;
    let sleeps = matches!(state.trim_start().chars().next()?, 'S' | 'D');
    Some(Now { on: Duration::from_nanos(on), sleeps })
}

/// The waiting tasks of this thread's runtime, each with the number of references to it: wakers, handles,
/// and messages on their way. Walks all tasks.
pub(super) fn waiting() -> Vec<(Id, usize)> {
    Handle::try_current().map(|handle| handle.metrics().waiting()).unwrap_or_default()
}

/// Does the program handle signals, so that a handler might do something while all threads sleep?
/// (Those that follow an instruction, such as `SIGSEGV`, come to no thread that sleeps; three are
/// the C library's own.)
pub(super) fn signals_may_come() -> bool {
    const OWN: u64 = 1 << 3 | 1 << 4 | 1 << 5 | 1 << 6 | 1 << 7 | 1 << 10 | 0b111 << 31;
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let caught = status.lines().find_map(|line| line.strip_prefix("SigCgt:"));
    let caught = caught.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    caught.is_none_or(|mask| mask & !OWN != 0)
}
