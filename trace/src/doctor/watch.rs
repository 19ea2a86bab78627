//! What notices that a poll never ends, or that a program sleeps forever?
//!
//! The doctor's thread, because the runtime's own is in that poll, or asleep. It *visits* each
//! runtime of the process four times a second, and counts at how many visits in a row no poll has
//! begun or ended. It counts visits, not time, so that a process that was stopped isn't blamed.
//!
//! - A poll that it has seen at [`VISITS_TO_REPORT`] visits is reported.
//! - A loop that sleeps is woken after a second, so that the runtime's own thread takes a *look*, a
//!   snapshot. If no other thread could act (`alone.rs`), all loops are woken, and each judges for
//!   itself. If only kettle's and libtest's threads could, the open waits are listed from here.
//! - What hangs beside a heartbeat is looked for once a second (`heartbeat.rs`). A loop that still
//!   rests after 6.5 s is woken once more for that.
//! - A runtime that only waits for a blocking job after `main`'s end is reported, and so is a
//!   source that is ready although a task waits for it.
//! - If nothing is recorded, it asks the runtime's thread to take a look, at the end of a poll or
//!   before a sleep, whenever polls have begun since the last visit.
//! - It answers a `SIGQUIT` (`quit.rs`).
//!
//! Interface: [`Watcher::start`], once for each doctor; [`Watcher::learn_runtime`]. Invariants: the
//! thread ends after the last doctor that it watches for. If it panics, it ends, the program goes
//! on, and a later runtime starts another one. It never takes the last thread that is allowed.

use std::io;
use std::panic::{UnwindSafe, catch_unwind};
use std::sync::{Arc, OnceLock, Weak, mpsc};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use kettle_events::{Id, RemoteEvents};
use kettle_runtime::Handle;
use parking_lot::Mutex;

use super::alone::{Others, has_no_own_thread, left_beside, threads_of};
use super::blocking_poll::{How, OngoingPoll, goes_on, waits_for_good, with_open_waits};
use super::end::unended_jobs;
use super::hang::{likely_hang, lock_waits, missed_readiness};
use super::heartbeat;
use super::lint::{Lint, LintKind, NO_RECORD};
use super::moment::Moment;
use super::quit::{Answer, listen};
use super::report::Report;
use super::round::Round;
use super::run::Run;
use super::system::{PAUSE, Thread, WATCHER, is_in_tests, is_libtest_busy, pause};
use super::table::table_of_all;
use super::visits::{VISITS_TO_REPORT, Visits};
use crate::words::stderr::print_message;

/// A wait for a blocking job after `main`'s end, or for a source that is ready, is reported when
/// nothing has changed for this many visits.
const VISITS_TO_REPORT_REST: u32 = 20;
/// A loop that was asleep at this many visits is woken to look, and all threads are counted.
const VISITS_TO_WAKE: u32 = 5;
/// A loop that still rests is woken once more then, so that a look shows how old its waits are.
const VISITS_TO_LOOK_AGAIN: u32 = 26;
/// What hangs beside a heartbeat is looked for at each visit whose number is a multiple of this.
const VISITS_PER_CHECK: u64 = 4;

/// One runtime and its doctor, as the thread knows them. The thread visits it until it is dropped.
pub(super) struct Watcher {
    round: Arc<Mutex<Round>>,
    report: Arc<Report>,
    /// Empty until the doctor gets a record or a look.
    runtime: OnceLock<Handle>,
    visits: Mutex<Visits>,
}

/// The runtimes that the thread watches. If it is empty, there is no thread.
static WATCHED: Watched = Mutex::new(Vec::new());

type Watched = Mutex<Vec<Weak<Watcher>>>;

impl Watcher {
    pub(super) fn start(round: Arc<Mutex<Round>>, report: Arc<Report>) -> Arc<Watcher> {
        listen(report.mode);
        let (runtime, visits) = (OnceLock::new(), Mutex::default());
        let watcher = Arc::new(Watcher { round, report, runtime, visits });
        let mut watched = WATCHED.lock();
        watched.push(Arc::downgrade(&watcher));
        // Without a thread nothing is watched, but the program needn't fail for that.
        if watched.len() == 1 && start_thread().is_err() {
            watched.clear();
        }
        drop(watched);
        watcher
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

/// Starts the thread, and waits until it has its name: only then it isn't counted as the program's.
fn start_thread() -> io::Result<()> {
    let (sender, begun) = mpsc::channel::<()>();
    with_one_to_spare(|| {
        spawn_named(move || {
            drop(sender); // ends `begun.recv()` below
            guarded(&WATCHED, watch);
        })
    })?;
    let _ = begun.recv();
    Ok(())
}

fn spawn_named(f: impl FnOnce() + Send + 'static) -> io::Result<JoinHandle<()>> {
    thread::Builder::new().name(WATCHER.to_owned()).spawn(f)
}

/// Calls `start`, provided that the process may have yet another thread, for the program's jobs.
fn with_one_to_spare<T>(start: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
    let (held, end) = mpsc::channel::<()>();
    let spare = spawn_named(move || _ = end.recv())?;
    let started = start();
    drop(held);
    let _ = spare.join();
    started
}

/// Runs the watch so that a panic in the doctor doesn't reach the program.
fn guarded(watched: &Watched, watch: impl FnOnce() + UnwindSafe) {
    if catch_unwind(watch).is_err() {
        watched.lock().clear();
        print_message("the doctor's thread has ended by a panic, and watches no longer");
    }
}

fn watch() {
    let mut answer = Answer::begin();
    loop {
        pause();
        let all: Vec<_> = {
            let mut watched = WATCHED.lock();
            watched.retain(|watcher| watcher.strong_count() > 0);
            if watched.is_empty() {
                drop(answer); // before another thread begins, which needs the lock
                return;
            }
            watched.iter().filter_map(Weak::upgrade).collect()
        };
        if answer.is_asked() {
            for watcher in &all {
                watcher.print_open_waits();
            }
        }
        // The other doctors only wanted the answer to a `SIGQUIT`.
        let watches = |watcher: &Arc<Watcher>| watcher.report.mode.watches();
        let watched: Vec<_> = all.into_iter().filter(watches).collect();
        // Before the visits, which wake some of the loops.
        if watched.iter().any(|watcher| watcher.has_slept_long()) {
            wake_if_all_hang(&watched);
        }
        for watcher in &watched {
            let rests = |other: &Arc<Watcher>| Arc::ptr_eq(other, watcher) || other.is_idle();
            let do_others_rest = || watched.iter().all(rests);
            if let Some(lint) = watcher.visit(do_others_rest)
                && (lint.kind != LintKind::OpenWaits || watcher.may_list_waits(&lint, &watched))
            {
                watcher.report.add(&lint);
            }
        }
    }
}

/// Wakes all loops if no thread is left that could act, after noting that as `proven` (`alone.rs`).
/// Each then judges at its next sleep: with the proof, a sleep without a deadline is a hang.
fn wake_if_all_hang(watched: &[Arc<Watcher>]) {
    let sleeps = || watched.iter().map(|watcher| watcher.sleep_for_good()).collect::<Vec<_>>();
    let sleeps_before = sleeps();
    let is_asleep = |watcher: &&Arc<Watcher>| watcher.sleep_for_good().is_some();
    let asleep: Vec<_> = watched.iter().filter(is_asleep).collect();
    let runtimes_asleep = || asleep.iter().filter_map(|watcher| watcher.runtime.get());
    // Their own threads, and the idle ones of their blocking pools.
    let threads_before = threads_of(runtimes_asleep());
    let threads_left = threads_before.and_then(left_beside);
    // The count proves nothing if a loop has woken meanwhile. The next one comes a second later.
    if sleeps() != sleeps_before || threads_of(runtimes_asleep()) != threads_before {
        return;
    }
    let others = match threads_left {
        Some(0) => Others::Nobody,
        Some(1) if !is_libtest_busy() => Others::Libtest,
        _ => return,
    };
    for watcher in &asleep {
        watcher.round.lock().run.alone.proven = Some(others);
    }
    // Each loop must be marked before the first one wakes.
    runtimes_asleep().for_each(|runtime| runtime.inspector().unpark());
}

impl Watcher {
    /// Prints the open waits, for a `SIGQUIT`.
    fn print_open_waits(&self) {
        let Some(runtime) = self.runtime.get() else { return };
        let inspector = runtime.inspector();
        let (events, rested) = (inspector.events(), PAUSE * self.visits.lock().count);
        let table = self.round.lock().judge_now(events, rested, |moment, _| table_of_all(moment));
        if let Some(lint) = table {
            self.report.show(&lint);
        }
    }

    /// Visits the runtime: counts the visit, and gives a verdict if it is time for one.
    fn visit(&self, do_others_rest: impl Fn() -> bool) -> Option<Lint> {
        let inspector = self.runtime.get()?.inspector();
        let (mut round, mut visits) = (self.round.lock(), self.visits.lock());
        let (events, thread) = (inspector.events(), round.thread);
        let (is_driven, polls, polled_task) = events.poll();
        visits.add(polls);
        if self.report.is_next_sink_busy() {
            visits.count = 0; // the runtime's thread is in the sink, not in the program's code
            return None;
        }
        let has_looks_only = round.seen.is_some(); // `seen` is the runtime's latest look
        let has_polled = visits.count == 1;
        if has_looks_only && has_polled {
            events.request_look();
        }
        // The next look judges how the thread spent the time since this reading.
        if has_looks_only && (has_polled || polled_task.is_none()) {
            round.stopwatch.add_reading(events.real(), thread.and_then(Thread::times));
        }
        if let Some(task) = polled_task {
            let poll = visits.long_poll(thread.and_then(Thread::times))?;
            return judge_long_poll(&round, events, task, poll);
        }
        if is_look_due(&round, events, &visits) && inspector.is_asleep() {
            events.request_look();
            inspector.unpark();
        }
        judge_rest(&round, events, &mut visits, is_driven, do_others_rest)
    }

    /// May this list of open waits be reported, because no thread of the program's own could act?
    /// In a test, other threads are taken for libtest's and those of other tests; but not if the
    /// list is about one task, which keeps its thread.
    fn may_list_waits(&self, lint: &Lint, watched: &[Arc<Watcher>]) -> bool {
        let thread = self.round.lock().thread;
        let is_a_test = is_in_tests() && thread.is_some_and(|thread| !thread.is_first());
        let runtimes = watched.iter().filter_map(|watcher| watcher.runtime.get());
        is_a_test && lint.task.is_none() || has_no_own_thread(runtimes)
    }

    /// Does its runtime do nothing until another thread acts?
    fn is_idle(&self) -> bool {
        let Some(inspector) = self.runtime.get().map(Handle::inspector) else { return true };
        let (is_driven, ..) = inspector.events().poll();
        let (is_pool_idle, _) = inspector.threads();
        is_pool_idle && (!is_driven || self.sleep_for_good().is_some())
    }

    /// The number of the loop's present sleep, if it is *for good*: only another thread can end it.
    fn sleep_for_good(&self) -> Option<u64> {
        let inspector = self.runtime.get()?.inspector();
        let (_, polls, _) = inspector.events().poll();
        let is_for_good = self.round.lock().sleeps_for_good(polls) && inspector.is_asleep();
        let count_of_parks_and_unparks = || inspector.handle.metrics().worker_park_unpark_count(0);
        is_for_good.then(count_of_parks_and_unparks)
    }

    /// Has the loop slept for good for about a second, or a multiple of it, without a proof yet?
    fn has_slept_long(&self) -> bool {
        let visits = self.visits.lock().count;
        let is_due = visits > 0 && visits.is_multiple_of(VISITS_TO_WAKE);
        is_due && self.round.lock().run.alone.proven.is_none() && self.sleep_for_good().is_some()
    }
}

/// A verdict on a task's poll that has gone on for long.
fn judge_long_poll(
    round: &Round,
    events: &RemoteEvents,
    task: Id,
    poll: OngoingPoll,
) -> Option<Lint> {
    let waits_for_another =
        poll.how != How::Computing && round.thread.is_some_and(Thread::waits_for_good);
    round.judge_now(events, Duration::ZERO, |moment, recorded| {
        match goes_on(moment, recorded, task, poll) {
            Some(lint) if waits_for_another => Some(with_open_waits(moment, lint)),
            None if waits_for_another => waits_for_good(moment, poll.so_far, NO_RECORD),
            found => found,
        }
    })
}

/// Has the loop rested for so many visits that the runtime's thread should take a look?
fn is_look_due(round: &Round, events: &RemoteEvents, visits: &Visits) -> bool {
    let awaits_a_source = || round.run.coming(|_| true); // whatever could arrive there
    match visits.count {
        VISITS_TO_WAKE if round.seen.is_some() || round.run.has_jobs() => true,
        VISITS_TO_LOOK_AGAIN => true,
        // A hang with sources is judged when they have had time to be reported.
        VISITS_TO_WAKE => awaits_a_source() && round.sleeps_for_good(visits.polls),
        visit if visit.is_multiple_of(VISITS_TO_REPORT) => {
            let has_lock_wait = |moment: &Moment| lock_waits(moment).next().is_some();
            round.judge_now(events, Duration::ZERO, |moment, _| has_lock_wait(moment))
        }
        _ => false,
    }
}

/// A verdict on a runtime that has polled no task at the latest visits.
fn judge_rest(
    round: &Round,
    events: &RemoteEvents,
    visits: &mut Visits,
    is_driven: bool,
    do_others_rest: impl Fn() -> bool,
) -> Option<Lint> {
    let last_record = |recorded: Option<&Run>| recorded.map_or(NO_RECORD, |run| run.seq);
    match visits.count {
        VISITS_TO_REPORT_REST if !is_driven => {
            round.judge_now(events, Duration::ZERO, |moment, recorded| {
                unended_jobs(moment, last_record(recorded))
            })
        }
        // Twice, since a source that is ready at the first visit may be about to be reported.
        visit if visit == VISITS_TO_REPORT_REST || visit == VISITS_TO_REPORT_REST + 1 => {
            let found = round.judge_now(events, PAUSE * visit, |moment, recorded| {
                missed_readiness(moment, last_record(recorded))
            });
            let is_missed_again = visits.has_missed_readiness && found.is_some();
            visits.has_missed_readiness = found.is_some();
            if is_missed_again { found } else { None }
        }
        // Nothing has changed since the last look or record, so no new snapshot is needed.
        VISITS_TO_REPORT if round.sleeps_for_good(visits.polls) && do_others_rest() => {
            round.judge_seen(likely_hang)
        }
        _ if visits.all.is_multiple_of(VISITS_PER_CHECK) && !visits.has_told => {
            let has_beats = visits.with_polls.count_ones() >= heartbeat::MIN_BEATS;
            if !round.sees(|now| heartbeat::may_hang(now, has_beats)) || !do_others_rest() {
                return None;
            }
            round.judge_seen(heartbeat::verdict).inspect(|_| visits.has_told = true)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thread_that_panics_leaves_the_watch_to_the_next() {
        let watched = Watched::new(vec![Weak::new()]);
        guarded(&watched, || panic!("on purpose"));
        assert!(watched.lock().is_empty(), "as before the first runtime");
    }
}
