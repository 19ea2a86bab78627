//! What does the system know of this thread?
//!
//! How long it has run on a processor, and how long it was ready without one. Linux has it under
//! `/proc`. Elsewhere nothing is known, and the lints must make do. A thread that sleeps may wait for what
//! another one has, which is ready and gets no processor: so that is known of the others, too.
//!
//! Interface: [`Times::now`], [`Neighbours::now`], [`Thread`], [`waiting`]. Invariant: nothing is changed, and no
//! file stays open. Not here: what the other threads do (`threads.rs`).

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::thread::{self, ThreadId};
use std::time::Duration;

use kettle_events::Id;
use kettle_runtime::Handle;

use super::threads::{is_asleep, own_number};

/// What a page that has to come from the disk may take.
pub(super) const FETCH: Duration = Duration::from_millis(20);

/// The times of so many other threads are asked for.
const NEIGHBOURS: usize = 32;

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

/// For how long each of the program's other threads was ready without a processor, since it was started.
#[derive(Clone, Debug)]
pub(super) struct Neighbours(BTreeMap<u64, Duration>);

impl Neighbours {
    /// Those of this thread. `None` if the system doesn't tell, or if there are too many.
    pub(super) fn now() -> Option<Neighbours> {
        Neighbours::beside(own_number()?)
    }

    /// Those of the thread with this number.
    pub(super) fn beside(own: u64) -> Option<Neighbours> {
        let mut all = BTreeMap::new();
        for folder in threads_of("self")? {
            let (number, ready) = ready_time(&folder.ok()?.path())?; // one that has just ended was there all the same
            if number != own {
                all.insert(number, ready);
            }
            if all.len() > NEIGHBOURS {
                return None;
            }
        }
        Some(Neighbours(all))
    }

    /// So long, in sum, they were held up since then. One that has ended meanwhile counts as held up for so long as
    /// `ended` says; `None` if that is not known.
    pub(super) fn held_up_since(
        &self,
        before: &Neighbours,
        ended: Option<Duration>,
    ) -> Option<Duration> {
        let gone = before.0.keys().filter(|number| !self.0.contains_key(number)).count();
        let since = |(number, ready): (&u64, &Duration)| {
            ready.saturating_sub(before.0.get(number).copied().unwrap_or_default())
        };
        let most = if gone == 0 { Duration::ZERO } else { ended? * u32::try_from(gone).ok()? };
        Some(most + self.0.iter().map(since).sum::<Duration>())
    }
}

/// A folder for each thread.
fn threads_of(process: &str) -> Option<fs::ReadDir> {
    fs::read_dir(format!("/proc/{process}/task")).ok()
}

/// The thread's number, and for how long it was ready.
fn ready_time(folder: &Path) -> Option<(u64, Duration)> {
    let number = folder.file_name()?.to_str()?.parse().ok()?;
    let times = fs::read_to_string(folder.join("schedstat")).ok()?;
    let ready = times.split_ascii_whitespace().nth(1)?.parse().ok()?;
    Some((number, Duration::from_nanos(ready)))
}

/// A thread by its number in the system, to be asked about from another one.
#[derive(Clone, Copy, Debug, PartialEq)]
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
    let sleeps = is_asleep(&fs::read_to_string(format!("{folder}/stat")).ok()?)?;
    Some(Now { on: Duration::from_nanos(on), sleeps })
}

/// The waiting tasks of this thread's runtime, each with the number of references to it: wakers, handles,
/// and messages on their way. Walks all tasks.
pub(super) fn waiting() -> Vec<(Id, usize)> {
    Handle::try_current().map(|handle| handle.inspector().waiting()).unwrap_or_default()
}

/// Does the program handle signals, so that a handler might do something while all threads sleep?
/// (Those that follow an instruction, such as `SIGSEGV`, come to no thread that sleeps; three are
/// the C library's own.)
pub(super) fn signals_may_come() -> bool {
    handled() != Some(0)
}

fn handled() -> Option<u64> {
    const OWN: u64 = 1 << 3 | 1 << 4 | 1 << 5 | 1 << 6 | 1 << 7 | 1 << 10 | 0b111 << 31;
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let caught = status.lines().find_map(|line| line.strip_prefix("SigCgt:"))?;
    Some(u64::from_str_radix(caught.trim(), 16).ok()? & !OWN)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn neighbours(ready: &[(u64, u64)]) -> Neighbours {
        let times = ready.iter().map(|(number, ms)| (*number, Duration::from_millis(*ms)));
        Neighbours(times.collect())
    }

    /// A lock of std's that is kept for long by a thread without a processor is no mistake of the program's.
    #[test]
    fn what_held_up_the_other_threads_is_added_up() {
        let before = neighbours(&[(7, 100), (8, 0)]);
        let held_up = |now: &[(u64, u64)]| neighbours(now).held_up_since(&before, None);
        assert_eq!(held_up(&[(7, 130), (8, 20)]), Some(Duration::from_millis(50)));
        assert_eq!(
            held_up(&[(7, 100), (8, 0), (9, 5)]),
            Some(Duration::from_millis(5)),
            "a new one"
        );
        assert_eq!(held_up(&[(8, 20)]), None, "what the other had to wait for is lost with it");
        let ended = Some(Duration::from_millis(70));
        let most = neighbours(&[(8, 20)]).held_up_since(&before, ended);
        assert_eq!(most, Some(Duration::from_millis(90)), "but not if it was seen shortly before");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_other_threads_are_known_but_not_this_one() {
        // Not known while a thread of another test ends, or while those are many.
        let knows_itself = || {
            let known = std::iter::repeat_with(Neighbours::now).flatten().next();
            known.unwrap().0.contains_key(&own_number().unwrap())
        };
        assert!(!knows_itself());
        assert!(!std::thread::spawn(knows_itself).join().unwrap());
    }
}
