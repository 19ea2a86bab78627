//! What does a check do with more than one thread?
//!
//! It lets two of them do their part [`at_once`], many times, and looks after each round. Or it
//! asks the system whether a thread sleeps ([`Seen`]), so that no time has to be measured. Only
//! Linux answers that; elsewhere a check does without.
//!
//! Interface: [`at_once`], [`Seen`].

use std::fs;
use std::hint;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::thread;
use std::time::{Duration, Instant};

use crate::spins;

/// Limits on the rounds and on their time: a busy machine does fewer.
const ROUNDS: u32 = crate::many(20_000);
const TIME: Duration = Duration::from_millis(800);

/// Each round runs `one` here and `other` on a second thread, at the same time, on a state that
/// `make` has made. Then `look` gets the value of `one`, and looks at the state that both left.
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
    let rounds: Vec<S> = (0..ROUNDS).map(|_| make()).collect();
    let (begun, done) = (AtomicUsize::new(0), AtomicUsize::new(0));
    thread::scope(|scope| {
        scope.spawn(|| {
            // Whoever panics, the other must not wait for it.
            let _end = AtTheEnd(&done);
            for (round, state) in rounds.iter().enumerate() {
                if !reaches(&begun, round + 1) {
                    return;
                }
                other(state);
                done.store(round + 1, SeqCst);
            }
        });
        let _end = AtTheEnd(&begun);
        let start = Instant::now();
        for (round, state) in rounds.iter().enumerate() {
            begun.store(round + 1, SeqCst);
            (0..round % 8).for_each(|_| hint::spin_loop());
            let value = one(state);
            if !reaches(&done, round + 1) || start.elapsed() > TIME {
                return;
            }
            look(state, value);
        }
    });
}

const OVER: usize = usize::MAX;

/// Says to the other thread that this one has no more rounds.
struct AtTheEnd<'a>(&'a AtomicUsize);

impl Drop for AtTheEnd<'_> {
    fn drop(&mut self) {
        self.0.store(OVER, SeqCst);
    }
}

/// Waits until the other thread has come to this round. (It doesn't sleep: to wake it up would take
/// longer than the moment that is to be hit.) `false`: it has ended.
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

/// How many looks in a row must find it asleep: a thread may sleep for a moment on its way.
const IN_A_ROW: usize = 20;
/// So much work, in hundredths of a second, is a busy loop. A thread that waits for a processor
/// does none.
const SPIN: u64 = 20;

/// What a thread does (`S`: it sleeps, `R`: it works or waits for a processor), and how many
/// hundredths of a second it, or a process, has worked.
pub(crate) fn state(task: &Path) -> Option<(char, u64)> {
    parsed(&fs::read_to_string(task.join("stat")).ok()?)
}

fn parsed(stat: &str) -> Option<(char, u64)> {
    // The name, in brackets, may have blanks in it.
    let fields: Vec<&str> = stat.rsplit_once(") ")?.1.split(' ').collect();
    let ticks = |field: usize| fields.get(field)?.parse::<u64>().ok();
    Some((fields.first()?.chars().next()?, ticks(11)? + ticks(12)?))
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

    /// Returns when it sleeps, or, elsewhere than on Linux, when it had plenty of occasions to.
    pub fn until_asleep(&self) {
        let now = || state(self.0.as_ref()?);
        let (before, mut row) = (now().map_or(0, |(_, ticks)| ticks), 0);
        for looks in 1.. {
            match now() {
                Some((_, ticks)) if ticks - before >= SPIN => {
                    spins("the waiting thread should sleep, and was seen at work", looks)
                }
                Some((state, _)) => row = if state == 'S' { row + 1 } else { 0 },
                None => {
                    (0..1_000).for_each(|_| thread::yield_now());
                    row += 1;
                }
            }
            if row == IN_A_ROW {
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
            let again = self.times_asleep().map_or(0, |now| now - before);
            if again >= 3 {
                spins("without a wake, the thread left its sleep to look for one", again);
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
    assert_eq!(parsed(&stat("S")), Some(('S', 5)));
    assert_eq!(parsed(&stat("R")), Some(('R', 5)));
    assert_eq!(parsed(""), None);
}
