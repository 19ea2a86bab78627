//! What notices that a poll never ends, or that threads wait for each other?
//!
//! Not the runtime: its thread is in that poll, or asleep. So a second thread looks on, four times a
//! second, at what the doctor of each runtime of the process has seen. It speaks up when it has found the
//! same poll [`LOOKS`] times. When a runtime has slept for [`ASLEEP`] looks with nothing of its own that
//! could wake it, and no other thread can run either (`threads.rs` says how that is certain), it unparks the
//! runtime, whose own thread then knows that and judges. It counts looks, and asks no clock: a process that
//! was stopped for a while has been looked at no more often for it.
//!
//! It also tells of a guard that is kept across an `.await` and never dropped; it unparks a runtime whose tasks wait in a
//! circle, since that is told of when it has lasted. Where hints are wanted, it looks at a runtime that no thread drives, too.
//!
//! Interface: [`Watcher`], [`attend`], [`attend_local`]. Invariants: the thread ends after the last doctor that it watches for.
//! Of a poll that computes it speaks only if something else is kept waiting.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock, Weak, mpsc};
use std::thread;
use std::time::Duration;

use kettle_events::Id;
use kettle_runtime::Handle;
use parking_lot::Mutex;

use super::asleep::{none_can_run, none_runs, sleeps};
use super::endless::{self, Kept, unended};
use super::keeper::Keeper;
use super::lint::Lint;
use super::mode::Mode;
use super::report;
use super::round::Round;
use super::system::{Now, Thread, state_of};
use super::threads::{WATCHER, awaits_another};

/// Between two looks.
const PAUSE: Duration = Duration::from_millis(250);
/// A thread that sleeps has no more than this of a processor in so many looks.
const LITTLE: Duration = Duration::from_millis(20);
/// A poll that was found so often is told of while it goes on.
const LOOKS: u32 = 7;
/// A guard that was found so often, with tasks that wait for the lock, is told of while it is kept.
const KEPT: u32 = 12;
/// After so many looks at a runtime that sleeps, the other threads are looked at.
const ASLEEP: u32 = 4;
/// From the first to the last of so many a second passes, in which no thread has driven the runtime.
const UNDRIVEN: u32 = 5;
/// After so many, a circle of tasks has lasted for a second more (`deadlock.rs`).
const LASTED: u32 = 5;

/// Looks on from another thread.
pub(super) struct Watcher(Arc<Watched>);

/// One runtime's doctor, as the watcher sees it.
struct Watched {
    round: Arc<Mutex<Round>>,
    /// What the doctor does with a verdict.
    mode: Mode,
    /// What goes on now has been told of.
    told: AtomicBool,
    /// The runtime's thread is in the sink behind the doctor, which may take its time.
    in_sink: AtomicBool,
    looked: Mutex<Looked>,
    /// Is a sink told of a verdict, too?
    keeps: bool,
    /// That sink. Behind a lock of its own: it may take its time.
    behind: Mutex<Option<Box<dyn Keeper>>>,
    /// The runtime, as soon as it was built.
    runtime: OnceLock<Handle>,
    /// Is a task ready that is not the runtime's own, but in a set that only its `block_on` polls?
    local: OnceLock<Box<dyn Fn() -> bool + Send + Sync>>,
    /// Are hints wanted?
    hints: AtomicBool,
    /// What has been told as an error, for which the runtime's thread is still to panic.
    veto: Mutex<Option<String>>,
}

/// What the watcher has found.
#[derive(Debug, Default)]
struct Looked {
    thread: Option<Thread>,
    /// [`Moment::number`] at these looks.
    number: u64,
    times: u32,
    /// What the thread had had of a processor when these looks began, and when the latest [`LOOKS`] of them did.
    began: [Option<Duration>; 2],
    /// It was awake at one of them, and asleep at one.
    awake: bool,
    asleep: bool,
    /// So many looks in a row have found that something waits for a thread to drive the runtime.
    undriven: u32,
    /// The guards that were kept across an `.await` at the last look, whatever went on, and at how many.
    guards: BTreeMap<(Id, u64), u32>,
}

thread_local! {
    /// The doctor that was made last, until its runtime is there.
    static NEWEST: RefCell<Weak<Watched>> = const { RefCell::new(Weak::new()) };
}

/// This runtime was built just now. If a doctor was made for it, that can unpark it; and, with hints, notices
/// if no thread drives the runtime.
pub fn attend(runtime: &Handle) {
    if let Some(watched) = NEWEST.take().upgrade() {
        let _ = watched.runtime.set(runtime.clone());
    }
}

/// Such a runtime has a set of local tasks, too: is one of them ready?
pub fn attend_local(runtime: &Handle, ready: impl Fn() -> bool + Send + Sync + 'static) {
    let all = WATCHED.lock();
    let is_its = |one: &Arc<Watched>| one.runtime.get().is_some_and(|it| it.id() == runtime.id());
    if let Some(watched) = all.iter().filter_map(Weak::upgrade).find(is_its) {
        let _ = watched.local.set(Box::new(ready));
    }
}

/// The runtimes that the thread watches. Empty: there is no thread.
static WATCHED: Mutex<Vec<Weak<Watched>>> = Mutex::new(Vec::new());

impl Watcher {
    /// `behind`: the sink that is told of a verdict, too.
    pub(super) fn start(
        mode: Mode,
        round: Arc<Mutex<Round>>,
        behind: Option<Box<dyn Keeper>>,
    ) -> Watcher {
        let (told, in_sink) = (AtomicBool::new(false), AtomicBool::new(false));
        let looked = Mutex::default();
        let (keeps, behind, runtime) = (behind.is_some(), Mutex::new(behind), OnceLock::new());
        let (local, hints, veto) = (OnceLock::new(), AtomicBool::new(false), Mutex::default());
        #[rustfmt::skip]
        let own = Watched { round, mode, told, in_sink, looked, keeps, behind, runtime, local, hints, veto };
        let own = Arc::new(own);
        NEWEST.set(Arc::downgrade(&own));
        let mut watched = WATCHED.lock();
        watched.push(Arc::downgrade(&own));
        if watched.len() == 1 {
            // Without a thread there is no watch; the program need not fail for it.
            let (tell, told) = mpsc::channel();
            let begin = move || {
                drop(tell);
                watch();
            };
            match thread::Builder::new().name(WATCHER.to_owned()).spawn(begin) {
                // From here on it has its name, by which it isn't taken for the program's.
                Ok(_) => drop(told.recv() as Result<(), _>),
                Err(_) => watched.clear(),
            }
        }
        drop(watched);
        Watcher(own)
    }

    /// Also looks at the runtime while no thread drives it.
    pub(super) fn hint(&self) {
        self.0.hints.store(true, Ordering::Relaxed);
    }

    /// The runtime's thread goes into the sink behind the doctor, or comes back: no time of the program's.
    pub(super) fn in_sink(&self, is: bool) {
        self.0.in_sink.store(is, Ordering::Relaxed);
    }

    /// Something else goes on.
    pub(super) fn forget(&self) {
        self.0.told.store(false, Ordering::Relaxed);
    }

    /// What has been told as an error, once: what went on then is over.
    pub(super) fn veto(&self) -> Option<String> {
        self.0.veto.lock().take()
    }

    /// Has the poll that ended last been told of from here?
    pub(super) fn has_told(&self) -> bool {
        self.0.told.load(Ordering::Relaxed)
    }

    /// Does the sink behind the doctor hear of it from here, too?
    pub(super) fn keeps(&self) -> bool {
        self.0.keeps
    }

    #[cfg(test)]
    pub(super) fn tell(&self) {
        self.0.told.store(true, Ordering::Relaxed);
    }
}

/// The watcher's thread.
fn watch() {
    loop {
        thread::sleep(PAUSE);
        let watched: Vec<_> = {
            let mut watched = WATCHED.lock();
            watched.retain(|one| one.strong_count() > 0);
            if watched.is_empty() {
                return;
            }
            watched.iter().filter_map(Weak::upgrade).collect()
        };
        for one in &watched {
            let Some(lint) = one.look() else { continue };
            if one.mode == Mode::Panic || report::is_new(&lint) {
                report::print(&lint, one.mode);
            }
            if let Some(behind) = &mut *one.behind.lock() {
                behind.keep(&lint);
            }
        }
        for one in watched.iter().filter(|one| one.sleeps_on_a_circle()) {
            one.runtime.get().into_iter().for_each(|runtime| runtime.inspector().unpark());
        }
        if watched.iter().any(|one| one.slept_long()) {
            wake_all_that_hang(&watched);
        }
    }
}

/// If no thread of the program can run any more, each runtime's own thread is to judge.
fn wake_all_that_hang(watched: &[Arc<Watched>]) {
    let rounds: Vec<_> = watched.iter().map(|one| &*one.round).collect();
    for (one, hangs) in watched.iter().zip(none_can_run(&rounds)) {
        if let Some(runtime) = one.runtime.get().filter(|_| hangs) {
            runtime.inspector().unpark();
        }
    }
}

impl Watched {
    fn look(&self) -> Option<Lint> {
        if self.told.load(Ordering::Relaxed) {
            return None;
        }
        // Before the lock is taken for which that thread may have to wait.
        let known = self.looked.lock().thread;
        let now = known.and_then(state_of);
        let mut round = self.round.lock();
        let mut looked = self.looked.lock();
        let thread = round.moment.thread;
        let now = if known == thread { now } else { thread.and_then(state_of) };
        looked.thread = thread;
        if self.in_sink.load(Ordering::Relaxed) {
            *looked = Looked::default();
            return None;
        }
        if !round.run.fold.is_whole() {
            return None; // the end of a poll may be among what is missing
        }
        let running = round.run.fold.running().last().copied();
        let lint = match running {
            Some(task) => {
                if let Some(thread) = round.moment.thread {
                    round.blocking.look_at_neighbours(thread.number);
                }
                looked.at_a_poll(&round, task, self.spawned_since(&round), now)
            }
            None if round.moment.driven => {
                looked.count(round.moment.number);
                if looked.at_the_loop(&round) {
                    Some(endless::in_no_poll(&round))
                } else {
                    let kept = looked.at_guards(&round)?;
                    return round.once(kept);
                }
            }
            None if round.run.has_jobs() && none_runs() => {
                looked.count(round.moment.number);
                (looked.times == ASLEEP).then(|| unended(&round))
            }
            None if self.hints.load(Ordering::Relaxed) => {
                looked.undriven(&round, self.runtime.get()?, self.local.get().map(|ready| ready()))
            }
            None => None,
        }?;
        self.told.store(true, Ordering::Relaxed);
        if self.mode == Mode::Panic && lint.is_an_error() {
            *self.veto.lock() = Some(lint.veto()); // while the round is locked: that poll can't end before
        }
        Some(round.drawn(lint))
    }

    /// How many tasks has the poll that goes on spawned? Its events come when it ends.
    fn spawned_since(&self, round: &Round) -> usize {
        let alive = self.runtime.get().map_or(0, |runtime| runtime.metrics().num_alive_tasks());
        alive.saturating_sub(round.run.fold.alive())
    }

    /// A circle is judged by the runtime's own thread, which sleeps: has it done so for long enough?
    fn sleeps_on_a_circle(&self) -> bool {
        let (round, looked) = (self.round.lock(), self.looked.lock());
        looked.times == LASTED && round.circles.may_last() && round.run.fold.running().is_empty()
    }

    /// Has it just been found asleep [`ASLEEP`] times, and is that not proven to be for good yet?
    fn slept_long(&self) -> bool {
        let (round, looked) = (self.round.lock(), self.looked.lock());
        let (times, left) = (looked.times / ASLEEP, looked.times % ASLEEP);
        let again = times > 0 && left == 0 && !round.run.listens();
        again && round.run.proven.is_none() && sleeps(&round).is_some()
    }
}

impl Looked {
    /// One more look.
    fn count(&mut self, number: u64) {
        if self.number != number {
            let (guards, thread) = (std::mem::take(&mut self.guards), self.thread);
            *self = Looked { thread, number, guards, ..Looked::default() };
        }
        self.times += 1;
    }

    /// Is a guard kept on and on, for which other tasks wait?
    fn at_guards(&mut self, round: &Round) -> Option<Lint> {
        let kept = round.guards.kept();
        self.guards.retain(|guard, _| kept.contains(guard));
        for guard in kept {
            *self.guards.entry(guard).or_default() += 1;
        }
        let long = self.guards.iter_mut().find(|(_, looks)| **looks >= KEPT);
        let ((lock, _), looks) = long?;
        *looks = 0;
        round.guards.lasts(&round.run, *lock, PAUSE * (KEPT - 1), round.moment.seq)
    }

    /// Has the loop been found to wait for another thread, in no poll, and does each of these wait for another one?
    fn at_the_loop(&mut self, round: &Round) -> bool {
        let waits =
            round.moment.thread.is_some_and(|thread| awaits_another(thread.number).is_some());
        self.awake |= !waits;
        self.times == LOOKS && !self.awake && none_runs()
    }

    /// `now`: what the thread is at.
    fn at_a_poll(
        &mut self,
        round: &Round,
        task: Id,
        spawned: usize,
        now: Option<Now>,
    ) -> Option<Lint> {
        self.count(round.moment.number);
        let on = now.map(|now| now.on);
        if self.times == 1 {
            self.began = [on; 2];
        }
        self.awake |= now.is_some_and(|now| !now.sleeps);
        self.asleep |= now.is_some_and(|now| now.sleeps);
        if !self.times.is_multiple_of(LOOKS) {
            return None;
        }
        let so_far = PAUSE * (self.times - 1); // it may have begun just before the first look
        let [first, began] = self.began;
        self.began[1] = on;
        let awake = std::mem::take(&mut self.awake);
        let never_slept = !std::mem::take(&mut self.asleep);
        let kept = Kept::waiting(round, so_far, spawned);
        // On a busy machine a thread that computes may get little in these looks. It is awake at each all the same.
        let since = |began: Option<Duration>| Some(on?.saturating_sub(began?));
        let computes = match (since(first), since(began)) {
            (Some(on), _) if awake && never_slept && on >= PAUSE => true,
            (_, Some(on)) if awake && on >= PAUSE => true,
            (_, Some(on)) if !awake && on < LITTLE => false,
            (_, None) if kept.ready > 0 => false,
            _ => return None,
        };
        let stuck = !computes && none_runs();
        let mut lint = endless::lint(round, task, (computes, stuck), (so_far, &kept));
        // Perhaps nothing has come at these sockets; and where no task has to wait, the poll may be all there is to do.
        let others = || round.run.alive().any(|other| other.id != task);
        lint.certain = stuck || kept.ready + kept.due > 0;
        (stuck || kept.anything() || !computes && (round.moment.spent || others())).then_some(lint)
    }

    /// No thread drives the runtime. Has a message, or a task, been waiting for one all the time?
    fn undriven(&mut self, round: &Round, runtime: &Handle, ready: Option<bool>) -> Option<Lint> {
        self.count(round.moment.number);
        let left = endless::left(round, PAUSE * self.times, ready);
        let waits =
            left.is_some() || ready == Some(true) || runtime.metrics().global_queue_depth() > 0;
        let lint = || endless::undriven(&round.run, runtime, left, ready);
        self.waits_for_a_second(waits).then(lint)
    }

    fn waits_for_a_second(&mut self, waits: bool) -> bool {
        self.undriven = if waits { self.undriven + 1 } else { 0 };
        self.undriven == UNDRIVEN
    }
}

#[cfg(test)]
#[path = "watch_tests.rs"]
mod tests;
