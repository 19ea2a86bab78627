//! What notices that a poll never ends, or that a program sleeps forever?
//!
//! The doctor's thread, because the runtime's own is in that poll, or asleep. It looks at each
//! runtime of the process four times a second, and counts for how many looks in a row no poll has
//! begun or ended. It reads no clock, so that a process which was stopped for a while isn't blamed.
//!
//! - A poll that it has seen [`LONG`] times is reported.
//! - A loop that sleeps is woken after a second, so that the runtime's own thread takes a look. If
//!   no other thread could act (`alone.rs`), all loops are woken, and each judges for itself. If
//!   only kettle's and libtest's threads could, the open waits are listed from here.
//! - A runtime that only waits for a blocking job after `main`'s end is reported, and so is a
//!   source that is ready although a task waits for it.
//! - If nothing is recorded, it requests a look whenever polls have begun since the last one.
//! - It answers a `SIGQUIT` (`quit.rs`).
//!
//! Interface: [`Watcher::start`], once for each doctor; [`Watcher::learn_runtime`]. Invariants: the
//! thread ends after the last doctor that it watches for. If it panics, it ends, the program goes
//! on, and a later runtime starts another one. It never takes the last thread that the process may
//! have.

use std::io::{self, Write};
use std::panic::{UnwindSafe, catch_unwind};
use std::sync::{Arc, OnceLock, Weak, mpsc};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use kettle_events::{Id, RemoteEvents};
use kettle_runtime::{Handle, Inspector};
use parking_lot::Mutex;

use super::alone::{Others, has_no_own_thread, left_beside, threads_of};
use super::blocking_poll::{How, goes_on, waits_for_good};
use super::end::unended_jobs;
use super::hang::{likely_hang, lock_waits, missed_readiness};
use super::lint::{Lint, LintKind, NO_RECORD};
use super::mode::Mode;
use super::moment::Moment;
use super::quit::{Answer, listen};
use super::report::Report;
use super::round::Round;
use super::system::{Thread, Times, WATCHER, is_in_tests, is_libtest_busy};
use super::table::table_of_all;

/// The time between two looks.
const PAUSE: Duration = Duration::from_millis(250);
/// A poll, or a sleep that only another thread could end, is reported when it has been the same for
/// this many looks. A loop with waits for locks is then woken.
const LONG: u32 = 7;
/// A wait for a blocking job after `main`'s end, or for a source that is ready, is reported when
/// nothing has changed for this many looks.
const VERY_LONG: u32 = 20;
/// A loop that was asleep at this many looks is woken to take a look, and the process's threads are
/// counted.
const TO_WAKE: u32 = 5;

/// One runtime and its doctor, as the thread knows them. The thread looks at it until it is
/// dropped.
pub(super) struct Watcher {
    mode: Mode,
    round: Arc<Mutex<Round>>,
    report: Arc<Report>,
    /// Empty until the doctor gets a record or a look.
    runtime: OnceLock<Handle>,
    looked: Mutex<Looked>,
}

/// What the thread has seen at its looks.
#[derive(Debug, Default)]
struct Looked {
    /// How many polls had begun or ended, and for how many looks in a row that number was the same.
    polls: u64,
    times: u32,
    /// The processor times of the runtime's thread at the first of these looks, or [`LONG`] ago.
    began: Option<Times>,
    /// Was a missed readiness found when it was last looked for?
    ready: bool,
}

/// The runtimes that the thread watches. If it is empty, there is no thread.
static WATCHED: Watched = Mutex::new(Vec::new());

type Watched = Mutex<Vec<Weak<Watcher>>>;

impl Watcher {
    pub(super) fn start(mode: Mode, round: Arc<Mutex<Round>>, report: Arc<Report>) -> Arc<Watcher> {
        let (runtime, looked) = (OnceLock::new(), Mutex::default());
        let own = Arc::new(Watcher { mode, round, report, runtime, looked });
        listen(mode);
        let mut watched = WATCHED.lock();
        watched.push(Arc::downgrade(&own));
        if watched.len() == 1 {
            let (sender, begun) = mpsc::channel::<()>();
            let begin = move || {
                drop(sender);
                guarded(&WATCHED, watch);
            };
            match with_one_to_spare(|| own_thread(begin)) {
                // Once it runs it has its name, by which it isn't counted as the program's.
                Ok(_) => _ = begun.recv(),
                // Without a thread nothing is watched, but the program needn't fail for that.
                Err(_) => watched.clear(),
            }
        }
        drop(watched);
        own
    }

    /// Stores the runtime's handle. Called on the thread that drives it.
    pub(super) fn learn_runtime(&self) {
        if self.runtime.get().is_none()
            && let Ok(runtime) = Handle::try_current()
        {
            let _ = self.runtime.set(runtime);
        }
    }
}

fn own_thread(f: impl FnOnce() + Send + 'static) -> io::Result<JoinHandle<()>> {
    thread::Builder::new().name(WATCHER.to_owned()).spawn(f)
}

/// Starts a thread, provided that the process may have yet another one, for the program's jobs.
fn with_one_to_spare<T>(start: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
    let (held, end) = mpsc::channel::<()>();
    let spare = own_thread(move || _ = end.recv())?;
    let started = start();
    drop(held);
    let _ = spare.join();
    started
}

/// Runs the watch so that a panic in the doctor doesn't reach the program.
fn guarded(watched: &Watched, watch: impl FnOnce() + UnwindSafe) {
    if catch_unwind(watch).is_err() {
        watched.lock().clear();
        let words = "kettle: the doctor's thread has ended by a panic, and watches no longer\n";
        let _ = io::stderr().write_all(words.as_bytes());
    }
}

fn watch() {
    let mut answer = Answer::begin();
    loop {
        thread::sleep(PAUSE);
        let mut watched: Vec<_> = {
            let mut watched = WATCHED.lock();
            watched.retain(|one| one.strong_count() > 0);
            if watched.is_empty() {
                drop(answer); // before another thread begins
                return;
            }
            watched.iter().filter_map(Weak::upgrade).collect()
        };
        if answer.is_asked() {
            for one in &watched {
                one.answer();
            }
        }
        watched.retain(|one| one.mode.watches());
        // Before the looks, which wake some of them.
        if watched.iter().any(|one| one.has_slept_long()) {
            wake_if_all_hang(&watched);
        }
        for one in &watched {
            let is_reported = |lint: &Lint| {
                lint.kind != LintKind::OpenWaits || one.program_has_no_thread(lint, &watched)
            };
            if let Some(lint) = one.look().filter(is_reported) {
                one.report.add(&lint);
            }
        }
    }
}

/// If no thread is left that could act, wakes all loops, so that each judges for itself.
fn wake_if_all_hang(watched: &[Arc<Watcher>]) {
    let sleeps = || watched.iter().map(|one| one.sleeps_for_good()).collect::<Vec<_>>();
    let before = sleeps();
    let asleep = || {
        let all = watched.iter().zip(&before);
        all.filter_map(|(one, sleep)| sleep.is_some().then_some(one))
    };
    let runtimes = || asleep().filter_map(|one| one.runtime.get());
    let threads = threads_of(runtimes());
    let left = threads.and_then(left_beside);
    let still = sleeps() == before && threads_of(runtimes()) == threads;
    let others = match left.filter(|_| still) {
        Some(0) => Others::Nobody,
        Some(1) if !is_libtest_busy() => Others::Libtest,
        _ => return, // the next count comes when the loop has slept for as long again
    };
    asleep().for_each(|one| one.round.lock().run.alone.proven = Some(others));
    // Each loop must be marked before the first one wakes.
    runtimes().for_each(|runtime| runtime.inspector().unpark());
}

impl Watcher {
    /// Prints the open waits, for a `SIGQUIT`.
    fn answer(&self) {
        let Some(runtime) = self.runtime.get() else { return };
        let inspector = runtime.inspector();
        let (events, rested) = (inspector.events(), PAUSE * self.looked.lock().times);
        let verdict = self.round.lock().judge(events, rested, |moment, _| table_of_all(moment));
        if let Some(lint) = verdict {
            self.report.show(&lint);
        }
    }

    /// Looks at the runtime: counts the look, and gives a verdict if it is time for one.
    fn look(&self) -> Option<Lint> {
        let inspector = self.runtime.get()?.inspector();
        let (mut round, mut looked) = (self.round.lock(), self.looked.lock());
        let (events, thread) = (inspector.events(), round.thread);
        let (is_driven, polls, task) = events.poll();
        looked.count(polls);
        if self.report.is_busy() {
            looked.times = 0; // the runtime's thread is in the sink behind the doctor
            return None;
        }
        if round.seen.is_some() {
            if looked.times == 1 {
                events.request_look(); // something has happened since the last time
            }
            if task.is_none() || looked.times == 1 {
                round.blocking.read(events.real(), thread.and_then(Thread::times));
            }
        }
        if let Some(task) = task {
            let long = looked.long_poll(thread.and_then(Thread::times))?;
            return judge_long_poll(&round, events, task, long);
        }
        if is_look_due(&round, events, &looked) && inspector.is_asleep() {
            events.request_look();
            inspector.unpark();
        }
        judge_rest(&round, events, &mut looked, is_driven)
    }

    /// Are all other threads kettle's or in a `block_on`, or libtest's, unless the note is about a
    /// task that keeps its thread? Whether one of the program's own will act isn't known.
    fn program_has_no_thread(&self, lint: &Lint, watched: &[Arc<Watcher>]) -> bool {
        let is_a_test = is_in_tests() && self.round.lock().thread.is_some_and(|it| !it.is_first());
        let runtimes = watched.iter().filter_map(|one| one.runtime.get());
        is_a_test && lint.task.is_none() || has_no_own_thread(runtimes)
    }

    /// If the loop sleeps so that only another thread could wake it: the number of this sleep.
    fn sleeps_for_good(&self) -> Option<u64> {
        let inspector = self.runtime.get()?.inspector();
        let (_, polls, _) = inspector.events().poll();
        let is_asleep = self.round.lock().sleeps_for_good(polls) && inspector.is_asleep();
        is_asleep.then(|| sleeps(&inspector))
    }

    /// Has the loop slept like that for about a second, or a multiple of it, without a proof yet?
    fn has_slept_long(&self) -> bool {
        let times = self.looked.lock().times;
        let is_due = times > 0 && times.is_multiple_of(TO_WAKE);
        is_due && self.round.lock().run.alone.proven.is_none() && self.sleeps_for_good().is_some()
    }
}

/// A verdict on a task's poll that has gone on for so long.
fn judge_long_poll(
    round: &Round,
    events: &RemoteEvents,
    task: Id,
    (so_far, how): (Duration, How),
) -> Option<Lint> {
    let for_good = || how != How::Computing && round.thread.is_some_and(Thread::waits_for_good);
    round.judge(events, Duration::ZERO, |moment, recorded| {
        let found = goes_on(moment, recorded, task, (so_far, how));
        found.or_else(|| waits_for_good(moment, so_far, NO_RECORD).filter(|_| for_good()))
    })
}

/// After so many looks without a change, is there a reason for the runtime's thread to take a look?
fn is_look_due(round: &Round, events: &RemoteEvents, looked: &Looked) -> bool {
    let may_hang = || round.run.coming(|_| true) && round.sleeps_for_good(looked.polls);
    match looked.times {
        TO_WAKE => round.seen.is_some() || round.run.has_jobs() || may_hang(),
        times if times.is_multiple_of(LONG) => {
            round.judge(events, Duration::ZERO, |now, _| lock_waits(now).next().is_some())
        }
        _ => false,
    }
}

/// A verdict on a runtime that has polled no task at the latest looks.
fn judge_rest(
    round: &Round,
    events: &RemoteEvents,
    looked: &mut Looked,
    is_driven: bool,
) -> Option<Lint> {
    match looked.times {
        VERY_LONG if !is_driven => round.judge(events, Duration::ZERO, |moment, recorded| {
            let after = recorded.map_or(NO_RECORD, |run| run.seq);
            (!moment.now().jobs.is_empty()).then(|| unended_jobs(moment, after))
        }),
        // Twice, since a source that is ready at the first look may be about to be reported.
        times if times == VERY_LONG || times == VERY_LONG + 1 => {
            let found = round.judge(events, PAUSE * VERY_LONG, |moment, recorded| {
                missed_readiness(moment, recorded.map_or(NO_RECORD, |run| run.seq))
            });
            let again = std::mem::replace(&mut looked.ready, found.is_some());
            found.filter(|_| again)
        }
        LONG if round.sleeps_for_good(looked.polls) => match &round.seen {
            Some(seen) => likely_hang(&Moment::of(seen, None), NO_RECORD),
            None => round.run.judge(|moment| likely_hang(moment, round.run.seq)),
        },
        _ => None,
    }
}

/// How many sleeps of the loop have begun or ended.
fn sleeps(runtime: &Inspector) -> u64 {
    runtime.handle.metrics().worker_park_unpark_count(0)
}

impl Looked {
    fn count(&mut self, polls: u64) {
        if self.polls != polls {
            *self = Looked { polls, ..Looked::default() };
        }
        self.times += 1;
    }

    /// How long has the poll gone on, and is its thread asleep or computing? `times` are the
    /// thread's processor times. `None`: it isn't to be reported now.
    fn long_poll(&mut self, times: Option<Times>) -> Option<(Duration, How)> {
        if self.times == 1 {
            self.began = times;
        }
        if !self.times.is_multiple_of(LONG) {
            return None;
        }
        let so_far = PAUSE * (self.times - 1); // it may have begun just before the first look
        let passed = PAUSE * (LONG - 1);
        let Some((now, before)) = times.zip(std::mem::replace(&mut self.began, times)) else {
            return Some((so_far, How::Either));
        };
        let on = now.on.saturating_sub(before.on);
        let asleep = passed.saturating_sub(on + now.ready.saturating_sub(before.ready));
        let how = if asleep < passed / 2 { How::Computing } else { How::Asleep };
        // On a busy machine, a thread that computes may get a processor only for a short time.
        (how == How::Asleep || on >= PAUSE).then_some((so_far, how))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first look may come just after the poll has begun, so the time before it isn't counted.
    #[test]
    fn a_poll_is_not_said_to_have_gone_on_for_longer_than_it_has() {
        let mut looked = Looked::default();
        let mut look = |nth| {
            let now = Times { on: PAUSE * nth, ready: Duration::ZERO };
            looked.count(1);
            looked.long_poll(Some(now))
        };
        let found: Vec<_> = (1..=LONG).filter_map(&mut look).collect();
        assert_eq!(found, [(Duration::from_millis(1_500), How::Computing)]);
    }

    #[test]
    fn a_thread_that_panics_leaves_the_watch_to_the_next() {
        let watched = Watched::new(vec![Weak::new()]);
        guarded(&watched, || panic!("on purpose"));
        assert!(watched.lock().is_empty(), "as before the first runtime");
    }
}
