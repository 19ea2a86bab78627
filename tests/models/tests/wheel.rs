//! The timer wheel against a sorted map, under random operations.
//!
//! `runtime/src/time/wheel.rs` is compiled here as it is, and its events are recorded by the crate
//! of events as it is. Deadlines and jumps of the hand lie at and around the bounds of all levels,
//! of the last one's end, and anywhere. Due timers are fired a few at a time, and may be cancelled
//! or moved before. After each operation the two must agree on which timers have fired and in which
//! order, on `len`, `elapsed`, `has_due` and `next_deadline`; the wheel's own invariants must hold
//! (`wheel_checks.rs`); and the events, replayed, must give the timers that wait.

#[path = "../../../runtime/src/time/wheel.rs"]
#[allow(dead_code)] // the engine uses more of it
mod wheel;

use std::collections::{BTreeSet, HashMap};
use std::mem;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use kettle_events::{Event, Id, Record, Recorder, RemoteEvents, Sink};
use proptest::collection::vec;
use proptest::prelude::*;

use wheel::{TimerKey, Wheel};

/// What the wheel should do, without any cleverness.
#[derive(Default)]
struct Model {
    elapsed: u64,
    /// Deadline and order of insertion. The order is the value too. Those that are due are first.
    timers: BTreeSet<(u64, u64)>,
}

impl Model {
    fn insert(&mut self, deadline: u64, order: u64) -> bool {
        deadline > self.elapsed && self.timers.insert((deadline, order))
    }

    fn cancel(&mut self, deadline: u64, order: u64) -> bool {
        self.timers.remove(&(deadline, order))
    }

    /// At once, if one is due.
    fn next_deadline(&self) -> Option<u64> {
        self.timers.first().map(|(deadline, _)| self.elapsed.max(*deadline))
    }

    fn has_due(&self) -> bool {
        self.timers.first().is_some_and(|(deadline, _)| *deadline <= self.elapsed)
    }

    fn take_due(&mut self, most: usize) -> Vec<u64> {
        let mut fired = Vec::new();
        while fired.len() < most && self.has_due() {
            fired.extend(self.timers.pop_first().map(|(_, order)| order));
        }
        fired
    }
}

/// One operation. `which` picks among all keys that were not cancelled, those of fired timers too.
#[derive(Clone, Debug)]
enum Op {
    Add(Tick),
    Cancel(usize),
    Reset(usize, Tick),
    Advance(Tick),
    /// Fires so many timers that are due, at the most.
    Fire(usize),
    /// To the smallest deadline, or next to it.
    AdvanceToNext(i64),
    /// Where a parked loop would wake.
    Look,
}

/// A tick as seen from the hand.
#[derive(Clone, Debug)]
enum Tick {
    /// `slots` slots of this level on, counted from the beginning of the hand's own; and a bit.
    Bound { level: u32, slots: u64, off: i64 },
    /// So many ticks ahead.
    Ahead(u64),
}

impl Tick {
    fn from(&self, hand: u64) -> u64 {
        match *self {
            Tick::Ahead(ticks) => hand.saturating_add(ticks),
            Tick::Bound { level, slots, off } => {
                let begin = hand >> (6 * level) << (6 * level);
                begin.saturating_add(slots << (6 * level)).saturating_add_signed(off)
            }
        }
    }
}

fn tick(levels: u32) -> impl Strategy<Value = Tick> {
    let slots = prop_oneof![1..4_u64, 60..67_u64, 0..200_u64];
    prop_oneof![
        (0..levels, slots, -1..=1_i64).prop_map(|(level, slots, off)| Tick::Bound {
            level,
            slots,
            off
        }),
        (any::<u64>(), 64 - 6 * levels..63).prop_map(|(any, shift)| Tick::Ahead(any >> shift)),
    ]
}

/// Deadlines reach far past the last level; the hand goes less far, to meet many of them.
fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        6 => tick(8).prop_map(Op::Add),
        2 => any::<usize>().prop_map(Op::Cancel),
        1 => (any::<usize>(), tick(8)).prop_map(|(which, tick)| Op::Reset(which, tick)),
        1 => tick(7).prop_map(Op::Advance),
        2 => tick(3).prop_map(Op::Advance),
        2 => (-1..=1_i64).prop_map(Op::AdvanceToNext),
        1 => Just(Op::Look),
        2 => (0..4_usize).prop_map(Op::Fire),
        2 => Just(Op::Fire(usize::MAX)),
    ]
}

/// Wheel and model side by side.
struct Pair {
    wheel: Wheel<u64>,
    model: Model,
    /// All timers there ever were, but for those that were cancelled.
    timers: Vec<(TimerKey, u64, u64)>,
    orders: u64,
    replay: Replay,
}

impl Pair {
    fn new() -> Pair {
        let replay = Replay::begin();
        let wheel = Wheel::new(replay.events.clone());
        Pair { wheel, model: Model::default(), timers: Vec::new(), orders: 0, replay }
    }

    fn play(&mut self, op: &Op) {
        let hand = self.wheel.elapsed();
        match op {
            Op::Add(tick) => self.add(tick.from(hand)),
            Op::Cancel(which) => self.cancel(*which),
            Op::Reset(which, tick) => self.reset(*which, tick.from(hand)),
            Op::Advance(tick) => self.advance(tick.from(hand)),
            Op::AdvanceToNext(off) => {
                if let Some(next) = self.model.next_deadline() {
                    self.advance(next.saturating_add_signed(*off));
                }
            }
            Op::Look => self.look(),
            Op::Fire(most) => self.fire(*most),
        }
        self.agree();
    }

    fn add(&mut self, deadline: u64) {
        let order = self.orders;
        self.orders += 1;
        let ahead = self.model.insert(deadline, order);
        assert_eq!(self.wheel.is_past(deadline), !ahead, "is_past {deadline}");
        if ahead {
            self.timers.push((self.wheel.insert(deadline, order), deadline, order));
        }
    }

    fn cancel(&mut self, which: usize) {
        let Some(which) = which.checked_rem(self.timers.len()) else { return };
        // Its key is used up by that; the keys of those that fired stay, and must find nothing.
        let (key, deadline, order) = self.timers.swap_remove(which);
        let expected = self.model.cancel(deadline, order).then_some(order);
        assert_eq!(self.wheel.get_mut(key).copied(), expected, "get_mut");
        assert_eq!(self.wheel.cancel(key), expected, "cancel");
    }

    /// A timer that waits is moved, behind those with the same deadline. One that fired, or whose
    /// new deadline is past, is cancelled as it may be; the wheel's owner does no more for it.
    fn reset(&mut self, which: usize, deadline: u64) {
        let Some(which) = which.checked_rem(self.timers.len()) else { return };
        let (key, before, order) = self.timers[which];
        if self.wheel.get_mut(key).is_none() || self.wheel.is_past(deadline) {
            self.cancel(which);
            return self.add(deadline);
        }
        let key = self.wheel.move_to(key, deadline);
        *self.wheel.get_mut(key).expect("it was moved ahead") = self.orders;
        assert!(self.model.cancel(before, order) && self.model.insert(deadline, self.orders));
        self.timers[which] = (key, deadline, self.orders);
        self.orders += 1;
    }

    fn advance(&mut self, now: u64) {
        let now = now.max(self.wheel.elapsed());
        self.wheel.advance(now);
        self.model.elapsed = now;
    }

    fn fire(&mut self, most: usize) {
        let mut fired = Vec::new();
        self.wheel.take_due(most, |value| fired.push(value));
        assert_eq!(fired, self.model.take_due(most), "fired, at most {most}");
    }

    /// A look may be for nothing, but never late, and it always brings the wheel on.
    fn look(&mut self) {
        let Some(look) = self.wheel.next_look() else { return };
        assert!(Some(look) <= self.model.next_deadline(), "look={look} is late");
        if self.model.has_due() {
            assert_eq!(look, self.model.elapsed, "a timer is due at once");
            return self.fire(1);
        }
        assert!(look > self.wheel.elapsed(), "look={look} is now");
        self.advance(look);
    }

    fn agree(&mut self) {
        self.wheel.check();
        assert_eq!(self.wheel.len(), self.model.timers.len(), "len");
        assert_eq!(self.wheel.is_empty(), self.model.timers.is_empty(), "is_empty");
        assert_eq!(self.wheel.elapsed(), self.model.elapsed, "elapsed");
        assert_eq!(self.wheel.has_due(), self.model.has_due(), "has_due");
        assert_eq!(self.wheel.next_deadline(), self.model.next_deadline(), "next_deadline");
        self.replay.take_in(self.model.elapsed);
        let waiting = |(key, deadline, order): &(TimerKey, u64, u64)| {
            let waits = self.model.timers.contains(&(*deadline, *order));
            waits.then(|| (self.wheel.name(*key), *deadline))
        };
        let waiting: HashMap<_, _> = self.timers.iter().filter_map(waiting).collect();
        assert_eq!(self.replay.waiting, waiting, "the events tell another story");
    }

    fn end(mut self) {
        let mut rest: Vec<u64> = self.wheel.drain().collect();
        rest.sort_unstable();
        let mut expected: Vec<u64> = self.model.timers.iter().map(|(_, order)| *order).collect();
        expected.sort_unstable();
        assert_eq!(rest, expected, "drain");
        self.model.timers.clear();
        self.agree();
    }
}

/// Rebuilds from the events which timers wait, and until when.
struct Replay {
    events: Arc<RemoteEvents>,
    records: Tape,
    waiting: HashMap<Id, u64>,
}

#[derive(Clone, Default)]
struct Tape(Arc<Mutex<Vec<Record>>>);

impl Sink for Tape {
    fn record(&mut self, records: &[Record]) {
        self.0.lock().unwrap().extend(records);
    }
}

impl Replay {
    fn begin() -> Replay {
        let (events, records) = (Arc::<RemoteEvents>::default(), Tape::default());
        let sink = Box::new(records.clone());
        let recorder = Recorder::new(sink, Box::new(Default::default), events.clone());
        kettle_events::swap_recorder(Some(recorder));
        Replay { events, records, waiting: HashMap::new() }
    }

    /// What was told since the last time, with the hand now at `elapsed`.
    fn take_in(&mut self, elapsed: u64) {
        kettle_events::flush();
        let records = mem::take(&mut *self.records.0.lock().unwrap());
        for record in records {
            match record.event {
                Event::TimerAdd { timer, due, level, slot } => {
                    assert_eq!(self.place(timer, due, level, slot), None, "added twice");
                }
                Event::TimerMove { timer, due, level, slot } => {
                    assert!(self.place(timer, due, level, slot).is_some(), "moved from where?");
                }
                Event::TimerFire { timer, late } => {
                    let deadline = self.waiting.remove(&timer).expect("fired, but was not here");
                    assert_eq!(late.as_millis(), u128::from(elapsed - deadline), "late");
                }
                Event::TimerCancel { timer } => {
                    assert!(self.waiting.remove(&timer).is_some(), "left, but was not here");
                }
                Event::TimerCascade { level, moved, .. } => {
                    assert!(level > 0 && moved > 0, "a cascade of nothing");
                }
                other => panic!("a wheel tells only of timers: {other:?}"),
            }
        }
    }

    fn place(&mut self, timer: Id, due: Duration, level: u8, slot: u8) -> Option<u64> {
        assert!(level < 6 && slot < 64 || level == 6 && slot == 0);
        self.waiting.insert(timer, u64::try_from(due.as_millis()).unwrap())
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 2_000,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn the_wheel_equals_a_sorted_map(ops in vec(op(), 1..80)) {
        let mut pair = Pair::new();
        for op in &ops {
            pair.play(op);
        }
        pair.end();
    }
}
