//! What does a lint know about the moment of the run that it judges?
//!
//! A [`Moment`] has the tasks, waits and so on that exist in the runtime then (a [`Snapshot`],
//! taken from the runtime itself or rebuilt from its records), and the run so far, if it was
//! recorded. It finds things in these, and gives them the names that verdicts use.
//!
//! Interface: [`Moment`]; [`Run::judge`] and [`Run::judge_of`] make one from records, and pass it
//! to a lint; [`leave_out_own_wakers`] corrects the counts of a snapshot from the runtime.

use kettle_events::{
    Coming, Direction, Id, JobNow, Kind, Resource, ScopeKind, Snapshot, SourceNow, TaskNow, Thing,
    WaitNow,
};
use kettle_runtime::Handle;

use super::ready::ask_ready;
use super::run::{LASTING, Run};
use crate::fold::Primitive;
use crate::why::Graph;
use crate::words::names::{Family, Name};
use crate::words::teller;
use crate::words::text::Out;

/// A moment of a run.
#[derive(Debug)]
pub(super) struct Moment<'a> {
    pub(super) graph: Graph<'a>,
    /// The run so far, if it was recorded.
    pub(super) history: Option<&'a Run>,
}

impl<'a> Moment<'a> {
    pub(super) fn of(now: &'a Snapshot, history: Option<&'a Run>) -> Moment<'a> {
        Moment { graph: Graph::of(now), history }
    }

    /// The tasks, blocking jobs and so on that exist.
    pub(super) fn now(&self) -> &'a Snapshot {
        self.graph.now
    }

    /// The name of a task or job that exists.
    pub(super) fn name(&self, id: Id) -> Name {
        let job_name = |job: &JobNow| Name { family: Family::Job, number: job.number };
        let unknown = Name { family: Family::Task, number: 0 };
        match self.graph.task(id) {
            Some(task) => name_of(task),
            None => self.graph.job(id).map_or(unknown, job_name),
        }
    }

    /// All tasks, sorted by name.
    pub(super) fn by_names(&self) -> Vec<Id> {
        let mut all: Vec<_> =
            self.now().tasks.iter().map(|task| (name_of(task), task.id)).collect();
        all.sort();
        all.into_iter().map(|(_, id)| id).collect()
    }

    /// The name of a task or job that may have ended, or belong to another runtime.
    pub(super) fn who(&self, id: Id) -> String {
        let known = self.graph.task(id).is_some() || self.graph.job(id).is_some();
        let name =
            if known { Some(self.name(id)) } else { self.history.and_then(|it| it.known_name(id)) };
        name.map_or_else(|| "another task".to_owned(), |name| name.to_string())
    }

    /// The name of the primitive that is waited for.
    pub(super) fn thing(&self, on: Resource) -> String {
        match self.graph.sync(on) {
            Some(&it) if it.number > 0 => {
                Name { family: Family::Sync(it.kind), number: it.number }.to_string()
            }
            _ => "something".to_owned(),
        }
    }

    /// A primitive as the records describe it.
    pub(super) fn history_of(&self, thing: Id) -> Option<&'a Primitive> {
        self.history?.fold.primitive(thing)
    }

    /// What is waited for, in the story's words: they follow "waits".
    pub(super) fn awaited(&self, on: Resource) -> String {
        let name = match on.thing() {
            Thing::Task(task) => self.who(task),
            Thing::Sync(..) => self.thing(on),
            Thing::Timer(_) => "a timer".to_owned(),
            Thing::Source(id) => format!("a {}", self.graph.source(id).map_or("", |it| it.what)),
        };
        let mut text = Out::new();
        teller::write_awaited(&mut text, &name, on);
        text.into_string().expect("it is text")
    }

    /// The source that is waited for, if it is ready according to the system.
    pub(super) fn ready(&self, on: Resource) -> Option<(&'a SourceNow, Direction)> {
        let Resource::Source(id, way) = on else { return None };
        let source = self.graph.source(id).filter(|source| source.ready[way as usize])?;
        Some((source, way))
    }

    /// For a wait for a connection: ", at whose other end …", with the tasks that wait there.
    pub(super) fn opposite(&self, on: Resource) -> String {
        let Thing::Source(id) = on.thing() else { return String::new() };
        let end = self.graph.source(id).map(|source| source.end).unwrap_or_default();
        if let Resource::Source(_, way) = on
            && let Coming::Silent(since) = end.coming[way as usize]
        {
            return format!(
                ", and no time limit ends the silence of that connection (since choice {since})"
            );
        }
        let at = |other| self.graph.waiters(Resource::Source(other, Direction::Read));
        let who = |wait: &WaitNow| {
            let is_to_write = matches!(wait.on, Resource::Source(_, Direction::Write));
            let word = if is_to_write { "write" } else { "read" };
            wait.by.map(|by| format!("{} waits to {word}", self.who(by)))
        };
        let all: Vec<String> = end.other.into_iter().flat_map(at).filter_map(who).collect();
        if all.is_empty() {
            String::new()
        } else {
            format!(", at whose other end {}", all.join(" and "))
        }
    }
}

pub(super) fn name_of(task: &TaskNow) -> Name {
    let family = if task.kind == Kind::Main { Family::Main } else { Family::Task };
    Name { family, number: task.number }
}

/// The tasks whose own waker is stored, once for each clone. (The waits in a set don't count: they
/// store a waker of the set's.)
fn own_wakers(now: &Snapshot) -> Vec<Id> {
    let graph = Graph::of(now);
    let is_in_set =
        |wait| graph.scopes_around(wait).first().is_some_and(|(kind, _)| *kind == ScopeKind::Set);
    let stored = now.waits.iter().filter(|wait| wait.own && wait.is_asked() && !is_in_set(wait));
    stored.filter_map(|wait| wait.by).collect()
}

/// Subtracts the wakers that open waits store from the clones that the runtime has counted, so that
/// the wakers which other code has are left.
pub(super) fn leave_out_own_wakers(now: &mut Snapshot) {
    for id in own_wakers(now) {
        if let Some(clones) = now.task_mut(id).and_then(|task| task.clones.as_mut()) {
            *clones = clones.saturating_sub(1);
        }
    }
}

impl Run {
    /// Passes the present moment to a lint.
    pub(super) fn judge<R>(&self, judge: impl FnOnce(&Moment) -> R) -> R {
        self.judge_as(self.fold.snapshot(), judge)
    }

    /// Passes the present moment, with these tasks alone, to a lint.
    pub(super) fn judge_of<R>(&self, tasks: &[Id], judge: impl FnOnce(&Moment) -> R) -> R {
        self.judge_as(self.fold.snapshot_of(tasks), judge)
    }

    fn judge_as<R>(&self, mut now: Snapshot, judge: impl FnOnce(&Moment) -> R) -> R {
        self.complete(&mut now);
        let moment = Moment::of(&now, Some(self));
        let found = judge(&moment);
        self.count_visits(moment.graph.visited());
        found
    }

    /// Adds what the fold doesn't know: the numbers in names, the other ends of sources; and, if
    /// this is the runtime's thread, its counts of handles and of clones of wakers.
    fn complete(&self, now: &mut Snapshot) {
        let number = |id| self.names.known(id).map_or(0, |name| name.number);
        now.paused = self.paused;
        now.sources.iter_mut().for_each(|source| source.end = self.end_of(source.id));
        now.jobs.iter_mut().for_each(|job| job.number = number(job.id));
        now.things.iter_mut().for_each(|thing| thing.number = number(thing.id));
        now.tasks.iter_mut().for_each(|task| task.number = number(task.id));
        let Some(runtime) = Handle::try_current().ok().filter(|_| self.is_live) else { return };
        for (id, clones, handles) in runtime.inspector().waiting() {
            if let Some(task) = now.task_mut(id) {
                (task.clones, task.handles) = (Some(clones), Some(handles));
            }
        }
        leave_out_own_wakers(now);
        if let Some(runtime) = self.runtime.as_ref().filter(|_| self.rested() >= LASTING) {
            let all = runtime.snapshot().sources;
            let fd = |id| all.binary_search_by_key(&id, |it| it.id).ok().and_then(|at| all[at].fd);
            now.sources.iter_mut().for_each(|source| source.fd = fd(source.id));
            ask_ready(now, self.rested());
        }
    }
}
