//! What notices that a poll never ends, or that a program sleeps for ever?
//!
//! Not the runtime: its thread is in that poll, or asleep. So a second thread looks on, four times
//! a second, at what the doctor of each runtime of the process has seen. It speaks up when it has
//! found the same poll [`LOOKS`] times, or a runtime that has slept for [`LASTED`] looks while
//! another thread could still wake it. When one has slept for [`ASLEEP`] looks, and no thread is
//! left that could (`alone.rs`), it unparks all such runtimes, whose own threads then know that and
//! judge. It counts looks, and asks no clock: a process that was stopped for a while has been
//! looked at no more often for it.
//!
//! It also unparks a runtime whose tasks wait in a circle, since that is told of when it has
//! lasted, and tells which jobs keep a process whose `main` is over.
//!
//! Interface: [`Watcher`], [`attend`]. Invariants: the thread ends after the last doctor that it
//! watches for. Of a poll that computes it speaks only if something else is kept waiting.

use std::cell::RefCell;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock, Weak, mpsc};
use std::thread;
use std::time::Duration;

use kettle_events::{Id, RemoteEvents};
use kettle_runtime::Handle;
use parking_lot::Mutex;

use super::alone::{left_beside, threads_of};
use super::blocking_poll::goes_on;
use super::end::unended;
use super::hang::{lasting, may_last};
use super::lint::{Keeper, Lint};
use super::mode::Mode;
use super::report;
use super::round::Round;
use super::system::{Thread, Times, WATCHER};

/// Between two looks.
const PAUSE: Duration = Duration::from_millis(250);
/// A poll that was found so often is told of while it goes on.
const LOOKS: u32 = 7;
/// After so many looks at a runtime that sleeps, the other threads are counted.
const ASLEEP: u32 = 4;
/// After so many, a circle of tasks has lasted for a second more (`hang.rs`), and so has a wait
/// that only another thread could end.
const LASTED: u32 = 5;
/// A hold is looked at when another task has waited for it for so long.
const CONTENDED: Duration = Duration::from_millis(250);

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
    /// What has been told as an error, for which the runtime's thread is still to panic.
    veto: Mutex<Option<String>>,
}

/// What the watcher has found.
#[derive(Debug, Default)]
struct Looked {
    /// [`Moment::number`](super::moment::Moment::number) at these looks.
    number: u64,
    times: u32,
    /// The thread's times when the latest [`LOOKS`] of them began.
    began: Option<Times>,
    /// While nothing records: so often the loop had not slept between two looks, and the next
    /// record is made after so many.
    read: Option<(Duration, Times)>,
    awake: u32,
    /// So often it has looked at what is held and waited for, each time after twice as long.
    contended: u32,
    patience: u32,
    sleeps: u64,
}

thread_local! {
    /// The doctor that was made last, until its runtime is there.
    static NEWEST: RefCell<Weak<Watched>> = const { RefCell::new(Weak::new()) };
}

/// This runtime was built just now. If a doctor was made for it, that can unpark it.
pub fn attend(runtime: &Handle) {
    if let Some(watched) = NEWEST.take().upgrade() {
        let _ = watched.runtime.set(runtime.clone());
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
        let veto = Mutex::default();
        let own = Watched { round, mode, told, in_sink, looked, keeps, behind, runtime, veto };
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

    /// The runtime's thread goes into the sink behind the doctor, or comes back: no time of the
    /// program's.
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

    /// The times of the runtime's thread, and when they were read from here.
    pub(super) fn times(&self) -> Option<(Duration, Times)> {
        self.0.looked.lock().read
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

/// If no thread is left that could act, each runtime's own is to judge.
fn wake_all_that_hang(watched: &[Arc<Watched>]) {
    let known = watched.iter().filter_map(|one| Some((&*one.round, one.runtime.get()?)));
    let known: Vec<_> = known.collect();
    let asleep = || -> Vec<Option<u64>> {
        let each = known.iter().map(|(round, runtime)| {
            let round = round.lock();
            round.sleeps().filter(|_| !round.run.listens() && runtime.inspector().is_asleep())
        });
        each.collect()
    };
    let before = asleep();
    let those = || known.iter().zip(&before).filter(|(_, asleep)| asleep.is_some());
    let threads = || threads_of(those().map(|((_, runtime), _)| *runtime));
    let count = threads();
    let left = count.and_then(left_beside);
    let still = || asleep() == before && threads() == count;
    let Some(libtest @ 0..=1) = left.filter(|_| still()) else { return };
    for ((round, _), _) in those() {
        round.lock().run.alone.proven = Some(libtest == 1);
    }
    // (All are told before the first can go on.)
    for ((_, runtime), _) in those() {
        runtime.inspector().unpark();
    }
}

/// What is there, as the lints see it.
fn state_of(events: &Arc<RemoteEvents>) -> Round {
    let mut round = Round::new(false);
    round.see(&events.state());
    round
}

impl Watched {
    fn look(&self) -> Option<Lint> {
        if let Some(runtime) = self.rests() {
            return self.look_at_rest(runtime);
        }
        let round = self.round.lock();
        let mut looked = self.looked.lock();
        if self.in_sink.load(Ordering::Relaxed) {
            *looked = Looked::default();
            return None;
        }
        if !round.run.fold.is_whole() {
            return None; // the end of a poll may be among what is missing
        }
        looked.count(round.moment.number);
        if self.told.load(Ordering::Relaxed) {
            return None; // (but what sleeps is looked at: that it hangs may come out later)
        }
        let lint = match round.run.fold.running().last() {
            Some(task) => {
                let times = round.moment.thread.and_then(Thread::times);
                looked.at_a_poll(&round, *task, self.begun_since(&round), times)
            }
            None if looked.times == LASTED && round.sleeps().is_some() => {
                lasting(&round.run, round.moment.seq)
            }
            None if looked.times == ASLEEP && !round.moment.driven && round.run.has_jobs() => {
                Some(unended(&round.run, round.moment.seq))
            }
            None => None,
        }?;
        self.told.store(true, Ordering::Relaxed);
        if self.mode == Mode::Panic && lint.is_an_error() {
            // While the round is locked: that poll can't end before.
            *self.veto.lock() = Some(lint.veto());
        }
        Some(lint)
    }

    /// The runtime, if nothing records it now.
    fn rests(&self) -> Option<&Handle> {
        self.runtime.get().filter(|runtime| runtime.inspector().events().rests())
    }

    /// Is there a reason to look? A poll that goes on is judged from here.
    fn look_at_rest(&self, runtime: &Handle) -> Option<Lint> {
        let (inspector, mut looked) = (runtime.inspector(), self.looked.lock());
        let (events, sleeps) = (inspector.events(), inspector.sleeps());
        let (poll, task) = events.poll();
        let polls = looked.number != poll;
        looked.count(poll);
        if polls || task.is_none() {
            let times = self.round.lock().moment.thread.and_then(Thread::times);
            looked.read = times.map(|times| (events.real(), times));
        }
        looked.awake = if polls && sleeps == looked.sleeps { looked.awake + 1 } else { 0 };
        looked.sleeps = sleeps;
        if looked.awake >= looked.patience.max(ASLEEP) {
            (looked.awake, looked.patience) = (0, 2 * looked.patience.max(ASLEEP));
            events.ask();
        }
        if let Some(task) = task {
            let thread = self.round.lock().moment.thread;
            let lint = looked.times.is_multiple_of(LOOKS).then(|| state_of(events));
            return looked.at_a_poll(&lint?, task, [0; 2], thread.and_then(Thread::times));
        }
        let slept = inspector.is_asleep() && looked.times == ASLEEP;
        let contended = events.is_contended(CONTENDED * (1 << looked.contended.min(16)));
        if slept || contended {
            events.ask();
            inspector.unpark();
        }
        looked.contended = match contended {
            true => looked.contended + 1,
            false if events.is_contended(CONTENDED) => looked.contended,
            false => 0,
        };
        let ended = looked.times == ASLEEP && !events.is_driven();
        let round = ended.then(|| state_of(events))?;
        round.run.has_jobs().then(|| unended(&round.run, 0))
    }

    /// How many tasks and timers has the poll that goes on begun? Its events come when it ends.
    fn begun_since(&self, round: &Round) -> [usize; 2] {
        let Some(runtime) = self.runtime.get() else { return [0; 2] };
        let (tasks, timers) = (runtime.metrics().num_alive_tasks(), runtime.inspector().timers());
        let fold = &round.run.fold;
        [tasks.saturating_sub(fold.alive()), timers.saturating_sub(fold.timer_count())]
    }

    /// A circle is judged by the runtime's own thread, which sleeps: has it done so for long
    /// enough?
    fn sleeps_on_a_circle(&self) -> bool {
        let (round, looked) = (self.round.lock(), self.looked.lock());
        // (What a job has come to wait for since is on record only when the loop goes on.)
        let may_last = round.run.has_jobs() || may_last(&round.run);
        looked.times == LASTED && may_last && round.run.fold.running().is_empty()
    }

    /// Has it just been found asleep [`ASLEEP`] times, and is that not proven to be for good yet?
    fn slept_long(&self) -> bool {
        let (round, looked) = (self.round.lock(), self.looked.lock());
        let again = looked.times > 0 && looked.times.is_multiple_of(ASLEEP);
        again && round.run.alone.proven.is_none() && round.sleeps().is_some()
    }
}

impl Looked {
    /// One more look.
    fn count(&mut self, number: u64) {
        if self.number != number {
            (self.number, self.times, self.began) = (number, 0, None);
        }
        self.times += 1;
    }

    /// `times`: those of its thread.
    fn at_a_poll(
        &mut self,
        round: &Round,
        task: Id,
        begun: [usize; 2],
        times: Option<Times>,
    ) -> Option<Lint> {
        if self.times == 1 {
            self.began = times;
        }
        if !self.times.is_multiple_of(LOOKS) {
            return None;
        }
        let so_far = PAUSE * (self.times - 1); // it may have begun just before the first look
        let passed = PAUSE * (LOOKS - 1);
        let before = std::mem::replace(&mut self.began, times);
        let computes = match times.zip(before) {
            Some((now, before)) => {
                let on = now.on.saturating_sub(before.on);
                let asleep = passed.saturating_sub(on + now.ready.saturating_sub(before.ready));
                // On a busy machine a thread that computes may get little in these looks.
                let computes = asleep < passed / 2;
                (!computes || on >= PAUSE).then_some(computes)?
            }
            None => false,
        };
        goes_on((&round.run, &round.moment), task, so_far, (computes, begun))
    }
}

#[cfg(test)]
#[path = "watch_tests.rs"]
mod tests;
