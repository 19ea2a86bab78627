//! Who notices a poll that never ends?
//!
//! Not the runtime: its thread is in that poll. So a second thread looks on, four times a second,
//! and speaks up when the same poll has gone on for [`LONG`]. There is one only where `watch` asks
//! for it, because a program of one thread should have one thread.
//!
//! Interface: [`Watcher`]. Invariant: the thread ends when the doctor does.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use kettle_events::{Id, Record};

use super::blocking_poll::{BLOCKED, COMPUTED};
use super::lint::span;
use super::lint::{Lint, LintKind};
use super::mode::Mode;
use super::report;
use super::system::{Thread, WATCHER, on_a_processor};
use super::ward::{Ward, birth};

/// A poll that goes on for so long is told of while it does.
const LONG: Duration = Duration::from_secs(1);
/// Between two looks.
const PAUSE: Duration = Duration::from_millis(250);

/// Looks on from another thread.
#[derive(Debug)]
pub(super) struct Watcher {
    shared: Arc<Shared>,
    thread: Option<Thread>,
}

#[derive(Debug, Default)]
struct Shared {
    over: AtomicBool,
    poll: Mutex<Option<Poll>>,
}

/// The poll that goes on.
#[derive(Debug)]
struct Poll {
    since: Instant,
    thread: Option<Thread>,
    /// What to say of it, but for the text.
    lint: Lint,
    told: bool,
}

impl Watcher {
    pub(super) fn start() -> Watcher {
        let shared = Arc::new(Shared::default());
        let watched = shared.clone();
        // Without a thread there is no watch; the program need not fail for it.
        let _ = thread::Builder::new().name(WATCHER.to_owned()).spawn(move || {
            while !watched.over.load(Ordering::Relaxed) {
                thread::sleep(PAUSE);
                watched.look();
            }
        });
        Watcher { shared, thread: None }
    }

    /// What goes on after this record?
    pub(super) fn note(&mut self, ward: &Ward, record: &Record) {
        let running = ward.fold.running().last().copied();
        let poll = running.map(|task| self.poll(ward, task, record));
        let before = std::mem::replace(&mut *lock(&self.shared.poll), poll);
        drop(before);
    }

    fn poll(&mut self, ward: &Ward, task: Id, record: &Record) -> Poll {
        let same = self.thread.filter(Thread::is_this);
        self.thread = same.or_else(Thread::this);
        let name = ward.name(task);
        let lint = Lint::new(LintKind::BlockingPoll, Some(name), name.to_string(), record.seq);
        let lint = match ward.fold.task(task) {
            Some(task) => birth(lint, task).spot(task.at, "it was last seen at this `.await`"),
            None => lint,
        };
        Poll { since: Instant::now(), thread: self.thread, lint, told: false }
    }

    /// Has the poll that ended last been told of from here?
    pub(super) fn has_told(&self) -> bool {
        lock(&self.shared.poll).as_ref().is_some_and(|poll| poll.told)
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        self.shared.over.store(true, Ordering::Relaxed);
    }
}

impl Shared {
    /// A poll that has gone on for long, and was not told of.
    fn long(&self) -> Option<(Instant, Option<Thread>)> {
        let poll = lock(&self.poll);
        let poll = poll.as_ref().filter(|poll| !poll.told && poll.since.elapsed() >= LONG)?;
        Some((poll.since, poll.thread))
    }

    fn look(&self) {
        let Some((since, thread)) = self.long() else { return };
        let before = thread.and_then(on_a_processor);
        // Not with the lock in hand: the poll may end meanwhile, and its thread must not wait.
        thread::sleep(PAUSE);
        let after = thread.and_then(on_a_processor);
        let mut poll = lock(&self.poll);
        let Some(poll) = poll.as_mut().filter(|poll| poll.since == since) else { return };
        poll.told = true;
        let busy = before.zip(after).map(|(before, after)| after.saturating_sub(before));
        let computes = busy.is_some_and(|busy| busy >= PAUSE / 4);
        let mut lint = poll.lint.clone();
        let (who, so_far) = (&poll.lint.text, span(poll.since.elapsed()));
        if computes {
            lint.kind = LintKind::NeverYields;
            lint.text = format!("{who} has computed for {so_far} within one poll, and goes on");
            lint = lint.help(COMPUTED);
        } else {
            lint.text =
                format!("{who} has blocked the thread for {so_far} within one poll, and goes on");
            lint = lint.help(BLOCKED);
        }
        let lint = lint.note(
            "until it returns, no other task is polled, no timer fires and no socket is looked at: \
             if it waits for one of them, such as a task that holds the lock, it waits for ever",
        );
        report::print(&lint, Mode::Watch);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
