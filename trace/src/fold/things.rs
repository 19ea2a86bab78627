//! What is known of sources and blocking jobs, and what changes at them?
//!
//! Each function is the counterpart of a few lines of the engine: it changes what they have
//! changed, and says where the record and what was known part. A thing appears at the first record
//! that names it, and is forgotten when nothing more can happen to it.
//!
//! Not here: tasks (`tasks.rs`), timers (`wheel.rs`), primitives (`primitive.rs`), who waits where
//! (`places.rs`).

use std::collections::BTreeMap;
use std::mem;
use std::time::Duration;

use kettle_events::{Direction, Event, Id, Place, Record, Tried};
use serde::Serialize;

use super::tasks::REMEMBERED;
use super::trouble::Trouble;

/// A source, which the first wait registers with the selector.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Source {
    /// What it is: the name of its type.
    pub what: &'static str,
    pub(super) registered: bool,
    /// Its state in each direction.
    pub(super) sides: [Side; 4],
    /// The record of the last report.
    pub(super) reported: Option<u64>,
    /// Was it reported closed, and no try has said otherwise since?
    pub closed: bool,
}

/// One direction of a source.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Side {
    /// Does an attempt go ahead?
    pub ready: bool,
    /// Was it reported ready, so that a wait would be over?
    #[serde(skip)]
    pub(super) reported: bool,
    /// The result of the last try.
    pub last: Option<Tried>,
    /// The line that cleared it last.
    #[serde(skip)]
    pub(super) cleared: Option<Place>,
}

/// No task has tried it yet: an attempt to read or write goes ahead.
impl Default for Source {
    fn default() -> Source {
        let side = |ready| Side { ready, reported: false, last: None, cleared: None };
        let sides = [true, true, false, false].map(side);
        Source { what: "", registered: false, sides, reported: None, closed: false }
    }
}

impl Source {
    /// This direction of it.
    pub fn side(&self, direction: Direction) -> &Side {
        &self.sides[direction as usize]
    }
}

/// A blocking job.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Job {
    /// The task that handed it to the pool; `None`: not a task, or out of sight.
    pub parent: Option<Id>,
    /// Is its end not recorded yet?
    pub out: bool,
    /// How long it waited for a thread of the pool; `None`: no thread is known to have taken it.
    pub waited: Option<Duration>,
    /// May its `JoinHandle` still come for its output?
    pub handle: bool,
    /// The record of its end.
    pub(super) ended: Option<u64>,
    /// The program's line that handed it to the pool, or called the function of kettle's that did.
    pub(crate) made: Option<Place>,
    /// Its last wait.
    pub(super) blocks_at: Option<Id>,
}

/// The sources and jobs that are known.
#[derive(Clone, Debug, Default)]
pub(super) struct Things {
    pub(super) sources: BTreeMap<Id, Source>,
    /// How many of them are registered.
    pub(super) registered: usize,
    pub(super) jobs: BTreeMap<Id, Job>,
    /// How many of them are out.
    pub(super) out: usize,
}

impl Things {
    /// What a record of a source changes.
    pub(super) fn source(&mut self, record: &Record, t: &mut Trouble) {
        match record.event {
            // Also recorded when a socket is connected that is registered already.
            Event::SourceNew { source, what, ready, .. } => {
                let known = self.sources.entry(source).or_default();
                if !known.registered {
                    known.what = what;
                    known.sides.iter_mut().zip(ready).for_each(|(side, ready)| side.ready = ready);
                }
            }
            Event::SourceAdd { source, what } => {
                let known = self.sources.entry(source).or_default();
                t.check(!known.registered, || format!("{source:?} was there already"));
                self.registered += usize::from(!known.registered);
                (known.what, known.registered) = (what, true);
            }
            Event::SourceTry { source, direction, result, .. } => {
                let known = self.sources.entry(source).or_default();
                known.closed &= result != Tried::WouldBlock || direction != Direction::Read;
                known.sides[direction as usize].last = Some(result);
            }
            Event::SourceReady { source, ready, closed } => {
                if let Some(known) = self.registered(source, t) {
                    known.closed |= closed;
                    known.reported = Some(record.seq);
                    for (side, ready) in known.sides.iter_mut().zip(ready) {
                        (side.ready, side.reported) = (side.ready | ready, side.reported | ready);
                    }
                }
            }
            Event::SourceClear { source, direction } => {
                if let Some(known) = self.registered(source, t) {
                    let side = &mut known.sides[direction as usize];
                    (side.reported, side.cleared) = (false, record.at.place());
                    let was = mem::take(&mut side.ready);
                    t.check(was, || format!("{source:?} is cleared, and was not ready"));
                }
            }
            Event::SourceDrop { source } => {
                let known = self.sources.remove(&source);
                self.registered -= usize::from(known.is_some_and(|known| known.registered));
            }
            _ => {}
        }
    }

    fn registered(&mut self, source: Id, t: &mut Trouble) -> Option<&mut Source> {
        let known = self.sources.get_mut(&source).filter(|known| known.registered);
        t.check(known.is_some(), || format!("{source:?} was never registered"));
        known
    }

    /// What a record of a job changes.
    pub(super) fn job(&mut self, record: &Record, t: &mut Trouble) {
        match record.event {
            Event::BlockingStart { task } => {
                let (parent, made) = (record.task, record.at.place());
                let new = Job { parent, out: true, handle: true, made, ..Job::default() };
                self.jobs.insert(task, new);
                self.out += 1;
            }
            Event::BlockingRun { task, waited, .. } => {
                let job = self.jobs.get_mut(&task).filter(|job| job.out && job.waited.is_none());
                let fits = job.map(|job| job.waited = Some(waited)).is_some();
                t.check(fits, || format!("job {task} is taken, and was not queued"));
            }
            Event::BlockingEnd { task, ran } => self.job_ends(record.seq, task, ran.is_some(), t),
            _ => {}
        }
    }

    /// Recorded at the next turn only, so perhaps after its output was taken.
    fn job_ends(&mut self, seq: u64, id: Id, ran: bool, t: &mut Trouble) {
        let Some(job) = self.jobs.get_mut(&id).filter(|job| job.out) else {
            return t.check(false, || format!("job {id} was not out"));
        };
        let fits = job.waited.is_some() == ran;
        t.check(fits, || format!("job {id} has run, and was not taken, or never ran"));
        (job.ended, job.out) = (Some(seq), false);
        self.out -= 1;
        self.forget_job(id, false);
        if self.jobs.len() > REMEMBERED {
            // As of tasks: the handle may have gone where nothing records.
            let oldest = self.jobs.iter().find(|(_, job)| !job.out).map(|(id, _)| *id);
            oldest.map(|id| self.jobs.remove(&id));
        }
    }

    /// The handle of a job has gone.
    pub(super) fn handle_gone(&mut self, id: Id, t: &mut Trouble) {
        t.check(self.jobs.contains_key(&id), || format!("nobody has told of task or job {id}"));
        self.forget_job(id, true);
    }

    fn forget_job(&mut self, id: Id, handle_gone: bool) {
        let Some(job) = self.jobs.get_mut(&id) else { return };
        job.handle &= !handle_gone;
        if !job.out && !job.handle {
            self.jobs.remove(&id);
        }
    }
}
