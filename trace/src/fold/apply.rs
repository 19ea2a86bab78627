//! Which part of the state does each event change?
//!
//! [`Fold::apply`] is one `match` over all events. It passes each event to the part of the state
//! that it changes: the tasks (`tasks.rs`), the waits (`places.rs`), and so on. How that part
//! changes is in the file of that part.

use kettle_events::{Event, Id, Outcome, Point, Record, ScopeNow};

use super::fold::Fold;
use super::task::State;

impl Fold {
    pub(super) fn apply(&mut self, record: &Record) {
        let trouble = &mut self.trouble;
        match record.event {
            Event::Turn { queued, tasks, timers, sources } => {
                trouble.check_count(queued, self.tasks.queue.len(), "are queued");
                self.check_counts(tasks, timers, sources);
            }
            Event::RunEnd { tasks, timers, sources } => {
                self.tasks.run_ends(trouble);
                self.check_counts(tasks, timers, sources);
            }
            Event::Choice { point: Point::Task, chosen, .. } => self.choose(chosen),
            Event::Park { .. } => {
                let queued = self.tasks.queue.len();
                trouble.check(queued == 0, || format!("it sleeps with {queued} tasks queued"));
            }

            Event::Spawn { task, kind, at, what, .. } => {
                self.tasks.spawn(record, task, kind, at, what);
            }
            Event::PollStart { task } => {
                self.tasks.poll_start(record, task, trouble);
                self.completes = self.task(task).and_then(|task| Some(task.woken_by?.seq));
            }
            Event::PollEnd { task, outcome } => {
                self.tasks.poll_end(record, task, outcome, trouble);
                if outcome != Outcome::Pending {
                    self.task_ends(task);
                }
            }
            Event::Clones { task, count } => self.tasks.clones(task, count, trouble),
            Event::Defer { .. } => self.tasks.defer(record.task),
            Event::Wake { task, by, effect, .. } => {
                let unqueued = self.tasks.all.get(&task).filter(|task| task.state == State::New);
                self.completes = unqueued.and_then(|task| task.spawn_record);
                self.tasks.wake(record, task, by, effect, trouble);
            }
            Event::Wait { wait, on, own } => self.wait(record, wait, own, on),
            Event::Served { wait } => self.served(wait),
            Event::Done { wait, .. } => self.done(wait),
            // (An aborted blocking job stays as it is until the record of its end.)
            Event::Cancel { task } if self.things.jobs.contains_key(&task) => {}
            Event::Cancel { task } => self.tasks.cancel(task, trouble),
            Event::Join { task, outcome } => self.handle_gone(task, Some(outcome)),
            Event::Detach { task } => self.handle_gone(task, None),

            Event::Scope { scope: id, what, branches } => {
                let (around, by) = (record.scope, record.task);
                self.scopes.open.insert(id, ScopeNow { id, what, branches, around, by });
            }
            Event::ScopeEnd { scope, .. } => _ = self.scopes.open.remove(&scope),

            // Each of these handles the events of its own things, and ignores all others.
            _ => {
                self.wheel.step(record, trouble);
                self.things.source(record, trouble);
                self.things.job(record, trouble);
                self.primitives.add_new(record.event, &self.waits, trouble);
                self.completes = self.primitives.act(record, &self.waits, trouble);
            }
        }
    }

    /// The join handle of a task or job has reported an outcome, or (`None`) was dropped.
    fn handle_gone(&mut self, id: Id, outcome: Option<Outcome>) {
        let is_a_task = self.tasks.handle_gone(id, outcome, &mut self.trouble);
        if !is_a_task {
            self.things.handle_gone(id, &mut self.trouble);
        }
    }

    /// A schedule chooses the task to be polled next. During a poll the choice is a local set's,
    /// whose queue isn't known.
    fn choose(&mut self, nth: usize) {
        if self.tasks.running.is_empty() {
            self.tasks.queue.choose(nth);
        }
    }
}
