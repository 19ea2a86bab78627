//! What does the system know of this thread?
//!
//! How long it has run on a processor, how long it was ready without one, and how many threads
//! there are. Linux has it under `/proc`. Elsewhere nothing is known, and the lints must make do.
//!
//! Interface: [`Times::now`], [`Thread`], [`is_alone`], [`none_can_run`], [`waiting`]. Invariant: nothing is
//! changed, and no file stays open.

use std::collections::BTreeMap;
use std::fs;
use std::thread::{self, ThreadId};
use std::time::Duration;

use kettle_events::Id;
use kettle_runtime::Handle;

use crate::words::names::WRITER;

/// The name of the doctor's own thread.
pub(super) const WATCHER: &str = "kettle-doctor";

/// What a page that has to come from the disk may take.
pub(super) const FETCH: Duration = Duration::from_millis(20);

/// There is at most one, and perhaps one that is just about to end.
const WATCHERS: usize = 2;

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
    number: u64,
}

impl Thread {
    /// This one, if the system has numbers for threads.
    pub(super) fn this() -> Option<Thread> {
        let path = fs::read_link("/proc/thread-self").ok()?;
        let number = path.file_name()?.to_str()?.parse().ok()?;
        Some(Thread { id: thread::current().id(), number })
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

/// Does this thread wait for a lock, a channel or the like, without a timeout?
pub(super) fn awaits_another(thread: Thread) -> bool {
    let line = fs::read_to_string(format!("/proc/self/task/{}/syscall", thread.number));
    line.is_ok_and(|line| futex(&line).is_some())
}

/// Do all other threads wait for each other, and none of them for a time, a file or a socket? How many are
/// they? `sleeper` is a runtime's thread that must sleep, too; the doctor's threads don't count.
///
/// Only a thread of this process can end a wait for a futex of its own that has no timeout, and only the
/// end of a thread a wait for that end. Each thread is looked at twice: if it was given a processor in
/// between, its count of those times has changed. So there was a moment at which all of them waited.
pub(super) fn none_can_run(sleeper: Thread) -> Option<usize> {
    let before = waits_of_all(sleeper)?;
    (waits_of_all(sleeper)? == before).then_some(before.len() - 1)
}

/// How often each thread was given a processor; `None` if one of them may go on by itself.
fn waits_of_all(sleeper: Thread) -> Option<BTreeMap<u64, String>> {
    let mut all = BTreeMap::new();
    let mut ends = Vec::new();
    for entry in fs::read_dir("/proc/self/task").ok()? {
        let folder = entry.ok()?.path();
        let read = |file: &str| fs::read_to_string(folder.join(file)).ok();
        if [WATCHER, WRITER].contains(&read("comm")?.trim_end()) {
            continue;
        }
        let number: u64 = folder.file_name()?.to_str()?.parse().ok()?;
        let turns = turns(&read("schedstat")?)?;
        if number == sleeper.number {
            if !state_of(sleeper)?.sleeps {
                return None;
            }
        } else if let ForThread::End(of) = futex(&read("syscall")?)? {
            ends.push(of);
        }
        all.insert(number, turns);
    }
    (all.contains_key(&sleeper.number) && ends.iter().all(|of| all.contains_key(of))).then_some(all)
}

/// How often the thread with this line was given a processor; `None` if the system doesn't count: then the
/// file is there all the same, and says nothing but zeros.
fn turns(line: &str) -> Option<String> {
    let counts = line.split_ascii_whitespace().any(|number| number != "0");
    counts.then(|| line.split_ascii_whitespace().nth(2).map(str::to_owned))?
}

/// What a thread waits for that only another one can end.
enum ForThread {
    /// A lock, a channel, a condition.
    Wake,
    /// That thread's end.
    End(u64),
}

/// Is this the line of a thread that waits for a futex, with no timeout?
fn futex(line: &str) -> Option<ForThread> {
    const NUMBER: &str = if cfg!(target_arch = "x86_64") { "202" } else { "98" };
    const WAIT: u64 = 0;
    const WAIT_BITSET: u64 = 9;
    const PRIVATE: u64 = 0x80;
    const CLOCK: u64 = 0x100;
    let mut words = line.split_ascii_whitespace();
    let known = cfg!(any(target_arch = "x86_64", target_arch = "aarch64"));
    if !known || words.next()? != NUMBER {
        return None;
    }
    let mut next = || u64::from_str_radix(words.next()?.trim_start_matches("0x"), 16).ok();
    let (_address, what, value, timeout) = (next()?, next()?, next()?, next()?);
    let waits = [WAIT, WAIT_BITSET].contains(&(what & !PRIVATE & !CLOCK)) && timeout == 0;
    match (waits, what & PRIVATE != 0) {
        (false, _) => None,
        (true, true) => Some(ForThread::Wake),
        (true, false) => Some(ForThread::End(value)), // so the C library joins; any other has no such thread
    }
}

/// The waiting tasks of this thread's runtime, each with the number of references to it: wakers, handles,
/// and messages on their way. Walks all tasks.
pub(super) fn waiting() -> Vec<(Id, usize)> {
    Handle::try_current().map(|handle| handle.metrics().waiting()).unwrap_or_default()
}

/// Is this the program's only thread, beside the doctor's own, the one that writes a trace, and the idle ones
/// of this runtime's pool for blocking work? Not if a job is out, or if the system doesn't tell.
///
/// Nor if a message has come meanwhile: a thread that has ended may have sent it.
pub(super) fn is_alone() -> bool {
    let Ok(handle) = Handle::try_current() else { return false };
    let metrics = handle.metrics();
    let Some(idle) = metrics.idle_threads() else { return false };
    // Their number is one look; whose they are, one for each.
    most_other_threads().is_none_or(|others| others >= idle && others <= idle + WATCHERS)
        && other_threads() == Some(idle)
        && metrics.idle_threads() == Some(idle)
}

/// How many other threads there are, the doctor's own among them, as the system counts them.
#[cfg(target_os = "linux")]
fn most_other_threads() -> Option<usize> {
    use std::os::linux::fs::MetadataExt;
    // A folder for each thread, and two links that every folder has.
    let links = fs::metadata("/proc/self/task").ok()?.st_nlink();
    usize::try_from(links.checked_sub(3)?).ok()
}

#[cfg(not(target_os = "linux"))]
fn most_other_threads() -> Option<usize> {
    None
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

fn other_threads() -> Option<usize> {
    let mut threads = 0_usize;
    for entry in fs::read_dir("/proc/self/task").ok()? {
        let name = fs::read_to_string(entry.ok()?.path().join("comm")).unwrap_or_default();
        threads += usize::from(![WATCHER, WRITER].contains(&name.trim_end()));
    }
    threads.checked_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_system_that_does_not_count_proves_nothing() {
        assert_eq!(turns("812500 0 17\n"), Some("17".to_owned()));
        assert_eq!(turns("0 0 0\n"), None);
        assert_eq!((turns(""), turns("812500 0")), (None, None));
    }
}
