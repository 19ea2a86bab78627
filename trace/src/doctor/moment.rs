//! What does a lint know about the moment of the run that it judges?
//!
//! A [`Moment`] has the tasks, waits and so on that exist in the runtime then (a [`Snapshot`],
//! taken from the runtime itself or rebuilt from its records), and the run so far, if it was
//! recorded. It finds things in these, and gives them the names that verdicts use.
//!
//! Interface: [`Moment`]; [`name_of`] a task; [`leave_out_own_wakers`] corrects the counts of a
//! snapshot from the runtime; [`Run::judge`] and [`Run::judge_of`] make a moment from records, and
//! pass it to a lint.

use kettle_events::{
    Coming, Direction, Id, Kind, Resource, ScopeKind, Snapshot, SourceNow, TaskNow, Thing,
    ThingNow, WaitNow,
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

    /// The name of a task or job that exists; otherwise, task 0.
    pub(super) fn name(&self, id: Id) -> Name {
        self.name_if_it_exists(id).unwrap_or(Name { family: Family::Task, number: 0 })
    }

    fn name_if_it_exists(&self, id: Id) -> Option<Name> {
        match self.graph.task(id) {
            Some(task) => Some(name_of(task)),
            None => Some(Name { family: Family::Job, number: self.graph.job(id)?.number }),
        }
    }

    /// All tasks, sorted by name.
    pub(super) fn by_names(&self) -> Vec<Id> {
        let mut tasks: Vec<_> = self.now().tasks.iter().collect();
        tasks.sort_by_key(|task| name_of(task));
        tasks.iter().map(|task| task.id).collect()
    }

    /// The name of a task or job that may have ended, or belong to another runtime.
    pub(super) fn who(&self, id: Id) -> String {
        let in_history = || self.history?.known_name(id);
        match self.name_if_it_exists(id).or_else(in_history) {
            Some(name) => name.to_string(),
            None => "another task".to_owned(),
        }
    }

    /// The name of the primitive that is waited for.
    pub(super) fn thing(&self, on: Resource) -> String {
        match self.graph.sync(on) {
            Some(&ThingNow { kind, number, .. }) if number > 0 => {
                Name { family: Family::Sync(kind), number }.to_string()
            }
            _ => "something".to_owned(), // the number isn't known
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
            Thing::Source(id) => {
                format!("a {}", self.graph.source(id).map_or("", |source| source.what))
            }
        };
        let mut text = Out::new();
        teller::write_awaited(&mut text, &name, on);
        text.into_string().expect("it is text")
    }

    /// The source that is waited for, if it is ready according to the system.
    pub(super) fn ready(&self, on: Resource) -> Option<(&'a SourceNow, Direction)> {
        let Resource::Source(id, direction) = on else { return None };
        let source = self.graph.source(id)?;
        if source.ready[direction as usize] { Some((source, direction)) } else { None }
    }

    /// Names the tasks that wait at the other end of a connection: ", at whose other end …".
    pub(super) fn opposite(&self, on: Resource) -> String {
        let Resource::Source(id, direction) = on else { return String::new() };
        let end = self.graph.source(id).map(|source| source.end).unwrap_or_default();
        if let Coming::Silent(choice) = end.coming[direction as usize] {
            return format!(
                ", and no time limit ends the silence of that connection (since choice {choice})"
            );
        }
        let Some(other) = end.other else { return String::new() };
        let mut who = Vec::new();
        for wait in self.graph.waiters(Resource::Source(other, Direction::Read)) {
            let is_to_write = matches!(wait.on, Resource::Source(_, Direction::Write));
            let verb = if is_to_write { "write" } else { "read" };
            who.extend(wait.by.map(|by| format!("{} waits to {verb}", self.who(by))));
        }
        if who.is_empty() {
            return String::new();
        }
        format!(", at whose other end {}", who.join(" and "))
    }
}

pub(super) fn name_of(task: &TaskNow) -> Name {
    let family = if task.kind == Kind::Main { Family::Main } else { Family::Task };
    Name { family, number: task.number }
}

/// The tasks whose own wakers open waits store, once for each clone. (The waits in a set don't
/// count, because they store a waker of the set's.)
fn own_wakers(snapshot: &Snapshot) -> Vec<Id> {
    let graph = Graph::of(snapshot);
    let is_in_set =
        |wait: &WaitNow| matches!(graph.scopes_around(wait).first(), Some((ScopeKind::Set, _)));
    let has_own = |wait: &&WaitNow| wait.own && wait.is_asked() && !is_in_set(wait);
    snapshot.waits.iter().filter(has_own).filter_map(|wait| wait.by).collect()
}

/// Subtracts the wakers that open waits store from the clones that the runtime has counted, so that
/// the wakers which other code has are left.
pub(super) fn leave_out_own_wakers(snapshot: &mut Snapshot) {
    for id in own_wakers(snapshot) {
        if let Some(clones) = snapshot.task_mut(id).and_then(|task| task.clones.as_mut()) {
            *clones = clones.saturating_sub(1);
        }
    }
}

impl Run {
    /// Passes the present moment to a lint.
    pub(super) fn judge<R>(&self, judge: impl FnOnce(&Moment) -> R) -> R {
        self.judge_snapshot(self.fold.snapshot(), judge)
    }

    /// Passes the present moment, with these tasks alone, to a lint.
    pub(super) fn judge_of<R>(&self, tasks: &[Id], judge: impl FnOnce(&Moment) -> R) -> R {
        self.judge_snapshot(self.fold.snapshot_of(tasks), judge)
    }

    fn judge_snapshot<R>(&self, mut snapshot: Snapshot, judge: impl FnOnce(&Moment) -> R) -> R {
        self.complete(&mut snapshot);
        let moment = Moment::of(&snapshot, Some(self));
        let found = judge(&moment);
        self.count_visits(moment.graph.visited());
        found
    }

    /// Adds what the fold doesn't know: the numbers in names, the other ends of sources; and, if
    /// this is the runtime's thread, its counts of handles and of clones of wakers.
    fn complete(&self, snapshot: &mut Snapshot) {
        let number = |id| self.names.known(id).map_or(0, |name| name.number);
        snapshot.paused = self.paused;
        snapshot.sources.iter_mut().for_each(|source| source.end = self.end_of(source.id));
        snapshot.jobs.iter_mut().for_each(|job| job.number = number(job.id));
        snapshot.things.iter_mut().for_each(|thing| thing.number = number(thing.id));
        snapshot.tasks.iter_mut().for_each(|task| task.number = number(task.id));
        if self.is_live
            && let Ok(runtime) = Handle::try_current()
        {
            self.complete_from_runtime(&runtime, snapshot);
        }
    }

    fn complete_from_runtime(&self, runtime: &Handle, snapshot: &mut Snapshot) {
        for (id, clones, handles) in runtime.inspector().waiting() {
            if let Some(task) = snapshot.task_mut(id) {
                (task.clones, task.handles) = (Some(clones), Some(handles));
            }
        }
        leave_out_own_wakers(snapshot);
        // Sources are asked about only after such a rest, by descriptors that no record has.
        if let Some(events) = &self.runtime
            && self.rested() >= LASTING
        {
            let registered = events.snapshot(None).sources;
            for source in &mut snapshot.sources {
                let index = registered.binary_search_by_key(&source.id, |other| other.id);
                source.fd = index.ok().and_then(|index| registered[index].fd);
            }
            ask_ready(snapshot, self.rested());
        }
    }
}
