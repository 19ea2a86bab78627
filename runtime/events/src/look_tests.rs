//! Does a look record what there is, once, and nothing that has ended?

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use parking_lot::Mutex;

use super::*;
use crate::poll::{PollRecord, unpolled};
use crate::{Act, At, Kind, Sink, SyncKind, Units, emit_lasting, flush, look, swap_recorder};

/// Keeps all events, and wants more or not.
#[derive(Clone, Default)]
struct Tape(Arc<(AtomicBool, Mutex<Vec<Event>>)>);

impl Sink for Tape {
    fn record(&mut self, records: &[Record]) {
        self.0.1.lock().extend(records.iter().map(|it| it.event));
    }

    fn wants(&self) -> bool {
        self.0.0.load(Relaxed)
    }
}

impl Tape {
    /// A tape on this thread, where nothing is recorded from now on.
    fn rests() -> Tape {
        let tape = Tape::default();
        let times = Box::new(Default::default);
        swap_recorder(Some(Recorder::new(Box::new(tape.clone()), times, Arc::default())));
        emit_lasting(|| Event::RunStart { paused: false });
        tape.take();
        tape
    }

    fn take(&self) -> Vec<Event> {
        flush();
        std::mem::take(&mut self.0.1.lock())
    }
}

fn spawn(task: Id) -> Event {
    let (kind, at, set) = (Kind::Task, Location::caller(), None);
    Event::Spawn { task, kind, at, size: 0, what: "x", set }
}

#[test]
fn it_begins_with_what_there_is_and_not_with_what_has_ended() {
    let tape = Tape::rests();
    let (over, task, sync) = (Id::next(), Id::next(), Id::next());
    let (hold, kind) = (Id::next().get(), SyncKind::Semaphore);
    let acts = |act, units| Event::SyncAct {
        kind,
        sync,
        act,
        units: Units::Count(units),
        count: 0,
        item: hold,
        with: hold * u64::from(act == Act::Release),
        owned: false,
    };
    for event in [spawn(over), spawn(task), acts(Act::Take, 3), acts(Act::Release, 1)] {
        emit_lasting(|| event);
    }
    PollRecord::begin(over).unwrap().end(Outcome::Ready);
    assert_eq!(tape.take(), []);
    look(&[(task, false)]);
    let (by, effect, outcome) = (Cause::Runtime, Effect::Queued(1), Outcome::Pending);
    let polled = [
        Event::Wake { task, by, effect, wait: None },
        Event::PollStart { task },
        Event::PollEnd { task, outcome },
    ];
    let there = [Event::RunStart { paused: false }, spawn(task), acts(Act::Take, 2)];
    assert_eq!(tape.take(), [&there[..], &polled].concat());
}

#[test]
fn what_was_recorded_is_not_told_again() {
    let (tape, at) = (Tape::rests(), Location::caller());
    let told = |events: Vec<Event>| events.contains(&Event::Unpolled { at, kept: false });
    unpolled(at, false);
    look(&[]);
    tape.0.0.store(true, Relaxed);
    assert!(told(tape.take()));
    unpolled(at, false);
    tape.0.0.store(false, Relaxed);
    assert!(told(tape.take()));
    look(&[]);
    assert!(!told(tape.take()));
}

#[test]
fn a_job_that_has_ended_while_all_was_recorded_is_not_there_at_the_next_look() {
    let (tape, task) = (Tape::rests(), Id::next());
    let remote = crate::elsewhere().expect("this thread records");
    tape.0.0.store(true, Relaxed);
    look(&[]);
    tape.take();
    emit_lasting(|| Event::BlockingStart { task });
    remote.push(Event::BlockingEnd { task, ran: None }, Some(task), At::Unknown);
    tape.0.0.store(false, Relaxed);
    tape.take();
    look(&[]);
    assert_eq!(tape.take(), [Event::RunStart { paused: false }]);
}
