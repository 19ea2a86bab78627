//! Does a snapshot show what exists, since when, and what was counted?

use std::panic::Location;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, OnceLock};

use parking_lot::Mutex;

use super::*;
use crate::{
    Cause, Clocks, Effect, Event, JobNow, Kind, Outcome, PollRecord, Record, Recorder, Resource,
    RowGuard, Scope, ScopeKind, Shows, Sink, Wait, change, elsewhere, emit_counted, swap_recorder,
    unpolled,
};

/// Keeps all that it looks at.
#[derive(Clone, Default)]
struct Eye(Arc<Mutex<Vec<Snapshot>>>);

impl Sink for Eye {
    fn record(&mut self, _: &[Record]) {}

    fn wants(&self) -> bool {
        false
    }

    fn look(&mut self, now: &Snapshot) {
        self.0.lock().push(now.clone());
    }
}

impl Eye {
    /// One on this thread, whose clocks stand at so many seconds.
    fn opened(clock: &Arc<AtomicU64>) -> Eye {
        let (eye, clock) = (Eye::default(), clock.clone());
        let now = move || Duration::from_secs(clock.load(Relaxed));
        let times = Box::new(move || Clocks { time: now(), real: now() });
        swap_recorder(Some(Recorder::new(Box::new(eye.clone()), times, Arc::default())));
        eye
    }

    fn look(&self) -> Snapshot {
        look(|_| {});
        self.0.lock().pop().expect("it looks")
    }
}

fn spawn(task: Id) -> RowGuard {
    let (kind, at, set) = (Kind::Task, Location::caller(), None);
    change(|| Event::Spawn { task, kind, at, size: 0, what: "x", set })
}

#[test]
fn a_wait_is_as_old_as_the_first_look_that_met_it() {
    let (clock, mut wait, task) = (Arc::new(AtomicU64::new(1)), Wait::NONE, Id::next());
    let eye = Eye::opened(&clock);
    wait.pending(None, || Resource::Task(task));
    let ages = |now: Snapshot| now.waits.iter().map(|wait| wait.age).collect::<Vec<_>>();
    clock.store(5, Relaxed);
    assert_eq!(ages(eye.look()), [Duration::ZERO]);
    clock.store(8, Relaxed);
    wait.pending(None, || Resource::Task(task));
    assert_eq!(ages(eye.look()), [Duration::from_secs(3)]);
    wait.got();
    assert_eq!(ages(eye.look()), []);
}

#[test]
fn a_wait_belongs_to_the_runtime_that_polled_last() {
    let clock = Arc::default();
    let (first, mut wait) = (Eye::opened(&clock), Wait::NONE);
    let ids = |now: Snapshot| now.waits.iter().map(|wait| wait.id).collect::<Vec<_>>();
    wait.pending(None, || Resource::Task(Id::next()));
    let asked = ids(first.look());
    assert_eq!(asked.len(), 1);
    let before = swap_recorder(None);
    let second = Eye::opened(&clock);
    wait.pending(None, || Resource::Task(Id::next()));
    assert_eq!(ids(second.look()), asked);
    let after = swap_recorder(before);
    assert_eq!(ids(first.look()), []);
    drop((after, wait)); // the second runtime ends first
}

#[test]
fn polls_that_come_to_nothing_are_counted_until_one_gets_something() {
    let (eye, task) = (Eye::opened(&Arc::default()), Id::next());
    let mut row = spawn(task);
    let mut poll = |shows| {
        let record = PollRecord::begin(task, &mut row).expect("the thread is watched");
        let (by, effect) = (Cause::Task(task), Effect::DuringPoll);
        emit_counted(Shows::Vain, || Event::Wake { task, by, effect, wait: None });
        emit_counted(shows, || Event::PollStart { task });
        record.end(Outcome::Pending);
        eye.look().spins.first().map(|(_, spin)| spin.polls)
    };
    let counts = [Shows::Nothing, Shows::Nothing, Shows::Something, Shows::Nothing].map(&mut poll);
    assert_eq!(counts, [Some(1), Some(2), None, Some(1)]);
}

#[test]
fn futures_dropped_unpolled_are_counted_for_each_line() {
    let (eye, task, at) = (Eye::opened(&Arc::default()), Id::next(), Location::caller());
    let mut row = spawn(task);
    let mut drops = |outcome| {
        let record = PollRecord::begin(task, &mut row).expect("the thread is watched");
        (0..3).for_each(|_| unpolled(at, false));
        record.end(outcome);
        eye.look().unpolled.iter().map(|it| it.count).collect::<Vec<_>>()
    };
    assert_eq!(drops(Outcome::Panicked), [], "they had no chance");
    assert_eq!(drops(Outcome::Pending), [3]);
    assert_eq!(drops(Outcome::Ready), [6]);
    let mut scope = Scope::NEW;
    scope.polled(ScopeKind::Select, 2);
    scope.end(None);
    assert_eq!(drops(Outcome::Ready), [6], "a `select!` drops its branches");
    assert_eq!(drops(Outcome::Ready), [9], "in a later poll none has ended");
}

#[test]
fn what_ends_on_another_thread_after_its_runtime_leaves_others_alone() {
    static LATE: OnceLock<Mutex<Wait>> = OnceLock::new();
    let (first, mut wait) = (Eye::opened(&Arc::default()), Wait::NONE);
    wait.pending(None, || Resource::Task(Id::next()));
    drop(first);
    _ = LATE.set(Mutex::new(wait));
    let second = Eye::opened(&Arc::default()); // the first runtime has ended
    let mut mine = Wait::NONE;
    mine.pending(None, || Resource::Task(Id::next()));
    std::thread::spawn(|| LATE.get().map(|late| late.lock().got())).join().unwrap();
    assert_eq!(second.look().waits.len(), 1);
}

/// Two threads may each poll a task that the other one's runtime has polled before.
#[test]
fn a_task_that_comes_from_another_runtime_is_taken_in_without_two_locks() {
    let (first, task) = (Eye::opened(&Arc::default()), Id::next());
    let mut row = spawn(task);
    let theirs = elsewhere().expect("the thread is watched");
    let before = swap_recorder(None);
    let _second = Eye::opened(&Arc::default());
    let ours = elsewhere().expect("the thread is watched");
    let (tx, rx) = std::sync::mpsc::channel();
    let other = std::thread::spawn(move || {
        let locked = theirs.table.lock();
        tx.send(()).unwrap();
        let is_taken_in = || ours.table.try_lock().is_some_and(|table| table.rows.len() == 1);
        let is_soon = (0..5_000).any(|_| {
            std::thread::sleep(Duration::from_millis(1));
            is_taken_in()
        });
        drop(locked);
        is_soon
    });
    rx.recv().unwrap();
    drop(PollRecord::begin(task, &mut row));
    assert!(other.join().unwrap(), "one lock waits for the other");
    drop((swap_recorder(before), first));
}

/// Those in front of a row that lasts keep their places, since no row can move.
#[test]
fn a_burst_of_rows_is_given_back_and_its_places_are_used_again() {
    const BURST: usize = 10_000;
    let mut table = Table::default();
    table.number = 1;
    let add = |table: &mut Table| {
        let id = Id::next();
        (table.insert(Row::Job(JobNow { id, number: 0, made: None })), id)
    };
    let few: Vec<_> = (0..10).map(|_| add(&mut table)).collect();
    let burst: Vec<_> = (0..BURST).map(|_| add(&mut table)).collect();
    for (key, _) in few[..7].iter().chain(&burst) {
        assert_eq!(table.remove(*key, |_| ()), Some(()));
    }
    assert!(table.rows.capacity() < BURST / 2, "{}", table.rows.capacity());
    let again: Vec<_> = (0..20).map(|_| add(&mut table)).collect();
    for (key, its) in few[7..].iter().chain(&again) {
        assert!(matches!(table.get_mut(*key), Some(Row::Job(JobNow { id, .. })) if id == its));
    }
    assert_eq!(table.rows.len(), few.len() - 7 + again.len());
}
