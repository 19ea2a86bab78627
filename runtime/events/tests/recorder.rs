//! What the recorder promises of its buffer: it is bounded, and a turn is counted even if its event
//! is lost.

use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use kettle_events::{
    Event, Record, Recorder, RemoteEvents, Sink, Times, emit, flush, install, note, take_objection,
};

/// The most records that wait for the sink, as `recorder.rs` has it.
const BUFFER: usize = 65_536;

#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<Record>>>);

impl Sink for Kept {
    fn record(&mut self, records: &[Record]) {
        self.0.lock().unwrap().extend_from_slice(records);
    }
}

struct NoTime;

impl Times for NoTime {
    fn times(&self) -> (Duration, Duration) {
        (Duration::ZERO, Duration::ZERO)
    }
}

/// Records what `act` does on this thread, and says what its sink has got after that.
fn recorded(act: impl FnOnce(&RemoteEvents)) -> Vec<Record> {
    let (sink, remote) = (Kept::default(), Arc::new(RemoteEvents::default()));
    install(Some(Recorder::new(Box::new(sink.clone()), Arc::new(NoTime), remote.clone())));
    act(&remote);
    flush();
    install(None);
    sink.0.lock().unwrap().clone()
}

const NOTE: Event = Event::Note { text: "a note" };
const TURN: Event = Event::Turn { queued: 0, tasks: 0, timers: 0, sources: 0 };

#[test]
fn what_other_threads_did_does_not_grow_a_full_buffer() {
    let records = recorded(|remote| {
        for _ in 0..2 {
            let elsewhere = || (0..BUFFER).for_each(|_| remote.emit(|| NOTE));
            thread::scope(|scope| drop(scope.spawn(elsewhere)));
            remote.emit(|| NOTE); // on this thread: what the other one did comes first
        }
    });
    assert_eq!(records.len(), BUFFER + 1);
    assert_eq!(records[BUFFER].event, Event::Lost { records: BUFFER as u64 + 2 });
}

#[test]
fn a_turn_counts_even_if_its_event_is_lost() {
    let records = recorded(|_| {
        (0..BUFFER).for_each(|_| note("a note"));
        emit(|| TURN);
        flush();
        emit(|| TURN);
    });
    let last = records.last().unwrap();
    assert_eq!((last.event, last.turn), (TURN, 2));
}

/// Objects each time that it is called.
struct Objects(u32);

impl Sink for Objects {
    fn record(&mut self, _: &[Record]) {
        self.0 += 1;
    }

    fn objection(&mut self) -> Option<String> {
        Some(format!("objection {}", self.0))
    }
}

#[test]
fn the_first_objection_is_kept_until_it_is_heeded() {
    install(Some(Recorder::new(Box::new(Objects(0)), Arc::new(NoTime), Arc::default())));
    for _ in 0..2 {
        note("a note");
        flush();
    }
    assert_eq!(take_objection().as_deref(), Some("objection 1"));
    install(None);
}
