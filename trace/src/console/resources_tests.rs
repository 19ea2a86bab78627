//! `resources.rs`: is nothing kept of what is over?

use super::*;
use crate::fixture::{Script, place};
use kettle_events::{Outcome, Replaced, Units};
use std::time::Duration;
use tracing::subscriber::{Subscriber, with_default};
use tracing::{Metadata, span};

/// Listens to all, and keeps nothing.
struct Anybody;

impl Subscriber for Anybody {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }
    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }
    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}
    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}
    fn event(&self, _: &tracing::Event<'_>) {}
    fn enter(&self, _: &span::Id) {}
    fn exit(&self, _: &span::Id) {}
}

#[test]
fn nothing_is_kept_of_what_is_over() {
    let mut script = Script::new();
    let task = Id::next();
    script.task(task);
    for _ in 0..3 {
        let (timer, channel) = (Id::next(), Id::next());
        let wait = |on| Event::Wait { on, replaced: Replaced::None };
        let (kind, sync, room, count) = (SyncKind::Mpsc, channel, None, 0);
        let act = |act, units| Event::SyncAct { kind, sync, act, units, count };
        script
            .write(Event::TimerAdd { timer, due: Duration::ZERO, level: 0, slot: 0 })
            .write(wait(Resource::Timer(timer)))
            .write(Event::TimerFire { timer, late: Duration::ZERO })
            .write(Event::SyncNew { kind, sync, room, count, at: place() })
            .write(wait(Resource::SyncValue(kind, sync)))
            .write(wait(Resource::SyncClosed(kind, sync)))
            .write(act(Act::Get, Units::Count(1)))
            .write(act(Act::End, Units::All));
    }
    let (mut fold, mut resources) = (Fold::keeping(), Resources::default());
    with_default(Anybody, || {
        for record in &script.records {
            fold.step(record);
            resources.learn(&fold, record);
        }
    });
    assert!(resources.open.is_empty() && resources.ops.count() == 0, "{resources:?}");
}

/// It is served by another task, which may serve the first of the queue or this one.
#[test]
fn a_waiter_of_a_primitive_is_known_by_its_ticket() {
    let (kind, sync, one) = (SyncKind::Semaphore, Id::next(), Units::Count(1));
    let on = |ticket| Resource::Sync(kind, sync, one, ticket);
    let wait = |ticket| Event::Wait { on: on(ticket), replaced: Replaced::None };
    let waiters = [3, 1, 2, 4, 5];
    let tasks = waiters.map(|_| Id::next());
    let mut script = Script::new();
    for (task, ticket) in tasks.iter().zip(waiters) {
        script.task(*task).write(wait(ticket));
    }
    script.task(Id::next());
    let ends = [
        Event::Served { on: on(0) },
        Event::Served { on: on(3) },
        Event::Unwait { on: on(2) },
        Event::PollEnd { task: tasks[3], outcome: Outcome::Cancelled, wakers: 0, handles: 0 },
        Event::SyncAct { kind, sync, act: Act::Close, units: Units::All, count: 0 },
    ];
    for end in ends {
        script.write(end);
    }
    let (mut fold, mut resources) = (Fold::keeping(), Resources::default());
    let mut left = Vec::new();
    with_default(Anybody, || {
        for record in &script.records {
            fold.step(record);
            resources.learn(&fold, record);
            left.push(resources.ops.count());
        }
    });
    assert_eq!(left, [1, 2, 3, 4, 5, 4, 3, 2, 1, 0]);
}
