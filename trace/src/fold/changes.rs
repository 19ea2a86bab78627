//! What changes at timers, sources and jobs?
//!
//! Each function is the counterpart of a few lines of the engine: it changes what they have
//! changed, and says where the record and what was known part.
//!
//! Not here: tasks (`tasks.rs`), where timers are in the wheel (`wheel.rs`), primitives
//! (`sync.rs`), who joins a place (`places.rs`).

use std::time::Duration;

use kettle_events::{Direction, Id, Outcome, Record, Tried};

use super::fold::Fold;
use super::tasks::REMEMBERED;
use super::things::{Job, Source};

impl Fold {
    /// Also told when a socket is connected that is registered already.
    pub(super) fn source_new(&mut self, source: Id, what: &'static str, ready: [bool; 4]) {
        let known = self.sources.entry(source).or_default();
        if !known.registered {
            known.what = what;
            for (side, ready) in known.sides.iter_mut().zip(ready) {
                side.ready = ready;
            }
        }
    }

    pub(super) fn source_add(&mut self, source: Id, what: &'static str) {
        let known = self.sources.entry(source).or_default();
        let before = std::mem::replace(&mut known.registered, true);
        known.what = what;
        self.registered += usize::from(!before);
        self.trouble.check(!before, || format!("{source:?} was there already"));
    }

    pub(super) fn source_report(
        &mut self,
        record: &Record,
        source: Id,
        ready: [bool; 4],
        closed: bool,
    ) {
        let Some(known) = self.registered(source) else { return };
        known.closed |= closed;
        known.reported = Some(record.seq);
        for (side, ready) in known.sides.iter_mut().zip(ready) {
            side.ready |= ready;
        }
    }

    pub(super) fn source_drop(&mut self, source: Id) {
        let known = self.sources.remove(&source);
        self.registered -= usize::from(known.is_some_and(|known| known.registered));
    }

    fn registered(&mut self, source: Id) -> Option<&mut Source> {
        let known = self.sources.get_mut(&source).filter(|known| known.registered);
        self.trouble.check(known.is_some(), || format!("{source:?} was never registered"));
        known
    }

    pub(super) fn source_try(
        &mut self,
        source: Id,
        direction: Direction,
        came: (Tried, Option<usize>),
    ) {
        let known = self.sources.entry(source).or_default();
        if came.0 == Tried::WouldBlock && direction == Direction::Read {
            known.closed = false;
        }
        let side = known.side_mut(direction);
        (side.last, side.bytes) = (Some(came.0), came.1);
    }

    pub(super) fn source_clear(&mut self, source: Id, direction: Direction) {
        let Some(known) = self.registered(source) else { return };
        let side = known.side_mut(direction);
        let was = std::mem::replace(&mut side.ready, false);
        self.trouble.check(was, || format!("{source:?} is cleared, and was not ready"));
    }

    // ----- jobs, and whose end is waited for -----

    pub(super) fn job_starts(&mut self, record: &Record, id: Id) {
        let (parent, handle, made) = (record.task, true, record.at.place());
        let job = Job { parent, out: true, handle, made, ..Job::default() };
        self.jobs.insert(id, job);
        self.out += 1;
    }

    /// A thread of the pool has taken it.
    pub(super) fn job_runs(&mut self, id: Id, waited: Duration) {
        let job = self.jobs.get_mut(&id).filter(|job| job.out && job.waited.is_none());
        let fits = job.map(|job| job.waited = Some(waited)).is_some();
        self.trouble.check(fits, || format!("job {id} is taken, and was not queued"));
    }

    /// Told at the next turn only, so perhaps after its output was taken.
    pub(super) fn job_ends(&mut self, record: &Record, id: Id, ran: bool) {
        let job = self.jobs.get_mut(&id);
        let fits = job.as_ref().is_none_or(|job| job.waited.is_some() == ran);
        let known = job.map(|job| {
            job.ended = Some(record.seq);
            std::mem::replace(&mut job.out, false)
        });
        self.trouble.check(fits, || format!("job {id} has run, and was not taken, or never ran"));
        self.out -= usize::from(known == Some(true));
        self.trouble.check(known == Some(true), || format!("job {id} was not out"));
        self.forget_job(id, false);
        if self.jobs.len() > REMEMBERED {
            // As of tasks: the handle may have gone where nothing records.
            let oldest = self.jobs.iter().find(|(_, job)| !job.out).map(|(id, _)| *id);
            oldest.map(|id| self.jobs.remove(&id));
        }
    }

    /// A handle has gone. `how`: what it has told of the end.
    pub(super) fn handle_gone(&mut self, id: Id, how: Option<Outcome>) {
        if self.tasks.handle_gone(id, how, &mut self.trouble) {
            return;
        }
        let known = self.jobs.contains_key(&id);
        self.trouble.check(known, || format!("nobody has told of task or job {id}"));
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
