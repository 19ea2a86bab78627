//! What is said of tasks that wait for good, and what is advised?

use super::super::super::tree;
use super::*;
use std::collections::BTreeSet;

/// A permit is no lock, so what helps against a circle of locks is no advice.
#[test]
fn a_task_that_waits_for_more_of_its_permits_is_told_of_permits() {
    let (main, anna) = (Id::next(), Id::next());
    let mut script = run_of(main, &[anna]);
    script.write(Event::Detach { task: anna });
    let semaphore = Sync::new(&mut script, SyncKind::Semaphore, 1);
    poll_at(&mut script, anna, &[semaphore.take(ONE, 0), semaphore.wait(ONE, 1)]);
    let lint = deadlock::hangs(&seen(&script).run, 0, 1);
    assert!(lint.help.contains("acquire_many"), "{}", lint.help);
}

/// What is said of these waits, one of each task.
fn advice_for(waits: &[Event], before: &[Event]) -> Lint {
    let main = Id::next();
    let tasks: Vec<Id> = waits.iter().map(|_| Id::next()).collect();
    let mut script = run_of(main, &tasks);
    for event in before {
        script.write(*event);
    }
    for (task, wait) in tasks.iter().zip(waits) {
        poll_at(&mut script, *task, &[*wait]);
    }
    let mut round = Round::new(false);
    round.see(&script.records);
    deadlock::hangs(&round.run, 0, 1)
}

/// Three workers share a receiver, and a sender is kept: the lock is not what they lack.
#[test]
fn workers_that_wait_for_a_sender_to_go_are_told_of_it() {
    let (main, tasks) = (Id::next(), [Id::next(), Id::next()]);
    let mut script = free(main, tasks);
    let lock = Lock::new(&mut script);
    let (kind, sync) = (SyncKind::Mpsc, Id::next());
    let at = crate::fixture::place();
    script.write(Event::SyncNew { kind, sync, room: Some(8), count: 0, at });
    let wait = Event::Wait { on: Resource::SyncValue(kind, sync), replaced: Replaced::None };
    poll_at(&mut script, tasks[0], &[lock.take(), wait]);
    poll_at(&mut script, tasks[1], &[lock.wait(1)]);
    let lint = deadlock::hangs(&seen(&script).run, 0, 1);
    assert!(lint.help.starts_with("drop every sender"), "{}", lint.help);
    let kept =
        |spot: &Spot| spot.place == at && spot.label.contains("1 sender of it is still kept");
    assert!(lint.spots.iter().any(kept), "{:#?}", lint.spots);
}

#[test]
fn each_kind_of_primitive_has_its_cure_and_is_told_of_once() {
    let at = crate::fixture::place();
    for (kind, count, put, help, note) in [
        (SyncKind::Broadcast, 0, false, "a broadcast channel", ""),
        (SyncKind::Watch, 1, false, "`changed` returns", ""),
        (SyncKind::Notify, 0, true, "`notify_one` stores", "that stores nothing"),
        (SyncKind::Barrier, 4, false, "make the barrier", "opens when 4 tasks more have come"),
    ] {
        let sync = Id::next();
        let (act, units) = (Act::Put, Units::All);
        let made = Event::SyncNew { kind, sync, room: None, count, at };
        let told = Event::SyncAct { kind, sync, act, units, count };
        let waits = [1, 2].map(|ticket| Sync(kind, sync).wait(ONE, ticket));
        let before = [made, told];
        let lint = advice_for(&waits, &before[..if put { 2 } else { 1 }]);
        assert!(lint.help.contains(help), "{}", lint.help);
        let each: BTreeSet<&String> = lint.notes.iter().collect();
        assert_eq!(each.len(), lint.notes.len(), "{lint:#?}");
        let common = ["no waker of main is left", "no timer is set"];
        let is_own = |text: &&String| !common.iter().any(|common| text.starts_with(common));
        let own: Vec<_> = lint.notes.iter().filter(is_own).collect();
        assert_eq!(own.len(), usize::from(!note.is_empty()), "{lint:#?}");
        assert!(own.iter().all(|text| text.contains(note)), "{lint:#?}");
    }
}

/// Anna sleeps, which an earlier poll has begun: what is in a combinator is not polled each time.
#[test]
fn a_tree_tells_of_timers_sockets_and_earlier_waits() {
    let (main, anna, bert) = (Id::next(), Id::next(), Id::next());
    let (timer, source) = (Id::next(), Id::next());
    let mut script = run_of(main, &[anna, bert]);
    let waits = |on| Event::Wait { on, replaced: Replaced::None };
    let sleeps = Event::TimerAdd { timer, due: Duration::from_secs(1), level: 2, slot: 15 };
    poll_at(&mut script, anna, &[sleeps, waits(Resource::Timer(timer))]);
    script.write(Event::SourceAdd { source, what: "UdpSocket" });
    poll_at(&mut script, bert, &[waits(Resource::Source(source, Direction::Read))]);
    script.task(anna).write(Event::PollStart { task: anna });
    let outcome = Outcome::Pending;
    script.write(Event::PollEnd { task: anna, outcome, wakers: 1, handles: 0 });
    let mut round = Round::new(false);
    round.see(&script.records);
    let tree = tree::tree(&round.run, &Stacks::default());
    assert!(tree.contains("waits for a timer to fire"), "{tree}");
    assert!(tree.contains("waits to read a source of the system (UdpSocket)"), "{tree}");
    // (Nor does main wait any more: its handles are gone.)
    assert_eq!(tree.matches("no waker of it").count(), 1, "{tree}");
}
