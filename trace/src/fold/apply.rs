//! What does each event change?
//!
//! One `match` over all events sends each to the part of the state that it concerns. The files
//! around it say how that part changes.

use kettle_events::{Event, Id, Outcome, Point, Record, ScopeNow};

use super::fold::Fold;
use super::task::State;

impl Fold {
    pub(super) fn apply(&mut self, record: &Record) {
        let t = &mut self.trouble;
        match record.event {
            Event::Turn { queued, tasks, timers, sources } => {
                let known = self.tasks.queue.len();
                t.check(queued == known, || format!("{queued} are queued, it says, not {known}"));
                self.compare([tasks, timers, sources]);
            }
            Event::RunEnd { tasks, timers, sources } => {
                self.tasks.run_ends(t);
                self.compare([tasks, timers, sources]);
            }
            Event::Choice { point: Point::Task, chosen, .. } => self.choose(chosen),
            Event::Park { .. } => {
                let queued = self.tasks.queue.len();
                t.check(queued == 0, || format!("it sleeps with {queued} tasks queued"));
            }

            Event::Spawn { task, kind, at, what, .. } => {
                self.tasks.spawn(record, task, kind, (at, what));
            }
            Event::PollStart { task } => self.tasks.poll_start(record, task, t),
            Event::PollEnd { task, outcome } => {
                self.tasks.poll_end(record, task, outcome, t);
                if outcome != Outcome::Pending {
                    self.ends(task);
                }
            }
            Event::Clones { task, count } => self.tasks.clones(task, count, t),
            Event::Defer { .. } => self.tasks.defers(record.task),
            Event::Wake { task, by, effect, .. } => {
                let new = self.tasks.all.get(&task).filter(|task| task.state == State::New);
                self.back = new.and_then(|task| task.spawned);
                self.tasks.wake(record, task, by, effect, t);
            }
            Event::Wait { wait, on, own } => self.wait(record, (wait, own), on),
            Event::Served { wait } => self.served(wait),
            Event::Done { wait, .. } => self.done(wait),
            Event::Cancel { task } if self.things.jobs.contains_key(&task) => {}
            Event::Cancel { task } => self.tasks.cancel(task, t),
            Event::Join { task, outcome } => self.handle_gone(task, Some(outcome)),
            Event::Detach { task } => self.handle_gone(task, None),

            Event::Scope { scope: id, what, branches } => {
                let (around, by) = (record.scope, record.task);
                self.scopes.0.insert(id, ScopeNow { id, what, branches, around, by });
            }
            Event::ScopeEnd { scope, .. } => _ = self.scopes.0.remove(&scope),

            // Each looks for kinds of its own.
            _ => {
                self.wheel.step(record, t);
                self.things.source(record, t);
                self.things.job(record, t);
                self.primitives.made(record.event, &self.waits, t);
                self.back = self.primitives.act(record, &self.waits, t);
            }
        }
    }

    /// A handle has gone. `how`: the end that it has reported.
    fn handle_gone(&mut self, id: Id, how: Option<Outcome>) {
        if !self.tasks.handle_gone(id, how, &mut self.trouble) {
            self.things.handle_gone(id, &mut self.trouble);
        }
    }

    /// A schedule chooses the task to be polled next. (A local set does so while its host is
    /// polled.)
    fn choose(&mut self, nth: usize) {
        if self.tasks.running.is_empty() {
            self.tasks.queue.choose(nth);
        }
    }
}
