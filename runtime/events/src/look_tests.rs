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

/// A sink that wants no records, and stores the snapshots that it is shown.
#[derive(Clone, Default)]
struct Watcher(Arc<Mutex<Vec<Snapshot>>>);

impl Sink for Watcher {
    fn record(&mut self, _: &[Record]) {}

    fn wants(&self) -> bool {
        false
    }

    fn look(&mut self, now: &Snapshot) {
        self.0.lock().push(now.clone());
    }
}

impl Watcher {
    /// The sink of a new runtime on this thread. The runtime's clocks show this many seconds.
    fn start(seconds: &Arc<AtomicU64>) -> Watcher {
        let (watcher, seconds) = (Watcher::default(), seconds.clone());
        let now = move || Duration::from_secs(seconds.load(Relaxed));
        let clocks = Box::new(move || Clocks { time: now(), real: now() });
        swap_recorder(Some(Recorder::new(Box::new(watcher.clone()), clocks, Arc::default())));
        watcher
    }

    fn look(&self) -> Snapshot {
        look(|_| {});
        self.0.lock().pop().expect("the sink is shown a snapshot")
    }

    fn waits(&self) -> Vec<Id> {
        self.look().waits.iter().map(|wait| wait.id).collect()
    }
}

fn spawn(task: Id) -> RowGuard {
    let (kind, at, set) = (Kind::Task, Location::caller(), None);
    change(|| Event::Spawn { task, kind, at, size: 0, what: "x", set })
}

#[test]
fn a_wait_is_as_old_as_the_first_look_that_met_it() {
    let (seconds, mut wait) = (Arc::new(AtomicU64::new(1)), Wait::NONE);
    let watcher = Watcher::start(&seconds);
    let mut poll = || _ = wait.pending(None, || Resource::Task(Id::next()));
    let began = || watcher.look().waits.first().map(|wait| wait.began.as_secs());
    poll();
    seconds.store(5, Relaxed);
    assert_eq!(began(), Some(5));
    seconds.store(8, Relaxed);
    poll();
    assert_eq!(began(), Some(5));
    wait.got();
    assert_eq!(began(), None);
}

#[test]
fn a_wait_belongs_to_the_runtime_that_polled_last() {
    let seconds = Arc::default();
    let first = Watcher::start(&seconds);
    let mut wait = Wait::NONE;
    wait.pending(None, || Resource::Task(Id::next()));
    let before = first.waits();
    assert_eq!(before.len(), 1);
    let first_recorder = swap_recorder(None);
    let second = Watcher::start(&seconds);
    wait.pending(None, || Resource::Task(Id::next()));
    assert_eq!(second.waits(), before, "it keeps its number");
    let second_recorder = swap_recorder(first_recorder);
    assert_eq!(first.waits(), []);
    drop((second_recorder, wait)); // the second runtime ends before its wait
}

#[test]
fn polls_that_come_to_nothing_are_counted_until_one_gets_something() {
    let (watcher, task) = (Watcher::start(&Arc::default()), Id::next());
    let mut row = spawn(task);
    let mut poll = |all: &[Shows]| {
        // Between two polls the thread polls for another runtime.
        let recorder = swap_recorder(None);
        Watcher::start(&Arc::default());
        drop(PollRecord::begin(elsewhere().as_deref(), Id::next(), &mut RowGuard::default()));
        swap_recorder(recorder);
        let remote = elsewhere();
        let record = PollRecord::begin(remote.as_deref(), task, &mut row).expect("it is watched");
        let (by, effect) = (Cause::Task(task), Effect::DuringPoll);
        for shows in all {
            emit_counted(*shows, || Event::Wake { task, by, effect, wait: None });
        }
        record.end(Outcome::Pending, &mut row, |_| {});
        watcher.look().spins.first().map(|(_, spin)| spin.polls)
    };
    let (vain, progress) = (&[Shows::InVain][..], &[Shows::Progress][..]);
    let counts = [vain, vain, &[Shows::InVain, Shows::Progress], vain, progress].map(&mut poll);
    assert_eq!(counts, [Some(1), Some(2), None, Some(1), None]);
}

#[test]
fn futures_dropped_unpolled_are_counted_for_each_line() {
    let watcher = Watcher::start(&Arc::default());
    let (task, at) = (Id::next(), Location::caller());
    let mut row = spawn(task);
    let mut drops = |outcome| {
        let remote = elsewhere();
        let record = PollRecord::begin(remote.as_deref(), task, &mut row).expect("it is watched");
        (0..3).for_each(|_| unpolled(at, false));
        record.end(outcome, &mut row, |_| {});
        watcher.look().unpolled.iter().map(|dropped| dropped.count).collect::<Vec<_>>()
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
    let (first, mut late) = (Watcher::start(&Arc::default()), Wait::NONE);
    late.pending(None, || Resource::Task(Id::next()));
    _ = LATE.set(Mutex::new(late));
    drop(first);
    let second = Watcher::start(&Arc::default()); // the first runtime has ended
    let mut lasting = Wait::NONE;
    lasting.pending(None, || Resource::Task(Id::next()));
    std::thread::spawn(|| LATE.get().map(|late| late.lock().got())).join().unwrap();
    assert_eq!(second.waits().len(), 1);
}

/// Two threads may each poll a task that the other one's runtime has polled before.
#[test]
fn a_task_that_comes_from_another_runtime_is_taken_in_without_two_locks() {
    let (first, task) = (Watcher::start(&Arc::default()), Id::next());
    let mut row = spawn(task);
    let their_remote = elsewhere().expect("the thread is watched");
    let before = swap_recorder(None);
    let _second = Watcher::start(&Arc::default());
    let our_remote = elsewhere().expect("the thread is watched");
    let (tx, rx) = std::sync::mpsc::channel();
    let other = std::thread::spawn(move || {
        let locked = their_remote.table.lock();
        tx.send(()).unwrap();
        let is_taken_in = || our_remote.table.try_lock().is_some_and(|table| table.rows.len() == 1);
        let is_soon = (0..5_000).any(|_| {
            std::thread::sleep(Duration::from_millis(1));
            is_taken_in()
        });
        drop(locked);
        is_soon
    });
    rx.recv().unwrap();
    drop(PollRecord::begin(elsewhere().as_deref(), task, &mut row));
    assert!(other.join().unwrap(), "one lock waits for the other");
    drop((swap_recorder(before), first));
}

/// The rows before one that lasts can't be given back, since no row can move.
#[test]
fn a_burst_of_rows_is_given_back_and_its_places_are_used_again() {
    const BURST: usize = 10_000;
    let mut table = Table::default();
    table.number = 1;
    let add_rows = |table: &mut Table, count| {
        let ids = (0..count).map(|_| Id::next());
        let row = |id| Row::Job(JobNow { id, number: 0, made: None });
        ids.map(|id| (table.insert(row(id)), id)).collect::<Vec<_>>()
    };
    let early = add_rows(&mut table, 10);
    let burst = add_rows(&mut table, BURST);
    let (removed, lasting) = early.split_at(7);
    for (key, _) in removed.iter().chain(&burst) {
        table.remove(*key);
    }
    assert!(table.rows.capacity() < BURST / 2, "{}", table.rows.capacity());
    let late = add_rows(&mut table, 20);
    for (key, added) in lasting.iter().chain(&late) {
        assert!(matches!(table.get_mut(*key), Some(Row::Job(JobNow { id, .. })) if id == added));
    }
    assert_eq!(table.rows.len(), lasting.len() + late.len());
}
