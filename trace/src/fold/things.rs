//! In which state are the sources and the blocking jobs, according to the records so far?
//!
//! A [`Source`] is a socket, pipe or the like that tasks wait for, a [`Job`] a closure for the
//! blocking pool. Each function takes one record, changes the copy here as the engine has changed
//! the original, and notes a record that contradicts the earlier ones ([`Trouble`]).
//!
//! Interface: [`Things::source`] and [`Things::job`] take a record, [`Things::handle_gone`] the end
//! of a job's handle; [`Source::side`] gives the state of one direction.
//!
//! Invariants: a source or job exists here from the first record that names it until nothing more
//! can happen to it. The two counts of [`Things`] are right after each record.
//!
//! Elsewhere: tasks (`tasks.rs`), timers (`wheel.rs`), primitives (`primitive.rs`), who waits for
//! what (`places.rs`).

use std::collections::BTreeMap;
use std::mem;
use std::time::Duration;

use kettle_events::{Direction, Event, Id, Place, Record, Tried};
use serde::Serialize;

use super::tasks::REMEMBERED;
use super::trouble::Trouble;

/// A source. It is registered with the selector at its first wait.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Source {
    /// The name of its type.
    pub what: &'static str,
    pub(super) registered: bool,
    /// Its state by direction: read, write, priority, error.
    pub(super) sides: [Side; 4],
    /// The record of the selector's last report.
    pub(super) reported: Option<u64>,
    /// Was it reported closed, and has no read since then returned `WouldBlock`?
    pub closed: bool,
}

/// One direction of a source.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Side {
    /// Its readiness: is an attempt worth making?
    pub ready: bool,
    /// Has a report set it since it was last cleared? Only a report ends a wait.
    #[serde(skip)]
    pub(super) reported: bool,
    /// The result of the last attempt.
    pub last: Option<Tried>,
    /// The line of the program that cleared its readiness last.
    #[serde(skip)]
    pub(super) cleared: Option<Place>,
}

/// A source that no task has tried yet: a read or a write is worth an attempt.
impl Default for Source {
    fn default() -> Source {
        let side = |ready| Side { ready, reported: false, last: None, cleared: None };
        let [read, write, priority, error] = [true, true, false, false];
        let sides = [read, write, priority, error].map(side);
        Source { what: "", registered: false, sides, reported: None, closed: false }
    }
}

impl Source {
    /// Its state in this direction.
    pub fn side(&self, direction: Direction) -> &Side {
        &self.sides[direction as usize]
    }
}

/// A blocking job.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Job {
    /// The task that handed it to the pool; `None`: code outside tasks, or it isn't known.
    pub parent: Option<Id>,
    /// Is it queued or running, as far as is recorded?
    pub is_unfinished: bool,
    /// How long it waited for a thread of the pool; `None`: no record says that a thread took it.
    pub waited: Option<Duration>,
    /// Does its `JoinHandle` still exist, as far as is recorded?
    pub handle: bool,
    /// The record of its end.
    pub(super) end_record: Option<u64>,
    /// The program's line that handed it to the pool, or that called kettle's function that did.
    pub(crate) made: Option<Place>,
}

/// The sources and jobs that records have named.
#[derive(Clone, Debug, Default)]
pub(super) struct Things {
    pub(super) sources: BTreeMap<Id, Source>,
    /// How many of the sources are registered.
    pub(super) registered_count: usize,
    pub(super) jobs: BTreeMap<Id, Job>,
    /// How many of the jobs are queued or running.
    pub(super) unfinished_count: usize,
}

impl Things {
    /// What a record of a source changes.
    pub(super) fn source(&mut self, record: &Record, trouble: &mut Trouble) {
        match record.event {
            // Recorded again when a socket that is registered already is connected. `ready` says
            // for which directions the engine takes a new source as ready.
            Event::SourceNew { source, what, ready, .. } => {
                let known = self.sources.entry(source).or_default();
                if !known.registered {
                    known.what = what;
                    known.sides.iter_mut().zip(ready).for_each(|(side, ready)| side.ready = ready);
                }
            }
            Event::SourceAdd { source, what } => {
                let known = self.sources.entry(source).or_default();
                trouble.check(!known.registered, || format!("{source:?} was there already"));
                self.registered_count += usize::from(!known.registered);
                (known.what, known.registered) = (what, true);
            }
            Event::SourceTry { source, direction, result, .. } => {
                let known = self.sources.entry(source).or_default();
                // A closed source gives the end of the stream: a read of it would not block.
                known.closed &= result != Tried::WouldBlock || direction != Direction::Read;
                known.sides[direction as usize].last = Some(result);
            }
            Event::SourceReady { source, ready, closed } => {
                if let Some(known) = self.registered_source(source, trouble) {
                    known.closed |= closed;
                    known.reported = Some(record.seq);
                    for (side, ready) in known.sides.iter_mut().zip(ready) {
                        (side.ready, side.reported) = (side.ready | ready, side.reported | ready);
                    }
                }
            }
            Event::SourceClear { source, direction } => {
                if let Some(known) = self.registered_source(source, trouble) {
                    let side = &mut known.sides[direction as usize];
                    (side.reported, side.cleared) = (false, record.at.place());
                    let was_ready = mem::take(&mut side.ready);
                    trouble
                        .check(was_ready, || format!("{source:?} is cleared, and was not ready"));
                }
            }
            Event::SourceDrop { source } => {
                let known = self.sources.remove(&source);
                self.registered_count -= usize::from(known.is_some_and(|known| known.registered));
            }
            _ => {}
        }
    }

    fn registered_source(&mut self, source: Id, trouble: &mut Trouble) -> Option<&mut Source> {
        let known = self.sources.get_mut(&source).filter(|known| known.registered);
        trouble.check(known.is_some(), || format!("{source:?} was never registered"));
        known
    }

    /// What a record of a job changes.
    pub(super) fn job(&mut self, record: &Record, trouble: &mut Trouble) {
        match record.event {
            Event::BlockingStart { task } => {
                let (parent, made) = (record.task, record.at.place());
                let new = Job { parent, is_unfinished: true, handle: true, made, ..Job::default() };
                self.jobs.insert(task, new);
                self.unfinished_count += 1;
            }
            Event::BlockingRun { task, waited, .. } => {
                let job = self.jobs.get_mut(&task);
                let queued = job.filter(|job| job.is_unfinished && job.waited.is_none());
                let was_queued = queued.map(|job| job.waited = Some(waited)).is_some();
                trouble.check(was_queued, || format!("job {task} is taken, and was not queued"));
            }
            Event::BlockingEnd { task, ran } => {
                self.job_ends(record.seq, task, ran.is_some(), trouble);
            }
            _ => {}
        }
    }

    /// The end of a job is recorded in the loop's next turn. By then the handle may have taken the
    /// output. `has_run`: it wasn't cancelled before a thread took it.
    fn job_ends(&mut self, seq: u64, id: Id, has_run: bool, trouble: &mut Trouble) {
        let Some(job) = self.jobs.get_mut(&id).filter(|job| job.is_unfinished) else {
            return trouble.check(false, || format!("job {id} was not out"));
        };
        let fits = job.waited.is_some() == has_run;
        trouble.check(fits, || format!("job {id} has run, and was not taken, or never ran"));
        (job.end_record, job.is_unfinished) = (Some(seq), false);
        self.unfinished_count -= 1;
        self.forget_if_over(id);
        if self.jobs.len() > REMEMBERED {
            // A handle may have been dropped on another thread, which isn't recorded.
            let oldest = self.jobs.iter().find(|(_, job)| !job.is_unfinished).map(|(id, _)| *id);
            oldest.map(|id| self.jobs.remove(&id));
        }
    }

    /// The handle of a job has given the output, or was dropped.
    pub(super) fn handle_gone(&mut self, id: Id, trouble: &mut Trouble) {
        let Some(job) = self.jobs.get_mut(&id) else {
            return trouble.check(false, || format!("no record introduces task or job {id}"));
        };
        job.handle = false;
        self.forget_if_over(id);
    }

    /// Removes the job if it has ended and its handle is gone.
    fn forget_if_over(&mut self, id: Id) {
        if self.jobs.get(&id).is_some_and(|job| !job.is_unfinished && !job.handle) {
            self.jobs.remove(&id);
        }
    }
}
