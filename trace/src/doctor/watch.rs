//! What notices that a poll never ends, or that a program sleeps for ever?
//!
//! The runtime's own thread can't, because it is in that poll, or asleep. So another thread looks
//! at each runtime of the process four times a second, and counts how often in a row it finds the
//! same poll, or none. It reads no clock for it: a process that was stopped for a while has been
//! looked at no more often.
//!
//! It reports a poll that it has found [`LOOKS`] times, and `main`'s end if a blocking job keeps
//! the process after it. A loop that sleeps is woken after a second, so that its own thread looks;
//! if the only other threads are libtest's, kettle's or in a `block_on`, the waits that only they
//! could end are listed from here. If none is left (`alone.rs`), each loop is woken and judges for
//! itself.
//!
//! Where nothing is recorded, it asks for a look whenever polls have come since the last time.
//!
//! For each doctor that prints it answers a `SIGQUIT` (`quit.rs`).
//!
//! Interface: [`Watcher`]. Invariants: the thread ends after the last doctor that it watches for,
//! and if it panics, which ends no program (but with `panic = "abort"`); a later runtime starts
//! another. The last thread that the process may have is never this one.

use std::io::{self, Write};
use std::panic::{UnwindSafe, catch_unwind};
use std::sync::{Arc, OnceLock, Weak, mpsc};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use kettle_runtime::{Handle, Inspector};
use parking_lot::Mutex;

use super::alone::{has_no_own_thread, left_beside, threads_of};
use super::blocking_poll::{How, goes_on, waits_for_good};
use super::end::unended;
use super::hang::{lasting, locks_out, used_up};
use super::lint::{Lint, LintKind};
use super::mode::Mode;
use super::moment::Moment;
use super::quit::{Answer, listen};
use super::report::Report;
use super::round::Round;
use super::system::{Thread, Times, WATCHER, is_in_tests, is_libtest_busy};
use super::table::table_of_all;

const PAUSE: Duration = Duration::from_millis(250);
/// A poll or a wait for another thread that was found so often is reported, and a wait for a lock
/// is looked at.
const LOOKS: u32 = 7;
/// After so many looks at which nothing has happened, the end of a runtime is reported that waits
/// for a job, or a source that is ready though its runtime waits for it.
const MANY: u32 = 20;
/// A loop that was found asleep so often is woken, so that what came from other threads is
/// recorded. After that the threads are counted, before anything is reported.
const ASLEEP: u32 = 5;

/// One runtime and its doctor, as the thread knows them. It looks until this is dropped.
pub(super) struct Watcher {
    mode: Mode,
    round: Arc<Mutex<Round>>,
    report: Arc<Report>,
    /// `None` until the doctor gets a record.
    runtime: OnceLock<Handle>,
    looked: Mutex<Looked>,
}

/// What the thread has seen at its looks.
#[derive(Debug, Default)]
struct Looked {
    /// How many polls had begun or ended, and at how many looks in a row that was the same.
    polls: u64,
    times: u32,
    /// The times of the runtime's thread at the first of these looks, or [`LOOKS`] ago.
    began: Option<Times>,
    /// Was a source ready at the last one that was asked?
    ready: bool,
}

/// The runtimes that the thread watches. Empty: there is no thread.
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
                // From here on it has its name, by which it isn't taken for the program's.
                Ok(_) => _ = begun.recv(),
                // Without a thread there is no watch; the program need not fail for that.
                Err(_) => watched.clear(),
            }
        }
        drop(watched);
        own
    }

    /// The doctor gets records, on the thread that drives its runtime.
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

/// Starts a thread if there may be one more beside it, which the program's own jobs may need.
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
            let is_said = |lint: &Lint| {
                lint.kind != LintKind::OpenWaits || one.has_none_of_the_programs(lint, &watched)
            };
            if let Some(lint) = one.look().filter(is_said) {
                one.report.add(&lint);
            }
        }
    }
}

/// If no thread is left that could act, each runtime's own thread is to judge.
fn wake_if_all_hang(watched: &[Arc<Watcher>]) {
    let sleeps = || watched.iter().map(|one| one.sleeps_for_good()).collect::<Vec<_>>();
    let before = sleeps();
    let asleep = || watched.iter().zip(&before).filter(|it| it.1.is_some()).map(|it| it.0);
    let runtimes = || asleep().filter_map(|one| one.runtime.get());
    let threads = threads_of(runtimes());
    let left = threads.and_then(left_beside);
    let still = sleeps() == before && threads_of(runtimes()) == threads;
    let Some(libtest @ 0..=1) = left.filter(|_| still) else { return };
    if libtest == 1 && is_libtest_busy() {
        return; // until it has slept on for as long
    }
    asleep().for_each(|one| one.round.lock().run.alone.proven = Some(libtest == 1));
    // All know that before the first goes on.
    runtimes().for_each(|runtime| runtime.inspector().unpark());
}

impl Watcher {
    fn answer(&self) {
        let Some(runtime) = self.runtime.get() else { return };
        let inspector = runtime.inspector();
        let (events, rested) = (inspector.events(), PAUSE * self.looked.lock().times);
        let verdict = self.round.lock().judge(events, rested, |moment, _| table_of_all(moment));
        if let Some(lint) = verdict {
            self.report.show(&lint);
        }
    }

    fn look(&self) -> Option<Lint> {
        let inspector = self.runtime.get()?.inspector();
        let (mut round, mut looked) = (self.round.lock(), self.looked.lock());
        let (events, thread) = (inspector.events(), round.thread);
        let (is_driven, polls, task) = events.poll();
        looked.count(polls);
        if self.report.is_busy() {
            looked.times = 0; // the sink behind the doctor may take its time
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
            let (so_far, how) = long;
            let for_good = || how != How::Computing && thread.is_some_and(Thread::waits_for_good);
            return round.judge(events, Duration::ZERO, |moment, recorded| {
                let found = goes_on(moment, recorded, task, long);
                found.or_else(|| waits_for_good(moment, so_far, 0).filter(|_| for_good()))
            });
        }
        let is_reason = match looked.times {
            ASLEEP => {
                let to_look_again = || round.run.coming(|_| true) && round.sleeps_for_good(polls);
                round.seen.is_some() || round.run.has_jobs() || to_look_again()
            }
            times if times.is_multiple_of(LOOKS) => {
                round.judge(events, Duration::ZERO, |now, _| locks_out(now))
            }
            _ => false,
        };
        if is_reason && inspector.is_asleep() {
            events.request_look();
            inspector.unpark();
        }
        match looked.times {
            MANY if !is_driven => round.judge(events, Duration::ZERO, |moment, recorded| {
                let after = recorded.map_or(0, |run| run.seq);
                (!moment.now().jobs.is_empty()).then(|| unended(moment, after))
            }),
            // Twice, since what is ready at the first look may be about to be told.
            times if times == MANY || times == MANY + 1 => {
                let found = round.judge(events, PAUSE * MANY, |moment, recorded| {
                    used_up(moment, recorded.map_or(0, |run| run.seq))
                });
                let again = std::mem::replace(&mut looked.ready, found.is_some());
                found.filter(|_| again)
            }
            LOOKS if round.sleeps_for_good(polls) => match &round.seen {
                Some(seen) => lasting(&Moment::of(seen, None), 0),
                None => round.run.judge(|moment| lasting(moment, round.run.seq)),
            },
            _ => None,
        }
    }

    /// Are the other threads kettle's or in a `block_on`? If tasks wait, and nobody's thread, they
    /// may be libtest's. Of one of the program's own only the program knows whether it will act.
    fn has_none_of_the_programs(&self, lint: &Lint, watched: &[Arc<Watcher>]) -> bool {
        let is_a_test = is_in_tests() && self.round.lock().thread.is_some_and(|it| !it.is_first());
        let runtimes = watched.iter().filter_map(|one| one.runtime.get());
        is_a_test && lint.task.is_none() || has_no_own_thread(runtimes)
    }

    /// Does the loop sleep so that nothing of its own ends that? Then: which of its sleeps is it?
    fn sleeps_for_good(&self) -> Option<u64> {
        let inspector = self.runtime.get()?.inspector();
        let (_, polls, _) = inspector.events().poll();
        let is_asleep = self.round.lock().sleeps_for_good(polls) && inspector.is_asleep();
        is_asleep.then(|| sleeps(&inspector))
    }

    /// Has it slept for good for about a second, or a few of them, and is that not proven yet?
    fn has_slept_long(&self) -> bool {
        let times = self.looked.lock().times;
        let is_due = times > 0 && times.is_multiple_of(ASLEEP);
        is_due && self.round.lock().run.alone.proven.is_none() && self.sleeps_for_good().is_some()
    }
}

/// Counts the beginnings and the ends of the loop's sleeps.
fn sleeps(of: &Inspector) -> u64 {
    of.handle.metrics().worker_park_unpark_count(0)
}

impl Looked {
    fn count(&mut self, polls: u64) {
        if self.polls != polls {
            *self = Looked { polls, ..Looked::default() };
        }
        self.times += 1;
    }

    /// How long has the poll gone on, and how? `times` are those of its thread. `None`: it isn't to
    /// be reported now.
    fn long_poll(&mut self, times: Option<Times>) -> Option<(Duration, How)> {
        if self.times == 1 {
            self.began = times;
        }
        if !self.times.is_multiple_of(LOOKS) {
            return None;
        }
        let so_far = PAUSE * (self.times - 1); // it may have begun just before the first look
        let passed = PAUSE * (LOOKS - 1);
        let Some((now, before)) = times.zip(std::mem::replace(&mut self.began, times)) else {
            return Some((so_far, How::Either));
        };
        let on = now.on.saturating_sub(before.on);
        let asleep = passed.saturating_sub(on + now.ready.saturating_sub(before.ready));
        let how = if asleep < passed / 2 { How::Computing } else { How::Asleep };
        // On a busy machine a thread that computes may get little of a processor.
        (how == How::Asleep || on >= PAUSE).then_some((so_far, how))
    }
}

#[cfg(test)]
#[path = "watch_tests.rs"]
mod tests;
