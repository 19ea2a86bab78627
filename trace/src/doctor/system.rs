//! What does the system tell of this process's threads?
//!
//! Two facts: how long the runtime's own thread was on a processor and how long it was ready
//! without one, and how many threads the process has. Linux tells them in `/proc`. Elsewhere
//! neither is known: then a long poll is told with its length alone, and no hang is certain.
//!
//! Interface: [`Thread`], [`Times`], [`other_threads`], [`is_a_test`]. Not here: what other threads
//! do, which is nobody's business but theirs.

use std::env;
use std::fs;
use std::path::Path;
use std::process;
use std::thread::{self, ThreadId};
use std::time::Duration;

use crate::words::names::WRITER;

/// The name of the doctor's own thread, and of one that a process of a search has.
pub(crate) const WATCHER: &str = "kettle-doctor";

/// The threads that are no program's: those, the one that writes a trace, and the package
/// `tokio`'s, which tells of a `block_in_place`.
const OURS: [&str; 3] = [WATCHER, WRITER, "kettle-in-place"];

/// A thread by its number in the system.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Thread {
    id: ThreadId,
    number: u64,
}

impl Thread {
    /// This one, if the system has numbers for threads.
    pub(super) fn this() -> Option<Thread> {
        let link = fs::read_link("/proc/thread-self").ok()?;
        let number = link.file_name()?.to_str()?.parse().ok()?;
        Some(Thread { id: thread::current().id(), number })
    }

    pub(super) fn is_this(&self) -> bool {
        self.id == thread::current().id()
    }

    /// Is it the program's first?
    pub(super) fn is_first(self) -> bool {
        self.number == u64::from(process::id())
    }

    /// Its times since it was started.
    pub(super) fn times(self) -> Option<Times> {
        let text = fs::read_to_string(format!("/proc/self/task/{}/schedstat", self.number)).ok()?;
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

/// How many other threads there are, without [`OURS`], if the system tells.
pub(crate) fn other_threads() -> Option<usize> {
    let mut threads = 0_usize;
    for entry in fs::read_dir("/proc/self/task").ok()? {
        let name = fs::read_to_string(entry.ok()?.path().join("comm")).unwrap_or_default();
        threads += usize::from(!OURS.contains(&name.trim_end()));
    }
    threads.checked_sub(1)
}

/// Is this a program of tests? Cargo puts these into a folder `deps`.
pub(super) fn is_in_tests() -> bool {
    let program = env::current_exe().unwrap_or_default();
    program.parent().and_then(Path::file_name).is_some_and(|folder| folder == "deps")
}

/// Does libtest run a test on this thread, and wait for it on the program's first? It names the
/// thread as the test.
pub(super) fn is_a_test(this: Thread) -> bool {
    let is_named = thread::current().name().is_some_and(|name| name != "main");
    is_in_tests() && is_named && this.is_this() && !this.is_first()
}
