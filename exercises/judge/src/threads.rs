//! What does a check do with more than one thread?
//!
//! [`at_once`] lets two of them do their part at the same time, many times, and looks after each
//! round. [`Seen`] asks the system whether a thread sleeps, so that no time has to be measured.
//! Only Linux answers that; elsewhere a check does without.

use std::fs;
use std::hint;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::thread;
use std::time::{Duration, Instant};

use crate::spins;

/// Limits on the rounds, and on the time of all of them: a busy machine does fewer.
const MAX_ROUNDS: u32 = crate::many(20_000);
const MAX_TIME: Duration = Duration::from_millis(800);

/// Each round runs `one` on this thread and `other` on a second one, at the same time, on a state
/// that `make` has made. Then `look` gets the value of `one`, and looks at the state.
///
/// ```
/// use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
///
/// let add = |cups: &AtomicUsize| cups.fetch_add(1, SeqCst);
/// kettle_judge::threads::at_once(
///     AtomicUsize::default,
///     add,
///     |cups| _ = add(cups),
///     |cups, before| assert!(before < 2 && cups.load(SeqCst) == 2),
/// );
/// ```
pub fn at_once<S: Sync, A>(
    make: impl Fn() -> S,
    one: impl Fn(&S) -> A,
    other: impl Fn(&S) + Sync,
    look: impl Fn(&S, A),
) {
    let states: Vec<S> = (0..MAX_ROUNDS).map(|_| make()).collect();
    // The last round that this thread has begun, and that the second one has done; or `OVER`.
    let (begun, done) = (AtomicUsize::new(0), AtomicUsize::new(0));
    thread::scope(|scope| {
        scope.spawn(|| {
            let _end = OverAtTheEnd(&done);
            for (round, state) in (1..).zip(&states) {
                if !reaches(&begun, round) {
                    return;
                }
                other(state);
                done.store(round, SeqCst);
            }
        });
        let _end = OverAtTheEnd(&begun);
        let start = Instant::now();
        for (round, state) in (1..).zip(&states) {
            begun.store(round, SeqCst);
            // `one` begins a little later in each of eight rounds, so the two meet everywhere.
            (0..round % 8).for_each(|_| hint::spin_loop());
            let value = one(state);
            if !reaches(&done, round) || start.elapsed() > MAX_TIME {
                return;
            }
            look(state, value);
        }
    });
}

/// In the place of a round: the thread does no more rounds.
const OVER: usize = usize::MAX;

/// Tells the other thread that this one does no more rounds, even if this one panics.
struct OverAtTheEnd<'a>(&'a AtomicUsize);

impl Drop for OverAtTheEnd<'_> {
    fn drop(&mut self) {
        self.0.store(OVER, SeqCst);
    }
}

/// Waits until the other thread's `count` reaches this round. Returns false if it is [`OVER`]. (It
/// doesn't sleep: waking it up would take longer than the moment in which the two can meet.)
fn reaches(count: &AtomicUsize, round: usize) -> bool {
    for spins in 1_usize.. {
        match count.load(SeqCst) {
            OVER => return false,
            now if now >= round => return true,
            _ if spins.is_multiple_of(1_000) => thread::yield_now(),
            _ => hint::spin_loop(),
        }
    }
    unreachable!("there is always one more look")
}

/// How many looks in a row must find a thread asleep: it may sleep for a moment on its way.
const LOOKS_IN_A_ROW: usize = 20;
/// A thread that should sleep and has worked for so many ticks is in a busy loop. (While it waits
/// for a processor, it doesn't work.)
const BUSY_TICKS: u64 = 20;

/// What Linux says of a thread or a process.
#[derive(Debug, PartialEq)]
pub(crate) struct TaskState {
    /// `S`: it sleeps. `R`: it works, or waits for a processor.
    pub(crate) letter: char,
    /// How long it has worked, in hundredths of a second.
    pub(crate) ticks: u64,
}

impl TaskState {
    /// Reads the state from this folder in `/proc`.
    pub(crate) fn read(task: &Path) -> Option<TaskState> {
        TaskState::parse(&fs::read_to_string(task.join("stat")).ok()?)
    }

    fn parse(stat: &str) -> Option<TaskState> {
        // The second field is the name, in brackets, and may have blanks in it.
        let fields: Vec<&str> = stat.rsplit_once(") ")?.1.split(' ').collect();
        let ticks = |field: usize| fields.get(field)?.parse::<u64>().ok();
        let (user, system) = (ticks(11)?, ticks(12)?);
        Some(TaskState { letter: fields.first()?.chars().next()?, ticks: user + system })
    }
}

/// A thread, as others can see it: its folder in `/proc`, if there is one.
#[derive(Clone, Debug)]
pub struct Seen(Option<PathBuf>);

impl Seen {
    /// The current thread.
    #[must_use]
    pub fn here() -> Seen {
        let own = fs::read_link("/proc/thread-self").ok();
        Seen(own.and_then(|own| Some(Path::new("/proc/self/task").join(own.file_name()?))))
    }

    /// Returns when it sleeps, or, elsewhere than on Linux, when it had plenty of occasions to.
    pub fn until_asleep(&self) {
        let now = || TaskState::read(self.0.as_ref()?);
        let ticks_before = now().map_or(0, |state| state.ticks);
        let mut asleep_in_a_row = 0;
        for looks in 1.. {
            match now() {
                Some(state) if state.ticks - ticks_before >= BUSY_TICKS => {
                    spins("the waiting thread should sleep, and was seen at work", looks)
                }
                Some(TaskState { letter: 'S', .. }) => asleep_in_a_row += 1,
                Some(_) => asleep_in_a_row = 0,
                None => {
                    (0..1_000).for_each(|_| thread::yield_now());
                    asleep_in_a_row += 1;
                }
            }
            if asleep_in_a_row == LOOKS_IN_A_ROW {
                return;
            }
            thread::yield_now();
        }
    }

    /// Ends the check if it leaves its sleep again and again, without a wake. (Linux only: a thread
    /// that goes to sleep has given the processor away, and that is counted.)
    pub fn sleeps_on(&self) {
        let Some(before) = self.times_asleep() else { return };
        for _ in 0..5_000 {
            let sleeps = self.times_asleep().map_or(0, |now| now - before);
            // It may have been on its way to its first sleep.
            if sleeps >= 3 {
                spins("without a wake, the thread left its sleep to look for one", sleeps);
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

#[test]
fn a_thread_that_waits_for_the_processor_does_not_sleep() {
    let stat = |state| format!("7 (a (b) c) {state} 1 2 3 4 5 6 7 8 9 10 2 3 0 0 20 0");
    assert_eq!(TaskState::parse(&stat("S")), Some(TaskState { letter: 'S', ticks: 5 }));
    assert_eq!(TaskState::parse(&stat("R")), Some(TaskState { letter: 'R', ticks: 5 }));
    assert_eq!(TaskState::parse(""), None);
}
