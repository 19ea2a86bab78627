//! What does the system know about this process's threads?
//!
//! Interface:
//! - [`Thread::waits_for_good`]: does a thread wait for another one without a time limit?
//! - [`Thread::times`]: how long was it on a processor, and how long was it ready without one?
//! - [`threads`]: how many threads has the process, without kettle's helpers?
//! - [`was_stopped_within`] some time: was the whole process stopped? ([`pause`] measures that.)
//! - [`is_in_tests`], [`is_a_test`], [`is_libtest_busy`]: what are libtest's threads doing?
//!
//! On Linux the other answers are in `/proc`. On other systems there are none: there the verdict
//! on a long poll has only its length, and no hang is certain.

use std::path::Path;
use std::time::{Duration, Instant};
use std::{env, fs, process, thread};

use parking_lot::Mutex;

/// The name of the doctor's thread, and of the thread that ends a search's orphaned process.
pub(crate) const WATCHER: &str = "kettle-doctor";
/// The name of the thread that writes a trace.
pub(crate) const WRITER: &str = "kettle-trace";

/// The names of kettle's own threads, which wake no task. (The package `tokio` uses the last one
/// for a thread that reports a `block_in_place`.)
const OURS: [&str; 3] = [WATCHER, WRITER, "kettle-in-place"];

/// The time between two visits of the doctor's thread.
pub(super) const PAUSE: Duration = Duration::from_millis(250);

/// When that thread has fallen asleep, if it sleeps; and when it last slept for far too long.
static PAUSES: Mutex<(Option<Instant>, Option<Instant>)> = Mutex::new((None, None));

/// The doctor's thread sleeps until its next visit.
pub(super) fn pause() {
    let began = Instant::now();
    PAUSES.lock().0 = Some(began);
    thread::sleep(PAUSE);
    let mut pauses = PAUSES.lock();
    pauses.0 = None;
    if began.elapsed() > 2 * PAUSE {
        pauses.1 = Some(Instant::now());
    }
}

/// Has the doctor's thread, within the latest time of this length, slept for so long that the
/// process was stopped (Ctrl-Z, a debugger), or the machine is too busy to tell?
pub(super) fn was_stopped_within(time: Duration) -> bool {
    let (asleep, stopped) = *PAUSES.lock();
    asleep.is_some_and(|began| began.elapsed() > 2 * PAUSE)
        || stopped.is_some_and(|ended| ended.elapsed() <= time + PAUSE)
}

/// A thread's number in the system.
#[derive(Clone, Copy, Debug)]
pub(super) struct Thread(u32);

impl Thread {
    /// This thread, if the system has numbers for threads.
    pub(super) fn this() -> Option<Thread> {
        let link = fs::read_link("/proc/thread-self").ok()?;
        Some(Thread(link.file_name()?.to_str()?.parse().ok()?))
    }

    /// Is it the program's first?
    pub(super) fn is_first(self) -> bool {
        self.0 == process::id()
    }

    /// Does it wait for another thread of this process, without a time limit?
    pub(super) fn waits_for_good(self) -> bool {
        /// Set in the operation if no other process can wake the thread.
        const PRIVATE: u64 = 128;
        self.futex_wait().is_some_and(|(operation, timeout)| {
            let operation = u64::from_str_radix(operation.trim_start_matches("0x"), 16);
            timeout == "0x0" && operation.is_ok_and(|bits| bits & PRIVATE != 0)
        })
    }

    /// If it waits for another thread: the operation of its system call, and the address of the
    /// time limit, which is `0x0` if there is none.
    fn futex_wait(self) -> Option<(String, String)> {
        /// The number of the system call.
        const FUTEX: &str = if cfg!(target_arch = "x86_64") { "202" } else { "98" };
        let path = format!("/proc/self/task/{}/syscall", self.0);
        let call = fs::read_to_string(path).ok()?;
        let words: Vec<&str> = call.split_ascii_whitespace().collect();
        match words[..] {
            [FUTEX, _address, operation, _value, timeout, ..] => {
                Some((operation.to_owned(), timeout.to_owned()))
            }
            _ => None,
        }
    }

    /// Its times, if the system counts them.
    pub(super) fn times(self) -> Option<Times> {
        let text = fs::read_to_string(format!("/proc/self/task/{}/schedstat", self.0)).ok()?;
        let mut numbers = text.split_ascii_whitespace().map_while(|number| number.parse().ok());
        let (on, ready) = (numbers.next()?, numbers.next()?);
        if on == 0 {
            return None; // a system that doesn't count the times has the file, too
        }
        Some(Times { on: Duration::from_nanos(on), ready: Duration::from_nanos(ready) })
    }
}

/// The times of a thread since it started.
#[derive(Clone, Copy, Debug)]
pub(super) struct Times {
    /// How long it was on a processor.
    pub(super) on: Duration,
    /// How long it was ready, but the processors were busy.
    pub(super) ready: Duration,
}

/// How many threads the process has, without [`OURS`], if the system says so.
pub(crate) fn threads() -> Option<usize> {
    let mut threads = 0;
    for entry in fs::read_dir("/proc/self/task").ok()? {
        let name = fs::read_to_string(entry.ok()?.path().join("comm")).unwrap_or_default();
        threads += usize::from(!OURS.contains(&name.trim_end()));
    }
    Some(threads)
}

/// Is this a test program? Cargo puts these into a folder `deps`.
pub(super) fn is_in_tests() -> bool {
    let program = env::current_exe().unwrap_or_default();
    program.parent().and_then(Path::file_name).is_some_and(|folder| folder == "deps")
}

/// Does libtest run a test on this thread, and wait for it on the program's first thread? (libtest
/// gives the thread the test's name.)
pub(super) fn is_a_test() -> bool {
    let is_named = thread::current().name().is_some_and(|name| name != "main");
    is_in_tests() && is_named && Thread::this().is_some_and(|this| !this.is_first())
}

/// Is libtest's first thread at work, because it starts a test or one has ended?
pub(super) fn is_libtest_busy() -> bool {
    is_in_tests() && Thread(process::id()).futex_wait().is_none()
}
