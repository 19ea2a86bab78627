//! What does the fold make of records that are written by hand?

use std::time::Duration;

use super::*;
use crate::fixture::{Lock, Script, place, spawn, spawn_main};
use kettle_events::{Act, Effect, Kind, MessageKind, Outcome, Replaced, Resource, SyncKind, Units};

/// A run with this main future, which is about to be polled for the first time.
fn run_of(main: Id) -> Script {
    let mut script = Script::new();
    script.write(Event::RunStart { paused: true }).write(spawn_main(main));
    script.write(made(main)).write(Event::Turn { queued: 1, tasks: 0, timers: 0, sources: 0 });
    script
}

/// A new task is queued, as the first in its queue.
fn made(task: Id) -> Event {
    woken(task, Cause::Runtime)
}

fn woken(task: Id, by: Cause) -> Event {
    Event::Wake { task, by, effect: Effect::Queued(1) }
}

fn wait(on: Resource) -> Event {
    Event::Wait { on, replaced: Replaced::None }
}

fn poll_end(task: Id, outcome: Outcome, wakers: usize, handles: usize) -> Event {
    Event::PollEnd { task, outcome, wakers, handles }
}

fn sound(script: &Script) -> Fold {
    let fold = Fold::of(&script.records);
    assert!(fold.contradictions().is_empty(), "{:#?}", fold.contradictions());
    fold
}

#[test]
fn wakers_that_are_stored_with_us_are_told_from_clones() {
    let (main, timer) = (Id::next(), Id::next());
    let mut script = run_of(main);
    let lock = Lock::new(&mut script);
    script.task(main).write(Event::PollStart { task: main });
    script.write(lock.wait(1));
    script.write(Event::TimerAdd { timer, due: Duration::from_secs(2), level: 1, slot: 31 });
    script.write(wait(Resource::Timer(timer)));
    script.write(poll_end(main, Outcome::Pending, 3, 0));
    let fold = sound(&script);
    let task = fold.task(main).unwrap();
    assert_eq!((task.clones, task.stored(), task.handles), (1, 2, 0));
    script.task(None).write(Event::Message { kind: MessageKind::Wake });
    script.write(woken(main, Cause::Message));
    let fold = sound(&script);
    assert_eq!((fold.queues(), fold.task(main).unwrap().stored()), ([vec![], vec![main]], 2));
}

#[test]
fn a_waiter_that_was_served_has_its_waker_no_longer_and_keeps_the_lock_until_it_leaves() {
    let main = Id::next();
    let mut script = run_of(main);
    let lock = Lock::new(&mut script);
    script.task(main).write(Event::PollStart { task: main });
    script.write(lock.take()).write(lock.wait(1));
    script.write(lock.release(false)).write(Event::Served { on: lock.on(0) });
    let handed = |fold: &Fold| fold.primitive(lock.0).unwrap().handed.len();
    let fold = sound(&script);
    assert_eq!((fold.task(main).unwrap().stored(), handed(&fold)), (0, 1));
    script.write(Event::Unwait { on: lock.on(1) });
    let fold = sound(&script);
    assert_eq!((fold.waits_of(main).len(), handed(&fold)), (0, 0));
}

#[test]
fn a_lock_that_is_held_is_not_taken_and_a_free_one_not_released() {
    let lock_of = |events: fn(Lock) -> [Event; 2]| {
        let main = Id::next();
        let mut script = run_of(main);
        let lock = Lock::new(&mut script);
        script.task(main).write(Event::PollStart { task: main });
        for event in events(lock) {
            script.write(event);
        }
        Fold::of(&script.records).contradictions().len()
    };
    assert_eq!(lock_of(|lock| [lock.take(), lock.release(true)]), 0);
    assert_eq!(lock_of(|lock| [lock.take(), lock.take()]), 1, "it was held");
    assert_eq!(lock_of(|lock| [lock.release(true), lock.take()]), 1, "it was not held");
}

#[test]
fn a_handle_that_goes_can_abort_no_more() {
    let (main, task) = (Id::next(), Id::next());
    let mut script = run_of(main);
    script.task(main).write(Event::PollStart { task: main }).write(spawn(task));
    script.write(made(task)).write(poll_end(main, Outcome::Pending, 1, 0));
    script.task(task).write(Event::PollStart { task });
    script.write(poll_end(task, Outcome::Pending, 1, 2)).task(None);
    let handles = |fold: &Fold| fold.task(task).map(|task| (task.handle, task.handles)).unwrap();
    assert_eq!(handles(&sound(&script)), (true, 2));
    script.write(Event::Detach { task });
    assert_eq!(handles(&sound(&script)), (false, 1), "the abort handle is left");
}

#[test]
fn what_other_threads_did_is_told_at_the_next_turn_and_may_be_newer_than_the_count() {
    let (main, ours, theirs) = (Id::next(), Id::next(), Id::next());
    let turn = |timers| Event::Turn { queued: 0, tasks: 0, timers, sources: 0 };
    let add = |timer| Event::TimerAdd { timer, due: Duration::from_secs(2), level: 1, slot: 31 };
    let mut script = run_of(main);
    script.task(main).write(Event::PollStart { task: main });
    script.write(add(ours)).write(wait(Resource::Timer(ours)));
    script.write(poll_end(main, Outcome::Pending, 1, 0)).task(None);
    // The loop has counted one timer; then the other came, and it is told before the count is.
    script.write(add(theirs)).write(turn(1));
    assert_eq!(sound(&script).timer_count(), 2);
    script.write(turn(2));
    sound(&script);
    // Between what begins and what is owed to it, too.
    let job = Id::next();
    script.write(Event::Message { kind: MessageKind::Wake });
    script.write(Event::BlockingStart { task: job }).write(Event::BlockingEnd { task: job });
    script.write(woken(main, Cause::Message));
    sound(&script);
    // But a timer that is missing is missed.
    script.write(turn(1));
    assert_eq!(Fold::of(&script.records).contradictions().len(), 2, "one timer, and one queued");
}

#[test]
fn what_other_threads_did_comes_between_a_look_at_the_clock_and_what_is_due() {
    let (main, timer, source) = (Id::next(), Id::next(), Id::next());
    let due = Duration::from_millis(2);
    let mut script = run_of(main);
    script.task(main).write(Event::PollStart { task: main });
    script.write(Event::TimerAdd { timer, due, level: 0, slot: 2 });
    script.write(wait(Resource::Timer(timer)));
    script.write(poll_end(main, Outcome::Pending, 1, 0)).task(None);
    script.at(3).write(Event::SourceAdd { source, what: "UdpSocket" });
    script.write(Event::TimerFire { timer, late: Duration::ZERO });
    sound(&script);
}

#[test]
fn a_handle_of_another_runtime_is_forgotten_when_it_was_asked() {
    let (main, theirs) = (Id::next(), Id::next());
    let mut script = run_of(main);
    script.task(main).write(Event::PollStart { task: main });
    script.write(wait(Resource::Task(theirs)));
    let fold = Fold::of(&script.records);
    assert!(fold.jobs().all(|(_, job)| !job.out) && fold.contradictions()[0].unseen);
    script.write(Event::Join { task: theirs, outcome: Outcome::Ready });
    let fold = Fold::of(&script.records);
    assert_eq!((fold.jobs().count(), fold.task(main).unwrap().stored()), (0, 0));
}

#[test]
fn a_job_may_be_joined_before_its_end_is_told() {
    let (main, job) = (Id::next(), Id::next());
    let mut script = run_of(main);
    script.task(main).write(Event::PollStart { task: main });
    script.write(Event::BlockingStart { task: job }).write(wait(Resource::Task(job)));
    script.write(poll_end(main, Outcome::Pending, 1, 0)).task(None);
    script.write(Event::Message { kind: MessageKind::Wake });
    script.write(woken(main, Cause::Message));
    script.task(main).write(Event::PollStart { task: main });
    script.write(Event::Join { task: job, outcome: Outcome::Ready });
    assert!(sound(&script).jobs().all(|(_, job)| job.out));
    script.write(poll_end(main, Outcome::Ready, 0, 0)).task(None);
    let before = script.records.len();
    script.write(Event::BlockingEnd { task: job });
    script.write(Event::Turn { queued: 0, tasks: 0, timers: 0, sources: 0 });
    assert_eq!(sound(&script).jobs().count(), 0);
    script.records.remove(before);
    script.records[before].seq -= 1;
    assert_eq!(Fold::of(&script.records).contradictions().len(), 1, "the end is missed");
}

#[test]
fn nothing_is_kept_of_main_futures_that_panic() {
    let mut fold = Fold::new();
    let mut script = Script::new();
    for _ in 0..10 {
        let main = Id::next();
        script.write(Event::RunStart { paused: false }).write(spawn_main(main));
        script.write(made(main)).write(Event::Turn { queued: 1, tasks: 0, timers: 0, sources: 0 });
        script.task(main).write(Event::PollStart { task: main });
        let channel = Id::next();
        let (kind, sync, room, count, at) = (SyncKind::Oneshot, channel, Some(1), 0, place());
        script.write(Event::SyncNew { kind, sync, room, count, at });
        let on = Resource::SyncValue(kind, sync);
        script.write(wait(on));
        script.write(poll_end(main, Outcome::Panicked, 1, 0)).task(None);
        // It is dropped after its poll.
        script.write(Event::Unwait { on });
        let (act, units) = (Act::Close, Units::All);
        script.write(Event::SyncAct { kind, sync, act, units, count });
        script.write(Event::RunEnd { tasks: 0, timers: 0, sources: 0 });
    }
    script.records.iter().for_each(|record| fold.step(record));
    assert_eq!((fold.tasks().count(), fold.primitives().count(), fold.running().len()), (1, 0, 0));
}

#[test]
fn tasks_whose_handles_go_unheard_of_are_forgotten_in_time() {
    let main = Id::next();
    let mut script = run_of(main);
    script.task(main).write(Event::PollStart { task: main });
    script.write(poll_end(main, Outcome::Pending, 1, 0)).task(None);
    for _ in 0..1000 {
        let task = Id::next();
        let (kind, at) = (Kind::Task, place());
        script.write(Event::Message { kind: MessageKind::Spawn });
        script.write(Event::Spawn { task, kind, at, size: 8, what: "Tea" }).write(made(task));
        script.task(task).write(Event::PollStart { task });
        script.write(poll_end(task, Outcome::Ready, 0, 1)).task(None);
    }
    let remembered = sound(&script).tasks().count();
    assert!(remembered <= crate::fold::tasks::REMEMBERED + 2, "{remembered}");
}
