//! What does the system know about this process's threads?
//!
//! Three facts: how long a thread was on a processor, and how long it was ready without one;
//! whether it waits for another thread; and how many threads the process has. On Linux they are in
//! `/proc`. Elsewhere, the verdict on a long poll has only its length, and no hang is certain.
//!
//! Interface: [`Thread`], [`Times`]; [`threads`], [`is_a_test`].

use std::path::Path;
use std::time::Duration;
use std::{env, fs, process, thread};

use crate::words::names::WRITER;

/// The name of the doctor's own thread, and of one that a process of a search has.
pub(crate) const WATCHER: &str = "kettle-doctor";

/// The threads that aren't the program's: these, the one that writes a trace, and the one with
/// which the package `tokio` reports a `block_in_place`.
const OURS: [&str; 3] = [WATCHER, WRITER, "kettle-in-place"];

/// A thread's number in the system.
#[derive(Clone, Copy, Debug)]
pub(super) struct Thread(u32);

impl Thread {
    /// This one's, if the system has numbers for threads.
    pub(super) fn this() -> Option<Thread> {
        let link = fs::read_link("/proc/thread-self").ok()?;
        Some(Thread(link.file_name()?.to_str()?.parse().ok()?))
    }

    /// Is it the program's first?
    pub(super) fn is_first(self) -> bool {
        self.0 == process::id()
    }

    /// Does it wait for another thread, with no limit of time?
    pub(super) fn waits_for_good(self) -> bool {
        self.awaits().as_deref() == Some("0x0")
    }

    /// The time limit of its wait for another thread (the fourth argument of `futex`).
    fn awaits(self) -> Option<String> {
        const FUTEX: &str = if cfg!(target_arch = "x86_64") { "202" } else { "98" };
        let path = format!("/proc/self/task/{}/syscall", self.0);
        let call = fs::read_to_string(path).ok()?;
        let mut words = call.split_ascii_whitespace();
        words.next().filter(|call| *call == FUTEX)?;
        words.nth(3).map(str::to_owned)
    }

    /// Its times since it started.
    pub(super) fn times(self) -> Option<Times> {
        let text = fs::read_to_string(format!("/proc/self/task/{}/schedstat", self.0)).ok()?;
        let mut numbers = text.split_ascii_whitespace().map_while(|number| number.parse().ok());
        let (on, ready) = (numbers.next()?, numbers.next()?);
        // Where the system doesn't count, the file is there all the same.
        (on > 0).then(|| Times { on: Duration::from_nanos(on), ready: Duration::from_nanos(ready) })
    }
}

/// How long a thread was on a processor, and how long it was ready while the processors were busy.
#[derive(Clone, Copy, Debug)]
pub(super) struct Times {
    pub(super) on: Duration,
    pub(super) ready: Duration,
}

/// How many threads the process has, without [`OURS`], if the system tells.
pub(crate) fn threads() -> Option<usize> {
    let mut threads = 0;
    for entry in fs::read_dir("/proc/self/task").ok()? {
        let name = fs::read_to_string(entry.ok()?.path().join("comm")).unwrap_or_default();
        threads += usize::from(!OURS.contains(&name.trim_end()));
    }
    Some(threads)
}

/// Is this a program of tests? Cargo puts these into a folder `deps`.
pub(super) fn is_in_tests() -> bool {
    let program = env::current_exe().unwrap_or_default();
    program.parent().and_then(Path::file_name).is_some_and(|folder| folder == "deps")
}

/// Does libtest run a test on this thread, and wait for it on the program's first? It names the
/// thread as the test.
pub(super) fn is_a_test() -> bool {
    let is_named = thread::current().name().is_some_and(|name| name != "main");
    is_in_tests() && is_named && Thread::this().is_some_and(|this| !this.is_first())
}

/// Is libtest about to do something, because it starts a test or one has ended?
pub(super) fn is_libtest_busy() -> bool {
    is_in_tests() && Thread(process::id()).awaits().is_none()
}
