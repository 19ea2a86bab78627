//! Which values of a record differ from those that a page was told?
//!
//! An [`Entry`] is a table, a name and an object with these values, in the making. If nothing differs,
//! nothing is written.
//!
//! Interface: [`Entry::of`], [`Entry::of_the_loop`].
//!
//! Not here: which records may differ (`fold/touched.rs`), how a value is written (`values.rs`).

use kettle_events::Id;

use super::told::Told;
use super::words::{kind_word, outcome_word, sync_kind_word, tried_word};
use crate::fold::{Awaited, BranchState, Fold, Item, ShownSide, ShownTask, State, Step, Who};
use crate::words::names::{Names, future_name};
use crate::words::sources::Sources;
use crate::words::text as json;
use crate::words::text::field;

/// An entry in the making.
pub(super) struct Entry<'a> {
    pub(super) out: &'a mut Vec<u8>,
    pub(super) names: &'a mut Names,
    pub(super) sources: &'a mut Sources,
    /// A timer that goes has fired.
    pub(super) fired: bool,
    /// These get an entry also if nothing has changed: the event is about them.
    pub(super) named: &'a [Item],
}

impl Entry<'_> {
    pub(super) fn of(&mut self, item: Item, told: &mut Told, fold: &Fold) {
        match item {
            Item::Task(id) => {
                if let Some(now) = fold.shown_task(id) {
                    self.task(id, told.tasks.insert(id, now.clone()), &now);
                } else {
                    self.job(id, told, fold);
                }
            }
            Item::Select(task) => self.select(task, told, fold),
            Item::Timer(timer) => self.timer(timer, told, fold),
            Item::Source(source) => self.source(source, told, fold),
            Item::Primitive(sync) => self.primitive(sync, told, fold),
            Item::InLine(sync, ticket) => {
                let Some(kind) = fold.primitive(sync).map(|known| known.kind) else { return };
                let name = self.names.sync(kind, sync);
                let open = self.begin("primitives", name);
                self.in_line(open, ticket, fold.line_of(item));
            }
        }
    }

    pub(super) fn of_the_loop(&mut self, told: &mut Told, fold: &Fold) {
        let now = fold.shown_loop();
        if now == told.of_the_loop {
            return;
        }
        json::raw(self.out, "\"loop\",\"\",{");
        let open = self.out.len();
        let was = std::mem::replace(&mut told.of_the_loop, now);
        let now = &told.of_the_loop;
        if was.step != now.step {
            self.word_or_null(field!("step"), step_word(now.step));
        }
        if was.stack != now.stack {
            self.list(field!("stack"), now.stack.iter().copied().map(Who::Task));
        }
        if was.timeout != now.timeout {
            self.fields().maybe(field!("timeout"), now.timeout);
        }
        if was.hand != now.hand {
            self.fields().number(field!("hand"), now.hand);
        }
        if was.deferred != now.deferred {
            self.list(field!("deferred"), now.deferred.iter().copied().map(Who::Task));
        }
        self.end(open);
    }

    fn task(&mut self, id: Id, was: Option<ShownTask>, now: &ShownTask) {
        if was.as_ref() == Some(now) {
            return;
        }
        let was = was.unwrap_or_default();
        let name = self.names.task(id);
        let open = self.begin("tasks", name);
        if was.kind != now.kind {
            self.fields().word(field!("kind"), kind_word(now.kind));
        }
        self.place(field!("made"), was.made, now.made);
        if was.what != now.what {
            self.fields().text(field!("what"), &future_name(now.what));
        }
        if was.state != now.state {
            self.fields().word(field!("where"), state_word(now.state));
            if let State::Done(how) = now.state {
                self.fields().word(field!("how"), outcome_word(how));
            }
        }
        if was.rank != now.rank && now.rank > 0 {
            self.fields().number(field!("rank"), now.rank);
        }
        if was.polls != now.polls {
            self.fields().number(field!("polls"), now.polls);
        }
        self.place(field!("at"), was.at, now.at);
        if was.waits != now.waits {
            self.waits(&now.waits);
        }
        self.flag(field!("woken"), was.woken, now.woken);
        self.flag(field!("cancelling"), was.cancelling, now.cancelling);
        if was.wakers != now.wakers {
            self.fields().count(field!("wakers"), now.wakers);
        }
        self.flag(field!("handle"), was.handle, now.handle);
        if was.joiner != now.joiner {
            self.name_or_null(field!("joiner"), now.joiner.map(Who::Task));
        }
        if was.joined != now.joined {
            self.word_or_null(field!("joined"), now.joined.map(outcome_word));
        }
        self.flag(field!("detached"), was.detached, now.detached);
        self.end(open);
    }

    fn job(&mut self, id: Id, told: &mut Told, fold: &Fold) {
        let name = self.names.task(id);
        let Some(now) = fold.shown_job(id) else {
            if told.jobs.remove(&id).is_some() {
                self.gone("jobs", name, "ended");
            }
            return;
        };
        let was = told.jobs.insert(id, now.clone());
        if was.as_ref() != Some(&now) {
            let open = self.begin("jobs", name);
            if let Some(by) = now.by {
                self.fields().task(field!("by"), by);
            }
            self.end(open);
        }
    }

    fn select(&mut self, task: Id, told: &mut Told, fold: &Fold) {
        let Some(now) = fold.shown_select(task) else { return };
        let was = told.selects.insert(task, now.clone());
        if was.as_ref().is_some_and(|was| was.shows_as(now)) {
            return;
        }
        let (new, was) = (was.is_none(), was.unwrap_or_default());
        let name = self.names.task(task);
        let open = self.begin("selects", name);
        if new {
            self.fields().task(field!("task"), task);
        }
        self.place(field!("at"), was.at, now.at);
        if was.won != now.won {
            self.fields().maybe(field!("won"), now.won.map(u64::from));
        }
        if was.branches != now.branches {
            json::raw(self.out, field!("branches"));
            self.out.push(b'[');
            for (number, branch) in now.branches.iter().enumerate() {
                json::raw(self.out, if number == 0 { "{" } else { ",{" });
                let open = self.out.len();
                let lost = branch.state == BranchState::Dropped;
                self.fields().word(field!("state"), branch_word(branch.state));
                self.fields().number(field!("polls"), branch.polls);
                self.place(field!("at"), None, branch.at);
                json::raw(self.out, if lost { field!("lost") } else { field!("waits") });
                self.awaited(branch.waits.iter().map(|on| Awaited::On(*on)));
                self.end(open);
            }
            self.out.push(b']');
        }
        self.end(open);
    }

    fn timer(&mut self, timer: Id, told: &mut Told, fold: &Fold) {
        let name = self.names.timer(timer);
        let Some(now) = fold.shown_timer(timer) else {
            if told.timers.remove(&timer).is_some() {
                self.gone("timers", name, if self.fired { "rings" } else { "removed" });
            }
            return;
        };
        let was = told.timers.insert(timer, now.clone());
        if was.as_ref() == Some(&now) {
            return;
        }
        let was = was.unwrap_or_default();
        let open = self.begin("timers", name);
        if was.due != now.due {
            self.fields().number(field!("due"), now.due);
        }
        if was.level != now.level {
            self.fields().number(field!("level"), now.level.into());
        }
        if was.slot != now.slot {
            self.fields().number(field!("slot"), now.slot.into());
        }
        if was.task != now.task {
            self.name_or_null(field!("task"), now.task.map(Who::Task));
        }
        self.place(field!("at"), was.at, now.at);
        self.end(open);
    }

    fn source(&mut self, source: Id, told: &mut Told, fold: &Fold) {
        let name = self.names.source(source);
        let Some(now) = fold.shown_source(source) else {
            if told.sources.remove(&source).is_some() {
                self.gone("sources", name, "removed");
            }
            return;
        };
        let was = told.sources.insert(source, now.clone());
        if was.as_ref() == Some(&now) && !self.named.contains(&Item::Source(source)) {
            return;
        }
        let was = was.unwrap_or_default();
        let open = self.begin("sources", name);
        if was.what != now.what {
            self.fields().text(field!("what"), now.what);
        }
        self.flag(field!("registered"), was.registered, now.registered);
        self.flag(field!("closed"), was.closed, now.closed);
        let keys = [field!("read"), field!("write"), field!("priority"), field!("error")];
        for (key, (was, now)) in keys.into_iter().zip(was.sides.iter().zip(&now.sides)) {
            self.side(key, was, now);
        }
        self.end(open);
    }

    fn side(&mut self, key: &str, was: &ShownSide, now: &ShownSide) {
        if was == now {
            return;
        }
        json::raw(self.out, key);
        self.out.push(b'{');
        let open = self.out.len();
        self.flag(field!("ready"), was.ready, now.ready);
        if was.last != now.last {
            self.word_or_null(field!("last"), now.last.map(tried_word));
        }
        if was.bytes != now.bytes {
            self.fields().maybe(field!("bytes"), now.bytes);
        }
        if was.waits != now.waits {
            self.list(field!("waits"), now.waits.iter().copied());
        }
        self.end(open);
    }

    fn primitive(&mut self, sync: Id, told: &mut Told, fold: &Fold) {
        let Some(now) = fold.shown_primitive(sync) else { return };
        let was = told.primitives.insert(sync, now.clone());
        if was.as_ref() == Some(&now) && !self.named.contains(&Item::Primitive(sync)) {
            return;
        }
        let Some(kind) = now.kind else { return };
        let was = was.unwrap_or_default();
        let name = self.names.sync(kind, sync);
        let open = self.begin("primitives", name);
        if was.kind.is_none() {
            self.fields().word(field!("kind"), sync_kind_word(kind));
            if kind.is_channel() {
                self.fields().maybe(field!("room"), now.room);
            }
        }
        if was.count != now.count {
            self.fields().maybe(field!("count"), now.count);
        }
        if was.high != now.high {
            self.fields().count(field!("high"), now.high);
        }
        if was.senders != now.senders {
            self.fields().maybe(field!("senders"), now.senders);
        }
        self.flag(field!("closed"), was.closed, now.closed);
        if was.holders != now.holders {
            self.list(field!("holders"), now.holders.iter().copied());
        }
        self.flag(field!("whole"), was.whole, now.whole);
        if was.handed != now.handed {
            self.list(field!("handed"), now.handed.iter().copied());
        }
        if was.receiver != now.receiver {
            self.list(field!("value_waiting"), now.receiver.into_iter());
        }
        if was.ends != now.ends {
            self.list(field!("closed_waiting"), now.ends.iter().copied());
        }
        if was.uses != now.uses {
            self.fields().number(field!("uses"), now.uses);
        }
        if was.waits != now.waits {
            self.fields().number(field!("waits"), now.waits);
        }
        self.end(open);
    }

    /// The waiter with this ticket.
    fn in_line(&mut self, open: usize, ticket: usize, who: Option<Who>) {
        self.fields().count(field!("ticket"), ticket);
        self.name_or_null(field!("who"), who);
        self.end(open);
    }
}

fn step_word(step: Step) -> Option<&'static str> {
    Some(match step {
        Step::Outside => return None,
        Step::Run => "run",
        Step::Deferred => "deferred",
        Step::Messages => "messages",
        Step::Timers => "timers",
        Step::Reactor => "reactor",
        Step::Parked => "park",
    })
}

fn state_word(state: State) -> &'static str {
    match state {
        State::New | State::Queued => "queued",
        State::Polling => "polling",
        State::Waiting => "waiting",
        State::Done(_) => "done",
    }
}

fn branch_word(state: BranchState) -> &'static str {
    match state {
        BranchState::New => "new",
        BranchState::Waiting => "waiting",
        BranchState::Ready => "ready",
        BranchState::Won => "won",
        BranchState::Dropped => "dropped",
    }
}
