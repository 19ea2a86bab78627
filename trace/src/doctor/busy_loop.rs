//! Does a task spin?
//!
//! It does if each of its polls for [`MIN_TIME`] was in vain:
//! - the poll woke the task itself, or spent its whole budget without a wait; and
//! - it got nothing new: a channel was closed or empty, a stream gave 0 bytes, a `watch` showed the
//!   same value as before, or the poll used nothing of kettle's, such as a channel or a socket.
//!
//! A task that awaits kettle's own `yield_now` doesn't wake itself in this sense.
//!
//! Interface: [`Spins`] judges at each record; [`spinning`] judges what a runtime without records
//! has counted. Invariant: only tasks whose latest poll was in vain are remembered.

use std::collections::BTreeMap;
use std::time::Duration;

use kettle_events::{Attempt, Event, Id, Outcome, Place, Record, Spin, VainRequest};

use super::lint::{Lint, LintKind, NO_RECORD, span};
use super::moment::Moment;
use super::run::Run;
use crate::words::names::Name;

/// To be reported, a spin must last this long and have this many polls.
const MIN_TIME: Duration = Duration::from_secs(1);
const MIN_POLLS: u32 = 50;

/// The poll in progress, and for each task its latest polls in vain.
#[derive(Debug, Default)]
pub(super) struct Spins {
    poll: Attempt,
    streaks: BTreeMap<Id, Spin>,
}

impl Spins {
    pub(super) fn step(&mut self, run: &Run, record: &Record) -> Option<Lint> {
        match record.event {
            Event::PollStart { .. } => self.poll = Attempt::default(),
            Event::PollEnd { task, outcome, .. } => {
                let (poll, before) = (std::mem::take(&mut self.poll), self.streaks.remove(&task));
                if outcome != Outcome::Pending {
                    return None;
                }
                let spin = poll.ends(before, record.real)?;
                let lasts = record.real.saturating_sub(spin.since);
                if !is_long(lasts, spin.polls) {
                    self.streaks.insert(task, spin);
                    return None;
                }
                let thing = |id| run.fold.primitive(id).is_some().then(|| run.thing(id));
                let name_and_birth = (run.name(task), run.fold.task(task)?.made);
                return Some(verdict(name_and_birth, lasts, &spin, thing, record.seq));
            }
            event => self.poll.take(event, record.at.place()),
        }
        None
    }

    pub(super) fn len(&self) -> usize {
        self.streaks.len()
    }
}

/// Verdicts from what the runtime has counted, without records.
pub(super) fn spinning(moment: &Moment) -> Vec<Lint> {
    let now = moment.now();
    let found = now.spins.iter().filter_map(|(task, spin)| {
        let lasts = now.real.saturating_sub(spin.since);
        let name_and_birth = (moment.name(*task), moment.graph.task(*task)?.made);
        let lint = || verdict(name_and_birth, lasts, spin, |_| None, NO_RECORD);
        is_long(lasts, spin.polls).then(lint)
    });
    found.collect()
}

fn is_long(lasts: Duration, polls: u32) -> bool {
    lasts >= MIN_TIME && polls >= MIN_POLLS
}

fn verdict(
    (name, made): (Name, Option<Place>),
    lasts: Duration,
    spin: &Spin,
    thing: impl Fn(Id) -> Option<String>,
    after: u64,
) -> Lint {
    let got = match spin.request {
        Some(_) => "got nothing new",
        None => "asked for nothing of kettle's", // perhaps it computed something
    };
    let text = format!("{name} woke itself again and again for {}, and {got}", span(lasts));
    let lint = Lint::new(LintKind::BusyLoop, Some(name), text, after)
        .spot(spin.at, request_words(spin.request, thing))
        .note("all of its polls went like this, which keeps a processor busy")
        .help(
            "leave the loop when the channel is closed or the stream has ended: `while let \
             Some(value) = rx.recv().await`, and no `read` after 0 bytes. And await what the task \
             waits for: a channel, a lock, a `JoinHandle`, a `sleep`. A computation lets others \
             run by `yield_now`",
        );
    lint.birth(name, made)
}

/// Words for the request that got nothing. `thing` gives the name of a primitive, if it is known.
fn request_words(request: Option<VainRequest>, thing: impl Fn(Id) -> Option<String>) -> String {
    match request {
        Some(VainRequest::Shown(sync, item)) => {
            let name = thing(sync).unwrap_or_else(|| "a `watch`".to_owned());
            format!("{name} has shown value {item} here each time")
        }
        Some(VainRequest::Thing(sync)) => match thing(sync) {
            Some(name) => format!("{name} was asked here, and gave nothing"),
            None => "a channel that has ended was asked here".to_owned(),
        },
        Some(_) => "0 bytes were read here".to_owned(),
        None => "it wakes itself here".to_owned(),
    }
}
