//! Which threads does this process have, and do they sleep?
//!
//! As the system tells it, so that nothing has to be measured. Elsewhere than on Linux there is no answer, and a
//! check does without.
//!
//! Interface: [`others`], [`until_all_sleep`] for all of them; [`Seen`] for one; [`elsewhere`]; [`timeouts_are_late`], [`timeouts_are_over`], [`shortest_timeout`].

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread;
use std::time::Duration;

use crate::spins;

/// When a timeout of a condition variable comes, in percent of its time.
static TIMEOUTS: AtomicU32 = AtomicU32::new(100);

static SHORTEST: Mutex<Option<Duration>> = Mutex::new(None);

/// From now on each timeout of a condition variable comes a thousand times as late, as on a busy machine. So one
/// that makes up for a lost wake doesn't.
pub fn timeouts_are_late() {
    TIMEOUTS.store(100_000, Ordering::SeqCst);
}

/// From now on each comes at once, as if a long time had passed.
pub fn timeouts_are_over() {
    TIMEOUTS.store(0, Ordering::SeqCst);
}

/// The shortest timeout that a thread has slept with since this was asked last.
pub fn shortest_timeout() -> Option<Duration> {
    SHORTEST.lock().unwrap_or_else(PoisonError::into_inner).take()
}

/// As std's.
pub fn park_timeout(set: Duration) {
    note(set);
    thread::park_timeout(set);
}

fn note(set: Duration) {
    let mut shortest = SHORTEST.lock().unwrap_or_else(PoisonError::into_inner);
    *shortest = Some(shortest.map_or(set, |shortest| shortest.min(set)));
}

/// When a timeout comes.
#[must_use]
pub fn timeout(set: Duration) -> Duration {
    note(set);
    set.saturating_mul(TIMEOUTS.load(Ordering::SeqCst)) / 100
}

/// So often in a row all must be asleep: a thread may sleep for a moment on its way.
const IN_A_ROW: usize = 20;
/// So often it is looked before that is given up: one that is to be there may have ended.
const LOOKS: usize = 1_000;
/// So much work of the others, in hundredths of a second, is a spin. One that waits for a processor does none.
const SPIN: u64 = 20;

/// The states of the other threads of this process, as the system gives them: `S` sleeps. `None` where that can't be known.
#[must_use]
pub fn others() -> Option<Vec<char>> {
    Some(others_at_work()?.into_iter().map(|(state, _)| state).collect())
}

/// The same, and how many hundredths of a second each has worked.
fn others_at_work() -> Option<Vec<(char, u64)>> {
    let own = fs::read_link("/proc/thread-self").ok()?;
    let tasks = fs::read_dir("/proc/self/task").ok()?;
    let others =
        tasks.flatten().map(|task| task.path()).filter(|task| task.file_name() != own.file_name());
    Some(others.filter_map(|task| state(&task)).collect())
}

/// What this thread does (`S`: it sleeps), and how many hundredths of a second it has worked.
fn state(task: &Path) -> Option<(char, u64)> {
    let stat = fs::read_to_string(task.join("stat")).ok()?;
    let fields: Vec<&str> = stat.rsplit_once(") ")?.1.split(' ').collect();
    let ticks = |field: usize| fields.get(field)?.parse::<u64>().ok();
    Some((fields.first()?.chars().next()?, ticks(11)? + ticks(12)?))
}

/// Waits until at least so many others are there, and all of them sleep. How often it had to look: `Err` if that was given
/// up. A thread that only waits for a processor is waited for, however long.
///
/// # Errors
///
/// One of them worked on, or they were not so many.
pub fn until_all_sleep(least: usize) -> Result<usize, usize> {
    let (mut before, mut too_few) = (u64::MAX, 0);
    in_a_row(|_| {
        let Some(others) = others_at_work() else { return Is::Asleep };
        let worked: u64 = others.iter().map(|(_, worked)| worked).sum();
        let all_sleep = others.iter().all(|&(is, _)| is == 'S');
        too_few += usize::from(others.len() < least);
        before = before.min(worked); // less, when one has ended
        if worked - before >= SPIN || too_few >= LOOKS {
            Is::AtWork
        } else if all_sleep && others.len() >= least {
            Is::Asleep
        } else {
            Is::Awake
        }
    })
}

/// What a look has found.
enum Is {
    Asleep,
    Awake,
    /// And that was long enough.
    AtWork,
}

/// Looks until it was asleep often enough in a row. How often that was: `Err` if it is at work.
fn in_a_row(mut look: impl FnMut(usize) -> Is) -> Result<usize, usize> {
    let mut row = 0;
    for looks in 1.. {
        row = match look(looks) {
            Is::Asleep => row + 1,
            Is::Awake => 0,
            Is::AtWork => return Err(looks),
        };
        if row == IN_A_ROW {
            return Ok(looks);
        }
        // One that works for long has the processor for itself.
        if row == 0 && looks > 100 {
            thread::sleep(Duration::from_millis(1));
        } else {
            thread::yield_now();
        }
    }
    unreachable!("there is always one more look")
}

/// Runs it on another thread. Returns when that has ended, or sleeps: it waits for this one, say. (Or works on, for a
/// lock that spins.)
pub fn elsewhere(run: impl FnOnce() + Send + 'static) {
    // Nothing here parks this thread: that might take an `unpark` which `run` has for it.
    let here = Arc::new(OnceLock::new());
    let there = Arc::clone(&here);
    let other = thread::spawn(move || {
        there.set(Seen::here()).expect("set once");
        run();
    });
    while here.get().is_none() {
        thread::yield_now();
    }
    let now = || state(here.get()?.0.as_ref()?);
    let before = now().map_or(0, |(_, ticks)| ticks);
    let _ = in_a_row(|_| match now() {
        _ if other.is_finished() => Is::Asleep,
        Some((_, ticks)) if ticks - before >= SPIN => Is::AtWork,
        Some((state, _)) if state != 'S' => Is::Awake,
        _ => Is::Asleep,
    });
}

/// A thread, as others can see it.
#[derive(Clone, Debug)]
pub struct Seen(Option<PathBuf>);

impl Seen {
    /// This one.
    #[must_use]
    pub fn here() -> Seen {
        let own = fs::read_link("/proc/thread-self").ok();
        Seen(own.and_then(|own| Some(Path::new("/proc/self/task").join(own.file_name()?))))
    }

    /// Returns when it sleeps. (On Linux. Elsewhere it had many occasions to do so.)
    pub fn until_asleep(&self) {
        let now = || state(self.0.as_ref()?);
        let before = now().map_or(0, |(_, ticks)| ticks);
        let slept = in_a_row(|_| match now() {
            Some((_, ticks)) if ticks - before >= SPIN => Is::AtWork,
            Some((state, _)) if state != 'S' => Is::Awake,
            Some(_) => Is::Asleep,
            None => {
                (0..1_000).for_each(|_| thread::yield_now());
                Is::Asleep
            }
        });
        if let Err(looks) = slept {
            spins("while it had to sleep, the waiting thread was seen at work", looks);
        }
    }

    /// Ends the check if it leaves its sleep again and again, without a wake. (Linux only: a thread that goes
    /// to sleep has given the processor away, and that is counted.)
    pub fn sleeps_on(&self) {
        let Some(before) = self.times_asleep() else { return };
        for _ in 0..5_000 {
            let again = self.times_asleep().map_or(0, |now| now - before);
            if again >= 3 {
                spins("it was not woken, and the thread left its sleep to look for a wake", again);
            }
            thread::yield_now();
        }
    }

    /// How often it has gone to sleep.
    fn times_asleep(&self) -> Option<usize> {
        let status = fs::read_to_string(self.0.as_ref()?.join("status")).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("voluntary_ctxt_switches:"))?;
        line.trim().parse().ok()
    }
}
