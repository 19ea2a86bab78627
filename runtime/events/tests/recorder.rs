//! What the recorder promises of its buffer and of its queue: they are bounded, and keep nothing
//! while nothing records. A turn is counted even if its event is lost.

use std::hint;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use kettle_events::{
    Act, Clocks, Event, Id, PollRecord, Record, Recorder, RemoteEvents, RowGuard, Sink, SyncKind,
    Units, elsewhere, emit, flush, note, polls_so_far, swap_recorder, take_veto,
};

/// At most this many records wait for the sink (`recorder.rs`).
const BUFFER: usize = 65_536;

#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<Record>>>, Duration);

/// Each call takes this long.
impl Sink for Kept {
    fn record(&mut self, records: &[Record]) {
        let begun = Instant::now();
        while begun.elapsed() < self.1 {
            hint::spin_loop();
        }
        self.0.lock().unwrap().extend_from_slice(records);
    }
}

/// Records what `act` does on this thread, and returns what its sink has got by then.
fn recorded(act: impl FnOnce(&RemoteEvents)) -> Vec<Record> {
    let remote = Arc::default();
    recorded_with(&remote, || act(&remote))
}

fn recorded_with(remote: &Arc<RemoteEvents>, act: impl FnOnce()) -> Vec<Record> {
    let sink = Kept::default();
    begin(sink.clone(), remote);
    act();
    flush();
    swap_recorder(None);
    sink.0.lock().unwrap().clone()
}

fn begin(sink: impl Sink + 'static, remote: &Arc<RemoteEvents>) {
    swap_recorder(Some(Recorder::new(Box::new(sink), Box::new(Default::default), remote.clone())));
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

/// A later count makes up for these events, but a wait, a timer or a job is recorded only once.
#[test]
fn the_values_that_threads_send_leave_room_for_what_is_told_once() {
    let records = recorded(|remote| {
        let (kind, sync, units) = (SyncKind::Mpsc, Id::next(), Units::Count(1));
        let (act, count, item, with, owned) = (Act::Put, 1, 0, 0, false);
        let sends = || Event::SyncAct { kind, sync, act, units, count, item, with, owned };
        let elsewhere = || {
            (0..BUFFER).for_each(|_| remote.emit(sends));
            remote.emit(|| NOTE);
        };
        for _ in 0..2 {
            thread::scope(|scope| drop(scope.spawn(elsewhere)));
            emit(|| TURN);
        }
    });
    let others = records[BUFFER / 2..].iter().map(|record| record.event);
    assert_eq!(others.collect::<Vec<_>>(), [NOTE, TURN, NOTE, TURN]);
}

#[test]
fn nothing_is_kept_before_a_recorder_is_there_and_after_it_has_gone() {
    let remote = Arc::<RemoteEvents>::default();
    let elsewhere = || thread::scope(|scope| drop(scope.spawn(|| remote.emit(|| NOTE))));
    for _ in 0..2 {
        elsewhere();
        let records = recorded_with(&remote, || {
            elsewhere();
            emit(|| TURN); // what other threads did is recorded before it
            elsewhere();
        });
        assert_eq!(records.iter().map(|record| record.event).collect::<Vec<_>>(), [NOTE, TURN]);
    }
}

/// And the time that the sink took afterwards doesn't count as if it were before.
#[test]
fn what_another_thread_did_has_its_own_time() {
    const LATER: Duration = Duration::from_millis(5);
    let (begun, kept, remote) = (Instant::now(), Kept(Arc::default(), LATER), Arc::default());
    let times = Box::new(move || Clocks { real: begun.elapsed(), ..Clocks::default() });
    swap_recorder(Some(Recorder::new(Box::new(kept.clone()), times, Arc::clone(&remote))));
    emit(|| TURN);
    thread::scope(|scope| scope.spawn(|| remote.emit(|| NOTE)).join()).unwrap();
    flush();
    emit(|| TURN);
    flush();
    swap_recorder(None);
    let all = kept.0.lock().unwrap();
    let since = |i: usize| all[i].real.saturating_sub(all[i - 1].real);
    assert!(since(2) >= LATER && all[1].overhead + all[2].overhead >= LATER, "{all:?}");
    assert!(all[1].event == NOTE && all[1].overhead <= since(1), "{all:?}");
}

/// The clock was moved after another thread did something, but before anything was recorded.
#[test]
fn what_another_thread_did_was_before_the_clock_was_moved() {
    const BY: Duration = Duration::from_secs(43);
    let (kept, clock) = (Kept::default(), Arc::new(AtomicU64::new(100)));
    let (remote, now) = (Arc::<RemoteEvents>::default(), clock.clone());
    let time = move || Duration::from_secs(now.load(Ordering::Relaxed));
    let times = move || Clocks { time: time(), ..Clocks::default() };
    swap_recorder(Some(Recorder::new(Box::new(kept.clone()), Box::new(times), remote.clone())));
    emit(|| TURN);
    thread::scope(|scope| scope.spawn(|| remote.emit(|| NOTE)).join()).unwrap();
    clock.fetch_add(BY.as_secs(), Ordering::Relaxed);
    emit(|| Event::Advance { by: BY, auto: false });
    flush();
    swap_recorder(None);
    let times: Vec<_> = kept.0.lock().unwrap().iter().map(|record| record.time.as_secs()).collect();
    assert_eq!(times, [100, 100, 143]);
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

/// Takes ten seconds each time that it is called, by a clock of its own.
struct Slow(Arc<AtomicU64>, Kept);

impl Sink for Slow {
    fn record(&mut self, records: &[Record]) {
        self.0.fetch_add(10, Ordering::Relaxed);
        note("of the sink");
        self.1.record(records);
    }
}

#[test]
fn what_the_sink_took_is_told_once_of_the_record_after_it() {
    let (clock, kept) = (Arc::<AtomicU64>::default(), Kept::default());
    let sink = Slow(clock.clone(), kept.clone());
    let real = move || Duration::from_secs(clock.load(Ordering::Relaxed));
    let times = move || Clocks { real: real(), ..Clocks::default() };
    swap_recorder(Some(Recorder::new(Box::new(sink), Box::new(times), Arc::default())));
    note("of the program");
    flush();
    note("of the program");
    note("of the program");
    flush();
    swap_recorder(None);
    let records = kept.0.lock().unwrap().iter().map(|r| r.overhead.as_secs()).collect::<Vec<_>>();
    // The second is the sink's own: it was made in that time.
    assert_eq!(records, [0, 0, 10, 0]);
}

/// Objects each time that it is called.
struct Objects(u32);

impl Sink for Objects {
    fn record(&mut self, _: &[Record]) {
        self.0 += 1;
    }

    fn veto(&mut self) -> Option<String> {
        Some(format!("veto {}", self.0))
    }
}

#[test]
fn the_first_veto_is_kept_until_it_is_taken() {
    begin(Objects(0), &Arc::default());
    for _ in 0..2 {
        note("a note");
        flush();
    }
    assert_eq!(take_veto().as_deref(), Some("veto 1"));
    swap_recorder(None);
}

/// Its record is dropped before its end.
#[test]
fn a_poll_that_panics_is_counted_like_one_that_returns() {
    recorded(|_| {
        let (_, ended) = polls_so_far();
        drop(PollRecord::begin(elsewhere().as_deref(), Id::next(), &mut RowGuard::default()));
        assert_eq!(polls_so_far().1, ended + 1);
    });
}
