//! The timer wheel against a sorted map, under random operations.
//!
//! `runtime/src/timer/wheel.rs` is compiled here as it is, with an `event` and an `id` of our own
//! around it. Deadlines and jumps of the hand lie at and around the bounds of all levels, of the
//! last one's end, and anywhere. After each operation the two must agree on who was due and in
//! which order, on `len`, `elapsed` and `next_deadline`; the wheel's own invariants must hold
//! (`check`, in `wheel_tests.rs`); and the events, replayed, must give the timers that wait.
//!
//! Can it fail? Each of these, put into `wheel.rs` by hand, was found within 30 cases, with `check`
//! switched off (with it, at the operation that does the harm); in brackets the failing assertion
//! of the smallest case:
//!
//! - `place`: level from `deadline - elapsed` instead of `^` ("a slot ahead", in `enter`); from
//!   `(elapsed ^ deadline) - 1`, wrong on bounds only (`next_deadline`: 64, then 1); no cap at the
//!   overflow level (index 416 of 385).
//! - `enter`: the last timer of a cascade lost (`due`); the hand put to `now` (`due` out of order,
//!   then "a slot ahead"); a cascade of nothing told (replay).
//! - `advance`: `begin >= now`, late by a tick (`due`); a slot entered at its earliest timer instead
//!   of its first tick (`next_deadline`); the overflow list not sorted anew (`next_deadline`).
//! - `next_deadline`: the slot's start (65: says 64); not marked stale by `cancel` (says what was
//!   cancelled).
//! - `unlink`, `link`: the bit left set, a back link not set (`next_deadline`); the tail not moved
//!   (a list that does not end; with `check`, "tail of list").
//! - `get_mut`: no look at the deadline (a fired timer's key finds its successor). `is_past`: `<` for
//!   `<=` (`is_past`). `drain`: bits left set (`next_deadline`).

#[path = "../../../runtime/src/timer/wheel.rs"]
#[allow(dead_code)] // the engine uses more of it
mod wheel;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use proptest::collection::vec;
use proptest::prelude::*;

use event::Event;
use id::Serial;
use wheel::{TimerKey, Wheel};

/// What the wheel should do, without any cleverness.
#[derive(Default)]
struct Model {
    elapsed: u64,
    /// Deadline and order of insertion. The order is the value too.
    timers: BTreeSet<(u64, u64)>,
}

impl Model {
    fn insert(&mut self, deadline: u64, order: u64) -> bool {
        deadline > self.elapsed && self.timers.insert((deadline, order))
    }

    fn cancel(&mut self, deadline: u64, order: u64) -> bool {
        self.timers.remove(&(deadline, order))
    }

    fn next_deadline(&self) -> Option<u64> {
        self.timers.first().map(|(deadline, _)| *deadline)
    }

    fn advance(&mut self, now: u64) -> Vec<u64> {
        self.elapsed = now;
        let mut due = Vec::new();
        while self.next_deadline().is_some_and(|deadline| deadline <= now) {
            due.extend(self.timers.pop_first().map(|(_, order)| order));
        }
        due
    }
}

/// One operation. `which` picks among all keys that were not cancelled, those of fired timers too.
#[derive(Clone, Debug)]
enum Op {
    Add(Tick),
    Cancel(usize),
    Reset(usize, Tick),
    Advance(Tick),
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
    ]
}

/// Wheel and model side by side.
#[derive(Default)]
struct Pair {
    wheel: Wheel<u64>,
    model: Model,
    /// All timers there ever were, but for those that were cancelled.
    timers: Vec<(TimerKey, u64, u64)>,
    orders: u64,
    replay: Replay,
}

impl Default for Wheel<u64> {
    fn default() -> Wheel<u64> {
        Wheel::new()
    }
}

impl Pair {
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
        let mut due = Vec::new();
        self.wheel.advance(now, &mut due);
        assert_eq!(due, self.model.advance(now), "due at {now}");
        self.replay.fired_by(now);
    }

    /// A look may be for nothing, but never late, and it always brings the wheel on.
    fn look(&mut self) {
        let Some(look) = self.wheel.next_look() else { return };
        assert!(Some(look) <= self.model.next_deadline(), "look={look} is late");
        assert!(look > self.wheel.elapsed(), "look={look} is now");
        self.advance(look);
    }

    fn agree(&mut self) {
        self.wheel.check();
        assert_eq!(self.wheel.len(), self.model.timers.len(), "len");
        assert_eq!(self.wheel.is_empty(), self.model.timers.is_empty(), "is_empty");
        assert_eq!(self.wheel.elapsed(), self.model.elapsed, "elapsed");
        assert_eq!(self.wheel.next_deadline(), self.model.next_deadline(), "next_deadline");
        self.replay.take_in();
        let waiting = |(key, deadline, order): &(TimerKey, u64, u64)| {
            let waits = self.model.timers.contains(&(*deadline, *order));
            waits.then(|| (self.wheel.name(*key), *deadline))
        };
        let waiting: BTreeMap<_, _> = self.timers.iter().filter_map(waiting).collect();
        assert_eq!(self.replay.waiting, waiting, "the events tell another story");
    }

    fn end(mut self) {
        let mut rest = self.wheel.drain();
        rest.sort_unstable();
        let mut expected: Vec<u64> = self.model.timers.iter().map(|(_, order)| *order).collect();
        expected.sort_unstable();
        assert_eq!(rest, expected, "drain");
        self.model.timers.clear();
        self.agree();
    }
}

/// Rebuilds from the events which timers wait, and until when.
#[derive(Default)]
struct Replay {
    waiting: BTreeMap<Serial, u64>,
}

impl Replay {
    /// All up to now, in an advance to `now`: each timer that fired says truly how late.
    fn fired_by(&mut self, now: u64) {
        event::with(|events| {
            for event in events {
                if let Event::TimerFire { timer, late } = event {
                    let deadline = self.waiting[timer];
                    assert_eq!(late.as_millis(), u128::from(now - deadline), "late");
                }
            }
        });
    }

    fn take_in(&mut self) {
        event::with(|events| {
            for event in events.drain(..) {
                match event {
                    Event::TimerAdd { timer, due, level, slot } => {
                        assert!(level < 6 && slot < 64 || level == 6 && slot == 0);
                        let deadline = u64::try_from(due.as_millis()).unwrap();
                        assert_eq!(self.waiting.insert(timer, deadline), None, "added twice");
                    }
                    Event::TimerMove { timer, due, level, slot } => {
                        assert!(level < 6 && slot < 64 || level == 6 && slot == 0);
                        let deadline = u64::try_from(due.as_millis()).unwrap();
                        assert!(
                            self.waiting.insert(timer, deadline).is_some(),
                            "moved from where?"
                        );
                    }
                    Event::TimerFire { timer, .. } | Event::TimerCancel { timer } => {
                        assert!(self.waiting.remove(&timer).is_some(), "left, but was not here");
                    }
                    Event::TimerCascade { level, moved, .. } => {
                        assert!(level > 0 && moved > 0, "a cascade of nothing");
                    }
                }
            }
        });
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_wheel_equals_a_sorted_map(ops in vec(op(), 1..80)) {
        event::with(Vec::clear);
        let mut pair = Pair::default();
        for op in &ops {
            pair.play(op);
        }
        pair.end();
    }
}

/// The engine's `event`, as far as the wheel needs it; a tape of this thread.
mod event {
    use super::{RefCell, Serial};
    use std::time::Duration;

    #[derive(Clone, Copy, Debug)]
    #[allow(clippy::enum_variant_names)] // the engine's has others
    pub(crate) enum Event {
        TimerAdd {
            timer: Serial,
            due: Duration,
            level: u8,
            slot: u8,
        },
        TimerMove {
            timer: Serial,
            due: Duration,
            level: u8,
            slot: u8,
        },
        #[allow(dead_code)] // the slot: for replays that draw
        TimerCascade {
            level: u8,
            slot: u8,
            moved: usize,
        },
        TimerFire {
            timer: Serial,
            late: Duration,
        },
        TimerCancel {
            timer: Serial,
        },
    }

    thread_local! {
        static TAPE: RefCell<Vec<Event>> = const { RefCell::new(Vec::new()) };
    }

    pub(crate) fn emit(event: impl FnOnce() -> Event) {
        TAPE.with_borrow_mut(|tape| tape.push(event()));
    }

    pub(crate) fn with<R>(f: impl FnOnce(&mut Vec<Event>) -> R) -> R {
        TAPE.with_borrow_mut(f)
    }
}

/// The engine's `id`, as far as the wheel needs it.
mod id {
    use std::sync::atomic::{AtomicU64, Ordering};

    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
    pub(crate) struct Serial(u64);

    impl Serial {
        pub(crate) fn new() -> Serial {
            static NEXT: AtomicU64 = AtomicU64::new(1);
            Serial(NEXT.fetch_add(1, Ordering::Relaxed))
        }
    }
}
