//! Does the page know the state that we do?
//!
//! A trace says of each event what it has changed, and the replay's page applies that
//! (`trace/src/page/tables/fold.js`). [`write_for_the_page`] writes the trace of a run, and
//! after each event the state as a fold knows it that was not made for a page, in the page's words.
//! `tests/replay/checks/fold.mjs` compares, and `cargo xtask test page` runs both.

use std::env;
use std::fmt::{Display, Write as _};
use std::iter::repeat_n;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use kettle::trace::fold::{Fold, Phase, Primitive, Slot, State, Task, Wait};
use kettle::trace::{Event, File, Names, Record, Sink};
use kettle_events::{Direction, Id, Outcome, Resource, SyncKind, Units};

/// Longer records are left out: a state for each event is too much.
const LONG: usize = 5_000;

/// Writes the next `NUMBER.html` and `NUMBER.states` into the folder that `KETTLE_FOLDED` names, if
/// it does.
pub(crate) fn write_for_the_page(records: &[Record]) {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let Some(folder) = env::var_os("KETTLE_FOLDED") else { return };
    // The page shows a set in the place of its members.
    let is_set =
        |record: &Record| matches!(record.event, Event::SyncNew { kind: SyncKind::JoinSet, .. });
    if records.len() > LONG || records.iter().any(is_set) {
        return;
    }
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let path = Path::new(&folder).join(format!("{number}.html"));
    // As a runtime gives them: so they are in many blocks.
    let mut file = File::create(&path).unwrap();
    records.chunks(7).for_each(|some| file.record(some));
    drop(file);
    std::fs::write(path.with_extension("states"), states(records)).unwrap();
}

/// A line of JSON for each record.
fn states(records: &[Record]) -> String {
    let mut page = PageState { fold: Fold::new(), names: Names::new() };
    let mut text = String::new();
    for record in records {
        page.names.learn(record);
        page.fold.step(record);
        writeln!(text, "{}", page.state()).unwrap();
    }
    text
}

/// The fold's state in the page's words.
struct PageState {
    fold: Fold,
    names: Names,
}

impl PageState {
    fn state(&mut self) -> String {
        let fold = self.fold.clone();
        let tasks = fold.tasks().filter(|task| !task.is_over()).map(|task| self.task(task));
        let parts = [
            ("tasks", join(tasks)),
            ("timers", self.timers(&fold)),
            ("sources", self.sources(&fold)),
            (
                "primitives",
                join(fold.primitives().map(|(id, known)| {
                    let name = quoted(self.names.sync(known.now.kind, id));
                    format!("{name}:{}", self.primitive(id, known))
                })),
            ),
        ];
        let phase = match fold.phase() {
            Phase::Outside => "\"none\"",
            Phase::Run => "\"run\"",
            Phase::Deferred => "\"deferred\"",
            Phase::Messages => "\"messages\"",
            Phase::Timers => "\"timers\"",
            Phase::Reactor => "\"reactor\"",
            Phase::Parked => "\"park\"",
        };
        let queue = join(fold.queue().into_iter().map(|id| self.name(Some(id))));
        let running = join(fold.running().iter().map(|id| self.name(Some(*id))));
        let parts = join(parts.into_iter().map(|(name, part)| format!("\"{name}\":{{{part}}}")));
        format!("{{\"phase\":{phase},\"queue\":[{queue}],\"running\":[{running}],{parts}}}")
    }

    fn task(&mut self, task: &Task) -> String {
        let at = match task.state {
            State::New | State::Queued => "queued",
            State::Polling => "polling",
            State::Waiting => "waiting",
            State::Done(_) => "done",
        };
        let name = self.name(Some(task.id));
        let waits = self.waits(task);
        let joined = match task.joined {
            None => "null",
            Some(Outcome::Ready) => "\"ready\"",
            Some(Outcome::Panicked) => "\"panicked\"",
            Some(_) => "\"cancelled\"",
        };
        let line = task.at.map_or(0, std::panic::Location::line);
        let Task { polls, handle, cancelled, clones, .. } = task;
        let clones = clones.map_or("null".to_owned(), |clones| clones.to_string());
        format!("{name}:[\"{at}\",{polls},{handle},{line},{cancelled},{joined},{clones},[{waits}]]")
    }

    /// Its open waits.
    fn waits(&mut self, task: &Task) -> String {
        let open = self.fold.waits_of(task.id);
        let mut all: Vec<String> = open.iter().map(|wait| quoted(self.on(wait.now.on))).collect();
        all.sort();
        join(all)
    }

    fn on(&mut self, on: Resource) -> String {
        match on {
            Resource::Timer(timer) => self.names.timer(timer).to_string(),
            Resource::Source(source, direction) => {
                let word = match direction {
                    Direction::Read => "read",
                    Direction::Write => "write",
                    Direction::Priority => "priority",
                    Direction::Error => "error",
                };
                format!("{word} {}", self.names.source(source))
            }
            Resource::SyncValue(kind, sync) => format!("value {}", self.names.sync(kind, sync)),
            Resource::SyncClosed(kind, sync) => format!("closed {}", self.names.sync(kind, sync)),
            Resource::Sync(kind, sync, _, ticket) => {
                format!("{} {ticket}", self.names.sync(kind, sync))
            }
            Resource::Task(task) => self.names.task(task).to_string(),
            other => unreachable!("{other:?}"),
        }
    }

    fn timers(&mut self, fold: &Fold) -> String {
        join(fold.timers().map(|(id, timer)| {
            let waiter = self.waiter(fold.waiters(Resource::Timer(id)).first());
            let (due, name) = (timer.due.as_nanos(), quoted(self.names.timer(id)));
            let Slot { level, number } = timer.slot;
            format!("{name}:[{due},{level},{number},{waiter}]")
        }))
    }

    fn sources(&mut self, fold: &Fold) -> String {
        join(fold.sources().map(|(id, source)| {
            let sides = Direction::ALL.map(|direction| {
                let side = source.side(direction);
                format!(
                    "{},{},[{}]",
                    side.ready,
                    side.last.is_some(),
                    self.in_no_order(&fold.waiters(Resource::Source(id, direction)))
                )
            });
            let (name, closed) = (quoted(self.names.source(id)), source.closed);
            format!("{name}:[{closed},{}]", sides.join(","))
        }))
    }

    fn primitive(&mut self, sync: Id, known: &Primitive) -> String {
        let line: Vec<Wait> = self.fold.line(sync).copied().collect();
        let at = |on| self.fold.waiters(on);
        let value = at(Resource::SyncValue(known.now.kind, sync));
        let gone = at(Resource::SyncClosed(known.now.kind, sync));
        let handed: Vec<_> = self.fold.handed(sync).map(|wait| wait.now.by).collect();
        let mut names = |tasks: &mut dyn Iterator<Item = Option<Id>>| {
            join(
                tasks.map(|task| task.map_or_else(|| quoted("a thread"), |id| self.name(Some(id)))),
            )
        };
        // (A task that has reserved places of a channel is there once for each.)
        let shares = |units| match units {
            Units::Count(places) if known.now.kind.is_channel() => places as usize,
            _ => 1,
        };
        let each = known.latest_holders().iter();
        let each = each.flat_map(|holder| repeat_n(holder.now.by, shares(holder.now.units)));
        let holders = names(&mut { each });
        let handed = names(&mut handed.into_iter());
        let number =
            |number: Option<usize>| number.map_or("null".to_owned(), |one| one.to_string());
        let (room, count) = (number(known.now.room), number(known.now.count));
        let (value, gone) = (
            self.waiter(value.first().filter(|waiter| !self.fold.is_left_behind(waiter))),
            self.in_no_order(&gone),
        );
        let (line, closed) = (join(self.in_line(&line)), known.now.closed);
        let whole = known.is_exclusive();
        let kind = match known.now.kind {
            SyncKind::RwLock => "rw_lock".to_owned(),
            SyncKind::OnceCell => "once_cell".to_owned(),
            SyncKind::SetOnce => "set_once".to_owned(),
            kind => format!("{kind:?}").to_lowercase(),
        };
        let senders = number(known.now.senders);
        format!(
            "[\"{kind}\",{room},{count},{senders},{closed},{whole},[{holders}],[{handed}],\
             {value},[{line}],[{gone}]]"
        )
    }

    /// A task that is over waits nowhere, for the page; a waker of it may still lie there.
    fn waiter(&mut self, wait: Option<&Wait>) -> String {
        let waits = |id: &Id| self.fold.task(*id).is_some_and(|task| !task.is_over());
        self.name(wait.and_then(|wait| wait.now.by).filter(waits))
    }

    fn in_line<'a>(&mut self, waiters: impl IntoIterator<Item = &'a Wait>) -> Vec<String> {
        waiters
            .into_iter()
            .map(|waiter| self.waiter(Some(waiter)))
            .filter(|one| one != "null")
            .collect()
    }

    fn in_no_order(&mut self, waiters: &[Wait]) -> String {
        let fold = self.fold.clone();
        let mut all = self.in_line(waiters.iter().filter(|waiter| !fold.is_left_behind(waiter)));
        all.sort();
        all.dedup();
        join(all)
    }

    fn name(&mut self, task: Option<Id>) -> String {
        task.map_or("null".to_owned(), |id| quoted(self.names.task(id)))
    }
}

fn join(parts: impl IntoIterator<Item = String>) -> String {
    parts.into_iter().collect::<Vec<_>>().join(",")
}

fn quoted(name: impl Display) -> String {
    format!("\"{name}\"")
}
