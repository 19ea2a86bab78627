//! What the answer of `timer-wheel` must do.

use std::collections::BTreeSet;
use std::future::poll_fn;
use std::sync::Arc;
use std::time::Duration;

use kettle_judge::count::{Events, Log};
use kettle_judge::proptest::collection::vec;
use kettle_judge::proptest::prelude::{Just, Strategy, prop_oneof};
use kettle_judge::proptest::strategy::Union;
use kettle_judge::{Check, check, property};

use crate::event::{self, Event, Recorder, RemoteEvents};
use crate::time::wheel::{TimerKey, Wheel};
use crate::{Config, Runtime, Timer, clock, spawn};

pub const CHECKS: &[Check] = &[
    check!(the_place_is_where_they_differ => "level and slot follow from the highest group of six bits in which hand and deadline differ"),
    check!(never_early_never_late => "a timer fires at its tick, neither before nor after, however far away it is"),
    check!(a_few_at_a_time => "timers that are due leave a few at a time; the others can still be cancelled or moved"),
    check!(as_a_sorted_map_would => "random operations have the same results as with a sorted map: `next_deadline` is exact, and equal deadlines leave in order"),
    check!(a_cancelled_timer_leaves_nothing => "a cancelled timer is gone, and takes no room"),
    check!(tasks_wake_in_time => "tasks on this engine wake at their deadlines, in order"),
];

/// The first tick that no level reaches.
const FAR: u64 = 1 << 36;

/// A wheel that nothing records.
fn new<T>() -> Wheel<T> {
    Wheel::new(Arc::default())
}

/// The level and slot of a new timer, as the wheel's event says.
fn place(hand: u64, deadline: u64) -> Option<(u8, u8)> {
    let (told, remote) = (Events::default(), Arc::<RemoteEvents>::default());
    let no_times = Box::new(Default::default); // the order of events is enough here
    event::swap_recorder(Some(Recorder::new(Box::new(told.clone()), no_times, remote.clone())));
    let mut wheel = Wheel::new(remote);
    wheel.advance(hand);
    wheel.insert(deadline, ());
    event::flush();
    event::swap_recorder(None);
    let added = told.pick(|event| match event {
        Event::TimerAdd { level, slot, .. } => Some((*level, *slot)),
        _ => None,
    });
    added.first().copied()
}

/// What a wheel lets go when its hand moves to `now`.
fn due<T>(wheel: &mut Wheel<T>, now: u64) -> Vec<T> {
    wheel.advance(now);
    taken(wheel, usize::MAX)
}

/// The next timers that leave, of those that are due.
fn taken<T>(wheel: &mut Wheel<T>, most: usize) -> Vec<T> {
    let mut taken = Vec::new();
    wheel.take_due(most, |value| taken.push(value));
    taken
}

/// A wheel with timers of these deadlines, each its own value.
fn wheel(deadlines: &[u64]) -> (Wheel<u64>, Vec<TimerKey>) {
    let mut wheel = new();
    let keys = deadlines.iter().map(|deadline| wheel.insert(*deadline, *deadline)).collect();
    (wheel, keys)
}

fn the_place_is_where_they_differ() {
    let places = [
        // Hand, deadline; level, slot.
        ((0, 1), (0, 1)),
        ((0, 64), (1, 1)),
        ((0, 2_000), (1, 31)),
        ((63, 64), (1, 1)),
        ((100, 101), (0, 37)),
        ((4_095, 4_096), (2, 1)),
        ((0, 63 << 30), (5, 63)),
        ((FAR - 1, FAR), (6, 0)),
        ((0, u64::MAX), (6, 0)),
    ];
    for ((hand, deadline), expected) in places {
        assert_eq!(place(hand, deadline), Some(expected), "level and slot of {deadline} at {hand}");
    }
}

fn never_early_never_late() {
    for level in 0..=10 {
        for slot in [1, 2, 31, 63, 64_u64] {
            for off in [-1, 0, 1] {
                let first = slot.saturating_mul(1 << (6 * level));
                let deadline = first.saturating_add_signed(off).max(1);
                let (mut wheel, _) = wheel(&[deadline]);
                assert_eq!(due(&mut wheel, deadline - 1), [], "fired before tick {deadline}");
                assert_eq!(due(&mut wheel, deadline), [deadline], "fired at tick {deadline}");
            }
        }
    }
}

fn a_few_at_a_time() {
    let (mut wheel, keys) = wheel(&[70, 71, 72, 5_000, 73, 74]);
    wheel.advance(100);
    assert_eq!(taken(&mut wheel, 2), [70, 71], "two of the five that are due at tick 100");
    assert!(wheel.has_due(), "three of five are left, and nothing is due");
    let left = (wheel.len(), wheel.next_deadline(), wheel.next_look());
    assert_eq!(
        left,
        (4, Some(100), Some(100)),
        "how many wait, and the next deadline, while some are due now"
    );
    assert_eq!(wheel.cancel(keys[2]), Some(72), "a timer that is due, and is cancelled");
    wheel.move_to(keys[4], 200);
    assert_eq!(taken(&mut wheel, 2), [74], "the one that was neither cancelled nor moved");
    assert_eq!(wheel.next_deadline(), Some(200), "the next one is the one that was moved");
    assert_eq!(due(&mut wheel, 200), [73], "fired at tick 200");
}

/// What the wheel should do, without any cleverness.
#[derive(Default)]
struct Model {
    hand: u64,
    /// Deadline and order of insertion. The order is the value too.
    timers: BTreeSet<(u64, u64)>,
}

impl Model {
    fn take_due(&mut self, most: usize) -> Vec<u64> {
        let due = self.timers.iter().take_while(|(deadline, _)| *deadline <= self.hand);
        let due: Vec<_> = due.take(most).copied().collect();
        due.iter().for_each(|timer| assert!(self.timers.remove(timer)));
        due.into_iter().map(|(_, order)| order).collect()
    }

    /// The present, if timers are due.
    fn next_deadline(&self) -> Option<u64> {
        self.timers.first().map(|(deadline, _)| (*deadline).max(self.hand))
    }
}

/// One operation. Ticks are counted from the hand; `which` picks among all timers there ever were.
#[derive(Clone, Debug)]
enum Op {
    Insert { ahead: u64 },
    Cancel { which: usize },
    Advance { by: u64 },
    AdvanceToNext,
    TakeDue { most: usize },
}

/// With numbers of `most` bits at most.
fn op(most: u32) -> impl Strategy<Value = Op> {
    // Any number of bits is as likely as any other, and fewer bits are a smaller case.
    let ahead = move || Union::new((0..most).map(|bits| (1 << bits)..(2_u64 << bits)));
    prop_oneof![
        5 => ahead().prop_map(|ahead| Op::Insert { ahead }),
        2 => (0..40_usize).prop_map(|which| Op::Cancel { which }),
        2 => ahead().prop_map(|by| Op::Advance { by }),
        2 => Just(Op::AdvanceToNext),
        2 => (1..4_usize).prop_map(|most| Op::TakeDue { most }),
    ]
}

/// Plays the operations on both. A key whose timer has fired or was cancelled must find nothing.
fn play(ops: &[Op]) {
    let (mut wheel, mut model) = (new(), Model::default());
    let mut timers: Vec<(TimerKey, u64, u64)> = Vec::new();
    for (order, op) in (0..).zip(ops) {
        match *op {
            Op::Insert { ahead } => {
                let deadline = model.hand + ahead;
                timers.push((wheel.insert(deadline, order), deadline, order));
                model.timers.insert((deadline, order));
            }
            Op::Cancel { which } if !timers.is_empty() => {
                // Its owner forgets the key.
                let (key, deadline, order) = timers.swap_remove(which % timers.len());
                let expected = model.timers.remove(&(deadline, order)).then_some(order);
                assert_eq!(wheel.cancel(key), expected, "cancelled: a timer due at {deadline}");
            }
            Op::Advance { by } => {
                model.hand += by;
                wheel.advance(model.hand);
            }
            Op::AdvanceToNext => {
                let Some(next) = wheel.next_deadline() else { continue };
                model.hand = next;
                wheel.advance(next);
            }
            Op::TakeDue { most } => {
                let now = model.hand;
                let right = model.take_due(most);
                assert_eq!(taken(&mut wheel, most), right, "fired at tick {now}");
            }
            Op::Cancel { .. } => {}
        }
        let look = wheel.next_look();
        assert_eq!(wheel.next_deadline(), model.next_deadline(), "the smallest deadline");
        assert!(
            look.is_some() == !model.timers.is_empty() && look <= model.next_deadline(),
            "the thread looks at {look:?}"
        );
        assert_eq!(wheel.len(), model.timers.len(), "how many timers wait");
    }
    assert_eq!(wheel.drain().count(), model.timers.len(), "how many are left at the end");
}

fn as_a_sorted_map_would() {
    // Most faults show with small numbers, on two levels. These are easier to follow by hand.
    property(300, &vec(op(8), 1..40), |ops| play(&ops));
    property(500, &vec(op(40), 1..40), |ops| play(&ops));
}

fn a_cancelled_timer_leaves_nothing() {
    // A server: each request has a timeout of 30 seconds, and is done a millisecond later.
    let mut wheel = new();
    for now in 0..2_000 {
        wheel.advance(now);
        let keys = [0, 1, 2].map(|more| wheel.insert(now + 30_000 + more, now));
        for key in keys {
            assert_eq!(wheel.cancel(key), Some(now), "the value of a timer that is cancelled");
            assert!(wheel.cancel(key).is_none(), "it was cancelled before, and once more");
        }
        assert_eq!((wheel.len(), wheel.next_deadline()), (0, None), "all were cancelled");
        let room = wheel.capacity();
        assert!(room <= 100, "room for {room} timers is kept, and never more than 3 waited");
    }
}

fn tasks_wake_in_time() {
    let log = Log::new();
    let shared = log.clone();
    let config = Config { start_paused: true, ..Config::default() };
    Runtime::with(config).expect("a runtime").block_on(async move {
        let begin = clock::now();
        let tasks = [2_000, 65, 300_000, 64, 4_500, 1, 90_000_000, 2_000, 63].map(|millis| {
            let (log, mut timer) =
                (shared.clone(), Timer::new(begin + Duration::from_millis(millis)));
            spawn(async move {
                poll_fn(|cx| timer.poll(cx)).await;
                log.add(format!("{millis} at {}", (clock::now() - begin).as_millis()));
            })
        });
        for task in tasks {
            task.await.expect("it ends");
        }
    });
    let right = [1, 63, 64, 65, 2_000, 2_000, 4_500, 300_000, 90_000_000];
    let right = right.map(|millis| format!("{millis} at {millis}"));
    assert_eq!(log.lines(), right, "which timers their tasks waited for, and when those ran (ms)");
}
