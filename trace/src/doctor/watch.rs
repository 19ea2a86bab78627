//! Who notices a poll that never ends?
//!
//! Not the runtime: its thread is in that poll. So a second thread looks on, four times a second,
//! and speaks up when it has found the same poll [`LOOKS`] times. There is one thread for all the
//! doctors of the process. It looks, and counts looks: a process that was stopped for a while has
//! been looked at no more often for it.
//!
//! Interface: [`Watcher`]. Invariants: the thread ends after the last doctor that it watches for.
//! Of a poll that computes it speaks only if another task was ready when the poll began.

use std::sync::{Arc, Weak, mpsc};
use std::thread;
use std::time::Duration;

use kettle_events::{Deferral, Event, Id, Place, Record};
use parking_lot::Mutex;

use super::lint::span;
use super::lint::{Lint, LintKind};
use super::mode::Mode;
use super::report;
use super::run::{Run, birth_at};
use super::short_polls::BLOCKED;
use super::system::{Thread, WATCHER, state_of};
use crate::words::names::Name;

/// Between two looks.
const PAUSE: Duration = Duration::from_millis(250);
/// A thread that sleeps has no more than this of a processor in so many looks.
const LITTLE: Duration = Duration::from_millis(20);
/// A poll that was found so often is told of while it goes on.
const LOOKS: u32 = 7;

/// What to write instead of a poll that computes and does not end.
const ASKS: &str = "if a loop asks again and again for what another task brings, await that: \
    `rx.recv().await` in place of `try_recv`. A long computation calls \
    `kettle::task::yield_now().await` now and then, or belongs in `kettle::task::spawn_blocking`";

/// Looks on from another thread.
#[derive(Debug)]
pub(super) struct Watcher {
    shared: Arc<Mutex<Shared>>,
    thread: Option<Thread>,
}

/// What the runtime's thread leaves for the watcher.
#[derive(Debug)]
struct Shared {
    /// Changes with each poll.
    number: u64,
    poll: Option<Poll>,
    /// What the doctor does with a verdict.
    mode: Mode,
    told: bool,
    looked: Looked,
}

/// The poll that goes on.
#[derive(Clone, Copy, Debug)]
struct Poll {
    name: Name,
    made: Option<Place>,
    /// The last `.await` that is known of.
    at: Option<Place>,
    thread: Option<Thread>,
    seq: u64,
    /// Was another task ready?
    others: bool,
    /// It has spent its budget, and a waker was put off until the loop goes on.
    spent: bool,
}

/// What the watcher has found.
#[derive(Clone, Copy, Debug, Default)]
struct Looked {
    number: u64,
    times: u32,
    /// What the thread had had of a processor when these looks began.
    began: Option<Duration>,
    /// It was awake at one of them.
    awake: bool,
}

/// The runtimes that the thread watches. Empty: there is no thread.
static WATCHED: Mutex<Vec<Weak<Mutex<Shared>>>> = Mutex::new(Vec::new());

impl Watcher {
    pub(super) fn start(mode: Mode) -> Watcher {
        let looked = Looked::default();
        let shared = Shared { number: 0, poll: None, mode, told: false, looked };
        let shared = Arc::new(Mutex::new(shared));
        let mut watched = WATCHED.lock();
        watched.push(Arc::downgrade(&shared));
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
        Watcher { shared, thread: None }
    }

    /// What goes on after this record?
    pub(super) fn note(&mut self, run: &Run, record: &Record) {
        let running = run.fold.running().last().copied();
        let poll = running.map(|task| self.poll(run, task, record));
        let mut shared = self.shared.lock();
        if let (Event::Defer { why: Deferral::Budget }, Some(poll)) =
            (record.event, &mut shared.poll)
        {
            (poll.spent, poll.at) = (true, record.at.or(poll.at));
            return;
        }
        (shared.poll, shared.told) = (poll, false);
        shared.number += 1;
    }

    fn poll(&mut self, run: &Run, id: Id, record: &Record) -> Poll {
        let same = self.thread.filter(Thread::is_this);
        self.thread = same.or_else(Thread::this);
        let task = run.fold.task(id);
        Poll {
            name: run.name(id),
            made: task.and_then(|task| task.made),
            at: task.and_then(|task| task.at),
            thread: self.thread,
            seq: record.seq,
            others: run.fold.queued() > 0,
            spent: false,
        }
    }

    /// Has the poll that ended last been told of from here?
    pub(super) fn has_told(&self) -> bool {
        self.shared.lock().told
    }
}

/// The watcher's thread.
fn watch() {
    loop {
        thread::sleep(PAUSE);
        let watched: Vec<_> = {
            let mut watched = WATCHED.lock();
            watched.retain(|shared| shared.strong_count() > 0);
            if watched.is_empty() {
                return;
            }
            watched.iter().filter_map(Weak::upgrade).collect()
        };
        for shared in watched {
            let mode = shared.lock().mode;
            let lint = shared.lock().look();
            if let Some(lint) = lint.filter(|lint| mode == Mode::Panic || report::is_new(lint)) {
                report::print(&lint, mode);
            }
        }
    }
}

impl Shared {
    fn look(&mut self) -> Option<Lint> {
        let poll = self.poll.filter(|_| !self.told)?;
        let now = poll.thread.and_then(state_of);
        let looked = &mut self.looked;
        if looked.number != self.number {
            let began = now.map(|now| now.on);
            *looked = Looked { number: self.number, times: 0, began, awake: false };
        }
        looked.times += 1;
        looked.awake |= now.is_some_and(|now| !now.sleeps);
        if !looked.times.is_multiple_of(LOOKS) {
            return None;
        }
        let so_far = PAUSE * looked.times;
        let began = std::mem::replace(&mut looked.began, now.map(|now| now.on));
        let awake = std::mem::take(&mut looked.awake);
        // On a busy machine a thread that computes may get little. It is awake all the same.
        let computes = match now.zip(began) {
            Some((now, began)) if awake && now.on.saturating_sub(began) >= PAUSE => true,
            Some((now, began)) if !awake && now.on.saturating_sub(began) < LITTLE => false,
            None if poll.others => false,
            _ => return None,
        };
        if computes && !poll.others {
            return None;
        }
        self.told = true;
        Some(lint(&poll, computes, so_far))
    }
}

fn lint(poll: &Poll, computes: bool, so_far: Duration) -> Lint {
    let (name, so_far) = (poll.name, span(so_far));
    let (kind, text, help) = if computes {
        let text = format!("{name} has computed for {so_far} in one poll, which goes on");
        (LintKind::NeverYields, text, ASKS)
    } else {
        let text = format!("{name} has blocked the thread for {so_far} in one poll, which goes on");
        (LintKind::BlockingPoll, text, BLOCKED)
    };
    let lint = Lint::new(kind, Some(name), text, poll.seq);
    let lint = birth_at(lint, name, poll.made)
        .spot(poll.at, format!("{name} was last seen at this `.await`"));
    if poll.spent && !computes {
        return lint
            .note(format!(
                "{name} has spent its budget: until this poll returns, every future of kettle's \
                 returns `Pending` in it. A `block_on` of another crate waits inside the poll for such \
                 a future, so it waits forever"
            ))
            .help(
                "await the future instead of blocking on it, or move the whole `block_on` into \
                 `kettle::task::spawn_blocking`",
            );
    }
    lint.note(
        "until this poll returns, no other task is polled, no timer fires and no socket is served. If \
         it waits for one of them, for example for the task that holds the lock or the sender, it \
         waits forever",
    )
    .help(help)
}
