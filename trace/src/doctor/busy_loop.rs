//! Does a task spin?
//!
//! It does if each of its polls for [`MIN_TIME`] was in vain: the poll woke its own task, or spent
//! its whole budget on requests, although it got nothing new of anything of kettle's. (`spin.rs` in
//! `kettle-events` has the rule.) A `yield_now` doesn't count as such a wake.
//!
//! Interface: [`Spins`] judges at each record; [`spinning`] judges what a runtime without records
//! has counted. Invariant: only tasks whose latest poll was in vain are remembered.

use std::collections::BTreeMap;
use std::time::Duration;

use kettle_events::{Event, Id, Outcome, PollProgress, Record, Spin, VainRequest};

use super::lint::{Lint, LintKind, NO_RECORD, span};
use super::moment::{Moment, name_of};
use super::run::Run;
use crate::words::names::Name;

/// To be reported, a spin must last this long and have this many polls.
const MIN_TIME: Duration = Duration::from_secs(1);
const MIN_POLLS: u32 = 50;

/// What the lint knows from the records.
#[derive(Debug, Default)]
pub(super) struct Spins {
    /// What the poll in progress has got so far.
    poll: PollProgress,
    /// For each task, its latest polls in a row that were in vain.
    spins: BTreeMap<Id, Spin>,
}

impl Spins {
    /// Takes a record. At the end of a poll, judges the spin that the poll belongs to.
    pub(super) fn step(&mut self, run: &Run, record: &Record) -> Option<Lint> {
        match record.event {
            Event::PollStart { .. } => self.poll = PollProgress::default(),
            Event::PollEnd { task, outcome, .. } => {
                let (poll, spin) = (std::mem::take(&mut self.poll), self.spins.remove(&task));
                // (`pending_at` adds this poll to the spin, or gives `None` if it wasn't in vain.)
                if outcome == Outcome::Pending
                    && let Some(spin) = poll.pending_at(record.real, spin)
                {
                    return self.judge(run, task, spin, record);
                }
            }
            event => self.poll.note(event, record.at.place()),
        }
        None
    }

    /// The verdict on the spin if it is long. Otherwise the spin is remembered.
    fn judge(&mut self, run: &Run, task: Id, spin: Spin, record: &Record) -> Option<Lint> {
        let lasts = record.real.saturating_sub(spin.since);
        if !is_long(lasts, spin.polls) {
            self.spins.insert(task, spin);
            return None;
        }
        let thing_name = |id| Some(run.fold.primitive(id).and(run.names.known(id))?.to_string());
        let lint = verdict(run.name(task), lasts, &spin, thing_name, record.seq);
        Some(lint.birth(run.name(task), run.fold.task(task)?.made))
    }

    pub(super) fn len(&self) -> usize {
        self.spins.len()
    }
}

/// Verdicts from what the runtime has counted, without records.
pub(super) fn spinning(moment: &Moment) -> Vec<Lint> {
    let snapshot = moment.now();
    let mut found = Vec::new();
    for (id, spin) in &snapshot.spins {
        let lasts = snapshot.real.saturating_sub(spin.since);
        if let Some(task) = moment.graph.task(*id)
            && is_long(lasts, spin.polls)
        {
            let lint = verdict(name_of(task), lasts, spin, |_| None, NO_RECORD);
            found.push(lint.birth(name_of(task), task.made));
        }
    }
    found
}

fn is_long(lasts: Duration, polls: u32) -> bool {
    lasts >= MIN_TIME && polls >= MIN_POLLS
}

/// The verdict, without the place where the task was made. `thing_name` gives the name of a
/// primitive, if it is known.
fn verdict(
    name: Name,
    lasts: Duration,
    spin: &Spin,
    thing_name: impl Fn(Id) -> Option<String>,
    after: u64,
) -> Lint {
    let (what, got) = match spin.request {
        Some(_) => ("was polled", "got nothing new"),
        None => ("woke itself", "asked for nothing of kettle's"), // perhaps it computed something
    };
    let text = format!("{name} {what} again and again for {}, and {got}", span(lasts));
    Lint::new(LintKind::BusyLoop, Some(name), text, after)
        .spot(spin.at, request_words(spin.request, thing_name))
        .note("all of its polls went like this, which keeps a processor busy")
        .help(
            "leave the loop when the channel is closed or the stream has ended: `while let \
             Some(value) = rx.recv().await`, and no `read` after 0 bytes. And await what the task \
             waits for: a channel, a lock, a `JoinHandle`, a `sleep`. A computation lets others \
             run by `yield_now`",
        )
}

/// Words for the request that got nothing.
fn request_words(
    request: Option<VainRequest>,
    thing_name: impl Fn(Id) -> Option<String>,
) -> String {
    match request {
        Some(VainRequest::Shown(watch, value)) => {
            let name = thing_name(watch).unwrap_or_else(|| "a `watch`".to_owned());
            format!("{name} has shown value {value} here each time")
        }
        Some(VainRequest::Thing(sync)) => match thing_name(sync) {
            Some(name) => format!("{name} was asked here, and gave nothing"),
            None => "what has ended was asked here".to_owned(),
        },
        Some(_) => "0 bytes were read here".to_owned(),
        None => "it wakes itself here".to_owned(),
    }
}
