//! What does the doctor make of records that are written by hand?
//!
//! Here nothing depends on the system, so what is certain only without other threads is asked one
//! step before that question (`tests/doctor.rs` and `tests/oops.rs` ask all of it).

use super::super::graph;
use super::super::lint::span;
use super::*;
use std::time::Duration;

use crate::fixture::{Lock, Script, spawn, spawn_main};
use kettle_events::{Act, Cause, Effect, Event, Id, Outcome, Resource, SyncKind, Units};

fn seen(script: &Script) -> Round {
    let mut round = Round::new(false);
    round.see(&script.records);
    let contradictions = round.run.fold.contradictions();
    assert!(contradictions.is_empty(), "{contradictions:#?}");
    round
}

/// A run in which main has spawned these, and waits for the end of the last one.
fn run_of(main: Id, tasks: &[Id]) -> Script {
    let mut script = Script::new();
    script.write(Event::RunStart { paused: true }).write(spawn_main(main));
    let queued = |task, place| {
        let effect = Effect::Queued(place);
        Event::Wake { task, by: Cause::Runtime, effect, wait: None }
    };
    script.write(queued(main, 1));
    script.write(Event::Turn { queued: 1, tasks: 0, timers: 0, sources: 0 });
    script.task(main).write(Event::PollStart { task: main });
    for (index, task) in tasks.iter().enumerate() {
        script.write(spawn(*task)).write(queued(*task, index + 1));
    }
    if let Some(last) = tasks.last() {
        let on = Resource::Task(*last);
        script.write(crate::fixture::waits(on));
    }
    let outcome = Outcome::Pending;
    script.write(Event::PollEnd { task: main, outcome });
    script.task(None);
    script
}

/// A poll that takes these locks, waits for that one, and returns `Pending`.
fn poll(script: &mut Script, task: Id, takes: &[Lock], waits: Option<Lock>) {
    script.task(task).write(Event::PollStart { task });
    for lock in takes {
        script.write(lock.take());
    }
    if let Some(lock) = waits {
        script.write(lock.wait(1));
    }
    script.write(Event::PollEnd { task, outcome: Outcome::Pending }).task(None);
}

/// Two tasks that wait for each other's locks; main has their handles.
fn crossed(main: Id, [anna, bert]: [Id; 2]) -> Script {
    let mut script = run_of(main, &[anna, bert]);
    let (pan, knife) = (Lock::new(&mut script), Lock::new(&mut script));
    poll(&mut script, anna, &[pan], None);
    // Something lets Anna go on once more.
    poll(&mut script, bert, &[knife], Some(pan));
    let (by, effect) = (Cause::Task(bert), Effect::Queued(1));
    let polled = script.records.pop().expect("the end of Bert's poll").event;
    script.task(bert).write(Event::Wake { task: anna, by, effect, wait: None }).write(polled);
    poll(&mut script, anna, &[], Some(knife));
    script
}

#[test]
fn a_circle_is_told_of_when_it_has_lasted() {
    let (main, tasks) = (Id::next(), [Id::next(), Id::next()]);
    let mut script = crossed(main, tasks);
    let second = Some(Duration::from_secs(1));
    for (at, told) in [(0, 0), (900, 0), (1_100, 1), (5_000, 1)] {
        script.at(at).write(Event::Park { timeout: second });
        script.write(Event::Unpark { events: 0, unparked: false });
        let found = seen(&script).found;
        assert_eq!(found.len(), told, "{found:#?}");
        let right = |lint: &Lint| lint.kind == LintKind::Deadlock && !lint.certain;
        assert!(found.iter().all(right), "{found:#?}");
    }
}

#[test]
fn a_guard_that_is_kept_while_a_task_is_awaited_which_needs_it_closes_a_circle() {
    let (main, task) = (Id::next(), Id::next());
    let mut script = run_of(main, &[task]);
    let polled = script.records.pop().expect("the end of main's poll").event;
    let lock = Lock::new(script.task(main));
    script.write(lock.take()).write(polled).task(None);
    poll(&mut script, task, &[], Some(lock));
    assert!(is_stuck(&script, main) && is_stuck(&script, task));
}

#[test]
fn a_task_that_can_be_aborted_may_be_there_for_that() {
    for (detached, lost) in [(true, 1), (false, 0)] {
        let (main, task) = (Id::next(), Id::next());
        let mut script = run_of(main, &[task]);
        if detached {
            script.write(Event::Detach { task });
        }
        poll(&mut script, task, &[], None);
        script.write(Event::Clones { task, count: 0 }).write(Event::Park { timeout: None });
        let found = seen(&script).found;
        assert_eq!(found.len(), lost, "{found:#?}");
        assert!(found.iter().all(|lint| lint.kind == LintKind::LostWakeup));
    }
}

#[test]
fn a_waker_that_only_we_have_stored_is_no_clone_of_it() {
    let (main, task) = (Id::next(), Id::next());
    let mut script = run_of(main, &[task]);
    script.write(Event::Detach { task });
    let lock = Lock::new(&mut script);
    poll(&mut script, task, &[lock], Some(lock));
    script.write(Event::Park { timeout: None });
    let round = seen(&script);
    assert!(round.found.is_empty(), "its waker is in the line: {:#?}", round.found);
    assert!(is_stuck(&script, task), "but it waits for itself");
}

#[test]
fn nothing_is_kept_of_main_futures_that_panic() {
    let mut round = Round::new(false);
    let mut script = Script::new();
    for _ in 0..1_000 {
        let main = Id::next();
        script.records.append(&mut run_of(main, &[]).records);
        script.task(main);
        let lock = Lock::new(&mut script);
        script.write(lock.take()).write(lock.wait(1));
        let outcome = Outcome::Panicked;
        script.write(Event::PollEnd { task: main, outcome }).task(None);
        script.write(crate::fixture::given_up(lock.on(1))).write(lock.release(true));
        script.write(Event::RunEnd { tasks: 0, timers: 0, sources: 0 });
    }
    for (index, record) in script.records.iter_mut().enumerate() {
        record.seq = index as u64 + 1;
    }
    round.see(&script.records);
    // Of a lock no event tells the end; the last 64 are kept, and one may be a new one.
    let (names, kept) = (round.run.names(), round.run.fold.kept());
    assert!(kept <= 64 + 1 && names <= 2 * kept + 20, "{names} names, and {kept} are kept");
}

#[test]
fn only_a_thread_of_its_own_sees_a_poll_that_never_ends() {
    for (mode, watches) in [(Mode::Warn, false), (Mode::Watch, true), (Mode::Panic, true)] {
        assert_eq!(Doctor::new(mode, None).watcher.is_some(), watches, "{mode:?}");
    }
}

/// A poll in which a task does these things at one primitive, and which returns `Pending`.
fn poll_at(script: &mut Script, task: Id, events: &[Event]) {
    script.task(task).write(Event::PollStart { task });
    for event in events {
        script.write(*event);
    }
    let outcome = Outcome::Pending;
    script.write(Event::PollEnd { task, outcome }).task(None);
}

/// A primitive, with the events of taking some of it and waiting for some of it.
#[derive(Clone, Copy)]
struct Sync(SyncKind, Id);

impl Sync {
    fn new(script: &mut Script, kind: SyncKind, count: usize) -> Sync {
        let sync = Id::next();
        let at = crate::fixture::place();
        script.write(Event::SyncNew { kind, sync, room: None, count, at });
        Sync(kind, sync)
    }

    fn take(self, units: Units, count: usize) -> Event {
        Event::SyncAct {
            kind: self.0,
            sync: self.1,
            act: Act::Take,
            units,
            count,
            item: count as u64 + 1,
            with: 0,
            owned: false,
        }
    }

    fn wait(self, units: Units, ticket: usize) -> Event {
        let on = Resource::Sync(self.0, self.1, units, ticket);
        crate::fixture::waits(on)
    }
}

/// Two tasks without handles.
fn free(main: Id, tasks: [Id; 2]) -> Script {
    let mut script = run_of(main, &tasks);
    for task in tasks {
        script.write(Event::Detach { task });
    }
    script
}

fn is_stuck(script: &Script, task: Id) -> bool {
    graph::circle(&seen(script).run, task).is_some()
}

const ONE: Units = Units::Count(1);

#[test]
fn a_writer_needs_every_reader_and_a_reader_the_writer_before_it() {
    let (main, anna, bert) = (Id::next(), Id::next(), Id::next());
    let mut script = free(main, [anna, bert]);
    let lock = Sync::new(&mut script, SyncKind::RwLock, 10);
    poll_at(&mut script, anna, &[lock.take(ONE, 9)]);
    poll_at(&mut script, bert, &[lock.take(ONE, 8), lock.wait(Units::All, 1)]);
    assert!(is_stuck(&script, bert), "it reads, so it can't write");
    assert!(!is_stuck(&script, anna));

    let mut script = free(main, [anna, bert]);
    let lock = Sync::new(&mut script, SyncKind::RwLock, 10);
    // Each waits for the other only: Bert for a reader to go, Anna for the writer before it.
    poll_at(&mut script, anna, &[lock.take(ONE, 9)]);
    poll_at(&mut script, bert, &[lock.wait(Units::All, 1)]);
    assert!(!is_stuck(&script, bert), "Anna can go on");
    let (by, effect) = (Cause::Task(bert), Effect::Queued(1));
    let polled = script.records.pop().expect("the end of Bert's poll").event;
    script.task(bert).write(Event::Wake { task: anna, by, effect, wait: None }).write(polled);
    poll_at(&mut script, anna, &[lock.wait(ONE, 2)]);
    assert!(is_stuck(&script, anna) && is_stuck(&script, bert));
}

#[test]
fn a_reader_that_waits_for_room_among_many_readers_is_not_stuck() {
    let (main, anna, bert) = (Id::next(), Id::next(), Id::next());
    let mut script = free(main, [anna, bert]);
    let lock = Sync::new(&mut script, SyncKind::RwLock, 2);
    poll_at(&mut script, anna, &[lock.take(ONE, 1)]);
    poll_at(&mut script, bert, &[lock.take(ONE, 0), lock.wait(ONE, 1)]);
    assert!(!is_stuck(&script, bert), "Anna may leave");
}

#[test]
fn a_semaphore_is_no_proof() {
    let (main, anna, bert) = (Id::next(), Id::next(), Id::next());
    let mut script = free(main, [anna, bert]);
    let semaphore = Sync::new(&mut script, SyncKind::Semaphore, 1);
    poll_at(&mut script, anna, &[semaphore.take(ONE, 0), semaphore.wait(ONE, 1)]);
    assert!(!is_stuck(&script, anna), "any task may add a permit");
}

#[test]
fn an_owned_guard_is_no_proof() {
    let (main, anna, bert) = (Id::next(), Id::next(), Id::next());
    for owned in [false, true] {
        let mut script = free(main, [anna, bert]);
        let lock = Sync::new(&mut script, SyncKind::RwLock, 10);
        let Event::SyncAct { kind, sync, act, units, count, item, with, .. } =
            lock.take(Units::All, 0)
        else {
            unreachable!()
        };
        let takes = Event::SyncAct { kind, sync, act, units, count, item, with, owned };
        poll_at(&mut script, anna, &[takes, lock.wait(ONE, 1)]);
        assert_eq!(is_stuck(&script, anna), !owned, "it may be another task's by now");
    }
}

/// Two channels that were made out of sight are named as the story names them.
#[test]
fn a_verdict_names_things_as_the_story_does() {
    assert_eq!([399_960, 999_700].map(|us| span(Duration::from_micros(us))), ["400 ms", "1.0 s"]);
    let (main, anna) = (Id::next(), Id::next());
    let mut script = free(main, [anna, Id::next()]);
    let [first, second] = [(); 2].map(|()| Id::next());
    let senders = |sync| {
        let (kind, act, units, count) = (SyncKind::Mpsc, Act::Senders, Units::Count(2), 0);
        Event::SyncAct { kind, sync, act, units, count, item: 0, with: 0, owned: false }
    };
    let on = Resource::SyncValue(SyncKind::Mpsc, second);
    let wait = crate::fixture::waits(on);
    script.task(anna).write(Event::PollStart { task: anna });
    script.write(senders(first)).write(wait);
    let mut round = Round::new(false);
    round.see(&script.records);
    let story = crate::story::plain(&script.records);
    assert!(story.ends_with("task 1 waits for a value in channel 2\n"), "{story}");
    assert_eq!(round.run.thing(second), "channel 2");
}

#[test]
fn what_recording_took_blocks_nobody() {
    let (main, task) = (Id::next(), Id::next());
    let found = |overhead| {
        let mut script = run_of(main, &[task]);
        script.task(task).at(1).write(Event::PollStart { task });
        let outcome = Outcome::Pending;
        script.at(2_001).write(Event::PollEnd { task, outcome });
        script.records.last_mut().unwrap().overhead = overhead;
        let kinds = seen(&script).found.into_iter().map(|lint| lint.kind).collect::<Vec<_>>();
        kinds.contains(&LintKind::BlockingPoll)
    };
    assert!(found(Duration::ZERO));
    assert!(found(Duration::from_millis(900)), "a second is left");
    assert!(!found(Duration::from_millis(1_900)));
}

#[test]
fn what_the_watcher_has_told_is_not_kept_twice() {
    struct Kept(Arc<Mutex<usize>>, bool);
    impl Sink for Kept {
        fn record(&mut self, _: &[Record]) {}
    }
    impl Keeper for Kept {
        fn keep(&mut self, _: &Lint) {
            *self.0.lock() += 1;
        }
        fn for_another_thread(&self) -> Option<Box<dyn Keeper>> {
            self.1.then(|| Box::new(Kept(self.0.clone(), true)) as Box<dyn Keeper>)
        }
    }
    for afar in [true, false] {
        let kept = Arc::new(Mutex::new(0));
        let behind = Some(Box::new(Kept(kept.clone(), afar)) as Box<dyn Keeper>);
        let mut doctor = Doctor { prints: false, ..Doctor::new(Mode::Watch, behind) };
        let long = Lint::new(LintKind::BlockingPoll, None, "it has blocked".to_owned(), 1);
        doctor.watcher.as_ref().expect("it watches").tell();
        doctor.pronounce(&long);
        // Of this one the watcher knows nothing.
        doctor.pronounce(&Lint { kind: LintKind::BusyLoop, ..long });
        assert_eq!(*kept.lock(), if afar { 1 } else { 2 });
    }
}

#[test]
fn while_main_panics_it_objects_to_nothing_more() {
    struct Ends(Doctor, Arc<Mutex<Vec<Option<String>>>>);

    impl Drop for Ends {
        fn drop(&mut self) {
            self.1.lock().push(self.0.veto());
        }
    }

    let vetoes = Arc::<Mutex<Vec<_>>>::default();
    for panics in [false, true] {
        let mut doctor = Doctor::new(Mode::Panic, None);
        doctor.veto = Some("kettle's doctor: it hangs".to_owned());
        let ends = Ends(doctor, vetoes.clone());
        let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(move || {
            let _ends = ends;
            assert!(!panics, "main fails");
        }));
    }
    let vetoes = vetoes.lock();
    assert!(vetoes[0].is_some() && vetoes[1].is_none(), "{vetoes:?}");
}

/// A task takes a lock and sleeps, and another one comes to the lock. `owned`: its guard may be
/// anywhere. Told, as the thread wakes so much later?
fn is_kept(owned: bool, comes: bool, until: u64) -> bool {
    let (main, anna, bert) = (Id::next(), Id::next(), Id::next());
    let mut script = free(main, [anna, bert]);
    let lock = Lock::new(&mut script);
    let Event::SyncAct { kind, sync, act, units, count, item, with, .. } = lock.take() else {
        unreachable!()
    };
    let takes = Event::SyncAct { kind, sync, act, units, count, item, with, owned };
    let (timer, due) = (Id::next(), Duration::from_mins(1));
    let sleeps = Event::TimerAdd { timer, due, level: 2, slot: 15 };
    let waits = crate::fixture::waits(Resource::Timer(timer));
    poll_at(&mut script, anna, &[takes, sleeps, waits]);
    let waits = [lock.wait(1)];
    poll_at(&mut script, bert, if comes { &waits } else { &[] });
    script.write(Event::Park { timeout: Some(due) });
    script.at(until).write(Event::Unpark { events: 0, unparked: false });
    let mut round = Round::new(false);
    round.see(&script.records);
    round.found.iter().any(|lint| lint.kind == LintKind::GuardAcrossAwait)
}

#[test]
fn a_guard_is_told_of_while_its_holder_sleeps_and_another_task_waits() {
    assert!(is_kept(false, true, 300));
    assert!(!is_kept(false, true, 150), "not for long");
    assert!(!is_kept(false, false, 300), "no task waits for it");
    assert!(!is_kept(true, true, 300), "where an owned guard is, no record tells");
}
