//! What the answer of `timer-wheel` must do.

use std::collections::BTreeSet;
use std::future::poll_fn;
use std::sync::Arc;
use std::time::{Duration, Instant};

use kettle_judge::count::{Events, Log};
use kettle_judge::proptest::collection::vec;
use kettle_judge::proptest::prelude::{Just, Strategy};
use kettle_judge::proptest::prop_oneof;
use kettle_judge::proptest::strategy::Union;
use kettle_judge::{Check, check, cost, expect, no_panic, property};

use crate::event::{self, Event, Recorder, RemoteEvents};
use crate::time::wheel::{TimerKey, Wheel};
use crate::{Config, JoinHandle, Runtime, Timer, clock, spawn};

pub const CHECKS: &[Check] = &[
    check!(the_place_is_where_they_differ => "level and slot follow from the highest six bits in which hand and deadline differ"),
    check!(never_early_never_late => "a timer fires at its tick: not before, not after, however far"),
    check!(equal_deadlines => "equal deadlines leave in the order in which they came"),
    check!(the_next_deadline_is_exact => "`next_deadline` is the smallest deadline, after cancels too; `next_look` is no later, nor of an empty slot"),
    check!(a_few_at_a_time => "timers that are due leave a few at a time; the others can still be cancelled or moved"),
    check!(as_a_sorted_map_would => "random operations have the same results as with a sorted map"),
    check!(a_cancelled_timer_leaves_nothing => "a cancelled timer is gone: it takes no room, and never moves"),
    check!(a_cancel_among_many => "cancelling or moving a timer costs the same among few and among many in its slot"),
    check!(only_downwards => "on its way to the hand a timer moves at most once per level"),
    check!(tasks_wake_in_time => "tasks on this engine wake at their deadlines, in their order"),
];

/// The first tick that no level reaches.
const FAR: u64 = 1 << 36;

fn run<F: Future>(future: F) -> F::Output {
    let config = Config { start_paused: true, ..Config::default() };
    Runtime::with(config).expect("a runtime").block_on(future)
}

/// A wheel that nothing records.
fn new<T>() -> Wheel<T> {
    Wheel::new(Arc::default())
}

/// What is told while `f` uses a wheel.
fn told(f: impl FnOnce(&mut Wheel<u64>)) -> Vec<Event> {
    let (told, events) = (Events::default(), Arc::<RemoteEvents>::default());
    let no_times = Box::new(Default::default); // the order of events is enough here
    let recorder = Recorder::new(Box::new(told.clone()), no_times, events.clone());
    event::install(Some(recorder));
    f(&mut Wheel::new(events));
    event::flush();
    event::install(None);
    told.pick(|event| Some(*event))
}

/// What a wheel lets go when its hand moves to `now`.
fn due<T>(wheel: &mut Wheel<T>, now: u64) -> Vec<T> {
    wheel.advance(now);
    let due = taken(wheel, usize::MAX);
    assert!(!wheel.has_due(), "all have left, and timers are due");
    due
}

/// The next timers that leave, of those that are due.
fn taken<T>(wheel: &mut Wheel<T>, most: usize) -> Vec<T> {
    let mut taken = Vec::new();
    wheel.take_due(most, |value| taken.push(value));
    taken
}

/// A wheel whose hand is at `elapsed`, with these deadlines, each its own value.
fn wheel(elapsed: u64, deadlines: &[u64]) -> (Wheel<u64>, Vec<TimerKey>) {
    let mut wheel = new();
    wheel.advance(elapsed);
    let keys = deadlines.iter().map(|deadline| wheel.insert(*deadline, *deadline)).collect();
    (wheel, keys)
}

fn the_place_is_where_they_differ() {
    let places = [
        // Hand, deadline; level, slot.
        ((0, 1), (0, 1)),
        ((0, 63), (0, 63)),
        ((0, 64), (1, 1)),
        ((0, 2_000), (1, 31)),
        ((63, 64), (1, 1)),
        ((100, 101), (0, 37)),
        ((2_000, 2_047), (0, 63)),
        ((4_095, 4_096), (2, 1)),
        ((0, 63 << 30), (5, 63)),
        ((0, FAR), (6, 0)),
        ((FAR - 1, FAR), (6, 0)),
        ((FAR, FAR + 1), (0, 1)),
        ((0, u64::MAX), (6, 0)),
        ((0, (1 << 60) + 5), (6, 0)),
    ];
    for ((hand, deadline), place) in places {
        let told = told(|wheel| {
            wheel.advance(hand);
            wheel.insert(deadline, 0);
        });
        let told = told.iter().find_map(|event| match event {
            Event::TimerAdd { level, slot, .. } => Some((*level, *slot)),
            _ => None,
        });
        assert_eq!(told, Some(place), "level and slot of deadline {deadline}, the hand at {hand}");
    }
}

fn never_early_never_late() {
    for level in 0..=10 {
        for slot in [1, 2, 31, 63, 64_u64] {
            for off in [-1, 0, 1] {
                let first = slot.saturating_mul(1 << (6 * level));
                let deadline = first.saturating_add_signed(off).max(1);
                let (mut wheel, _) = wheel(0, &[deadline]);
                assert_eq!(due(&mut wheel, deadline - 1), [], "fired before tick {deadline}");
                assert_eq!(due(&mut wheel, deadline), [deadline], "fired at tick {deadline}");
            }
        }
    }
    // Several in one slot of each level, and in one leap of the hand.
    for level in 1..=6 {
        let first = 5 << (6 * level);
        let deadlines = [first, first + 1, first + 17, first + 63];
        let (mut in_steps, _) = wheel(0, &deadlines);
        for deadline in deadlines {
            assert_eq!(due(&mut in_steps, deadline - 1), [], "fired before tick {deadline}");
            assert_eq!(due(&mut in_steps, deadline), [deadline], "fired at tick {deadline}");
        }
        let (mut at_once, _) = wheel(0, &deadlines);
        assert_eq!(due(&mut at_once, 64 << (6 * level)), deadlines, "fired in one leap, in order");
    }
    let (mut end_of_time, _) = wheel(7, &[u64::MAX, u64::MAX - 1]);
    assert_eq!(due(&mut end_of_time, u64::MAX - 2), [], "fired before the last ticks");
    assert_eq!(due(&mut end_of_time, u64::MAX), [u64::MAX - 1, u64::MAX], "the last ticks of all");
}

fn equal_deadlines() {
    let mut wheel = new();
    wheel.insert(5_000, "first, while it is far");
    assert!(due(&mut wheel, 4_990).is_empty(), "fired before tick 5,000");
    wheel.insert(5_000, "second, while it is near");
    wheel.insert(4_999, "an earlier one");
    let expected = ["an earlier one", "first, while it is far", "second, while it is near"];
    assert_eq!(due(&mut wheel, 6_000), expected, "fired up to tick 6,000");
    // Some of ten are cancelled, and one is moved: it comes last.
    for deadline in [70, 7_000, FAR + 7] {
        let what = "timers 0 to 9 come in this order, with one deadline. 0, 5, 9 and 7 are cancelled, and 4 is moved to the \
                    same deadline. What fires (an `invalid key` is a timer that is gone, and still in a list)";
        let left = no_panic(what, || {
            let mut wheel = new();
            let mut keys: Vec<_> = (0..10).map(|number| wheel.insert(deadline, number)).collect();
            let _ = [0, 5, 9, 7].map(|gone| wheel.cancel(keys[gone]));
            keys[4] = wheel.move_to(keys[4], deadline);
            due(&mut wheel, deadline)
        });
        assert_eq!(left, [1, 2, 3, 6, 8, 4], "{what}");
    }
}

fn the_next_deadline_is_exact() {
    let mut deadlines = vec![FAR + 3, FAR + 2, (3 << 30) + 5, 3 << 30, 300_001, 300_000, 2_000, 65];
    let (mut wheel, mut keys) = wheel(3, &deadlines);
    // The smallest is cancelled, then the next one.
    while let (Some(smallest), Some(key)) = (deadlines.pop(), keys.pop()) {
        assert_eq!(wheel.next_deadline(), Some(smallest), "the smallest deadline");
        let look = wheel.next_look().expect("a timer waits");
        assert!(look <= smallest, "{smallest} is due, and the thread sleeps until {look}");
        assert_eq!(wheel.cancel(key), Some(smallest), "the value of a timer that is cancelled");
    }
    assert_eq!((wheel.next_deadline(), wheel.next_look()), (None, None), "of an empty wheel");
    one_that_was_far();
    // One that has left its slot empty is forgotten there.
    for later in [5_001, 5_000, FAR + 9] {
        let key = wheel.insert(later - 1, 0);
        wheel.cancel(key);
        let key = wheel.insert(later, later);
        let look = wheel.next_look();
        assert_eq!(look, Some(later), "`next_look`, when one of a tick earlier was cancelled");
        wheel.cancel(key);
    }
}

/// The hand comes into the span of a timer that was past the last level, long before its deadline.
fn one_that_was_far() {
    let (first, second) = (FAR + (5 << 30), FAR + (5 << 30) + 9);
    let (mut wheel, keys) = wheel(0, &[first]);
    wheel.advance(FAR + 1);
    let later = wheel.insert(second, second);
    let next = wheel.next_deadline();
    assert_eq!(
        next,
        Some(first),
        "the smallest deadline, with the hand at 2^36 + 1. The timer of that deadline came when the hand was at 0, another \
         one of the same slot after it. (The list past the last level begins where the highest bits of its earliest timer \
         do: from 2^36 on a timer of that span belongs to a level.)"
    );
    for (key, deadline) in [(keys[0], first), (later, second)] {
        assert_eq!(wheel.cancel(key), Some(deadline), "the value of a timer that is cancelled");
    }
    assert_eq!((wheel.next_deadline(), wheel.next_look()), (None, None), "of an empty wheel");
}

fn a_few_at_a_time() {
    let (mut wheel, keys) = wheel(0, &[70, 71, 72, 5_000, 73, 74]);
    wheel.advance(100);
    assert_eq!(taken(&mut wheel, 2), [70, 71], "two of the five that are due at tick 100");
    assert!(wheel.has_due(), "three of five are left, and nothing is due");
    let left = (wheel.len(), wheel.next_deadline(), wheel.next_look());
    assert_eq!(left, (4, Some(100), Some(100)), "how many wait, and for when: some are due now");
    assert_eq!(wheel.cancel(keys[2]), Some(72), "a timer that is due, and is cancelled");
    let moved = wheel.move_to(keys[4], 200);
    assert_eq!(taken(&mut wheel, 2), [74], "the one that was neither cancelled nor moved");
    assert!(!wheel.has_due(), "no timer is due any more, and the wheel says so");
    assert_eq!(wheel.next_deadline(), Some(200), "the next one is the one that was moved");
    assert_eq!(due(&mut wheel, 200), [73], "fired at tick 200");
    assert_eq!(wheel.get_mut(moved), None, "what the key of a timer that has fired finds");
    assert_eq!(due(&mut wheel, 5_000), [5_000], "fired at tick 5,000");
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
    Move { which: usize, ahead: u64 },
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
        1 => (0..40_usize, ahead()).prop_map(|(which, ahead)| Op::Move { which, ahead }),
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
            Op::Move { which, ahead } if !timers.is_empty() => {
                let which = which % timers.len();
                let (key, before, old) = timers[which];
                let waits = model.timers.remove(&(before, old));
                assert_eq!(wheel.get_mut(key).is_some(), waits, "found: a timer due at {before}");
                if waits {
                    let deadline = model.hand + ahead;
                    let key = wheel.move_to(key, deadline);
                    *wheel.get_mut(key).expect("it was moved ahead of the hand") = order;
                    model.timers.insert((deadline, order));
                    timers[which] = (key, deadline, order);
                }
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
            Op::Cancel { .. } | Op::Move { .. } => {}
        }
        let look = wheel.next_look();
        assert_eq!(wheel.next_deadline(), model.next_deadline(), "the smallest deadline");
        assert!(
            look.is_some() == !model.timers.is_empty() && look <= model.next_deadline(),
            "the thread looks at {look:?}"
        );
        assert_eq!(wheel.len(), model.timers.len(), "how many timers wait");
    }
    let mut rest: Vec<u64> = wheel.drain().collect();
    rest.sort_unstable();
    let mut expected: Vec<u64> = model.timers.iter().map(|(_, order)| *order).collect();
    expected.sort_unstable();
    assert_eq!(rest, expected, "what is left at the end");
}

fn as_a_sorted_map_would() {
    // Most faults show with small numbers, on two levels. These are easier to follow by hand.
    property(300, &vec(op(8), 1..40), |ops| play(&ops));
    property(500, &vec(op(40), 1..40), |ops| play(&ops));
}

fn a_cancelled_timer_leaves_nothing() {
    // A server: each request has a timeout of 30 seconds, and is done a millisecond later.
    let told = told(|wheel| {
        for now in 0..2_000 {
            wheel.advance(now);
            let keys = [0, 1, 2].map(|more| wheel.insert(now + 30_000 + more, now));
            for key in keys {
                assert_eq!(wheel.cancel(key), Some(now), "the value of a timer that is cancelled");
                assert!(wheel.get_mut(key).is_none(), "a cancelled timer is found");
                assert!(wheel.cancel(key).is_none(), "it was cancelled before, and once more");
            }
            assert_eq!((wheel.len(), wheel.next_deadline()), (0, None), "all were cancelled");
            let room = wheel.capacity();
            assert!(room <= 100, "room for {room} timers is kept, and never more than 3 waited");
        }
    });
    let moves = told.iter().filter(|event| matches!(event, Event::TimerCascade { .. })).count();
    assert_eq!(moves, 0, "cascades, when no timer waits until the hand comes near it");
}

fn only_downwards() {
    // A timer on each level below the last, and many on the third.
    let mut deadlines: Vec<u64> = (0..200).map(|number| 5_000 + 300 * number).collect();
    deadlines.extend([1, 70, 70_000, 20_000_000, 2_000_000_000]);
    let count = deadlines.len();
    let told = told(|wheel| {
        for deadline in &deadlines {
            wheel.insert(*deadline, *deadline);
        }
        // In small steps, so that each slot is entered by itself.
        for now in 0..70_000 {
            wheel.advance(now);
        }
        while let Some(next) = wheel.next_deadline() {
            wheel.advance(next);
            wheel.take_due(usize::MAX, drop);
        }
    });
    let mut moves = 0;
    for event in told {
        if let Event::TimerCascade { level, slot, moved } = event {
            let what = format!("timers `moved` to a lower level from level 0, slot {slot}");
            expect(level > 0, &what, moved, "none: what is due is not counted");
            moves += moved;
        }
    }
    // All but two are above level 0 in the beginning; those on level 2 move twice at most.
    assert!(moves > 0, "nothing was moved to a lower level");
    let most = 2 * count + 6;
    assert!(
        moves <= most,
        "how often {count} timers on level 2 or below were moved\n  came:     {moves}\n  expected: {most} at most, once per level. A slot that is entered moves each of its timers to the level of what \
         is left until the deadline, which is a lower one"
    );
    assert_eq!(past_the_last_level(), 2, "{FEW_GO}");
}

const FEW_GO: &str = "how many went to a lower level, by `TimerCascade`, when the hand came to two of \
                      four timers that were past the last level (the other two stay there)";

fn past_the_last_level() -> usize {
    let told = told(|wheel| {
        for deadline in [FAR + 5, FAR + 9, 2 * FAR + 1, 3 * FAR + 1] {
            wheel.insert(deadline, deadline);
        }
        wheel.advance(FAR + 2);
    });
    let moved = told.iter().map(|event| match event {
        Event::TimerCascade { moved, .. } => *moved,
        _ => 0,
    });
    moved.sum()
}

/// What it takes to do this to 500 timers in the middle of their slots, which have `crowd` each.
fn in_the_middle(crowd: usize, action: fn(&mut Wheel<u64>, TimerKey)) -> Duration {
    let some = (crowd / 4).min(500);
    let mut spent = Duration::ZERO;
    for _ in 0..500 / some {
        let (mut wheel, keys) = wheel(0, &vec![5_000; crowd]);
        let begin = Instant::now();
        keys[crowd / 2..][..some].iter().for_each(|key| action(&mut wheel, *key));
        spent += begin.elapsed();
        assert_eq!(wheel.next_deadline(), Some(5_000), "the smallest deadline");
    }
    spent
}

fn a_cancel_among_many() {
    // A search goes past a thousand times as many. A crowd that is too large for the processor's
    // cache costs a few times as much, which is no fault.
    const MOST: u128 = 50;
    let cancel: fn(&mut Wheel<u64>, TimerKey) = |wheel, key| {
        wheel.cancel(key);
    };
    let move_on: fn(&mut Wheel<u64>, TimerKey) = |wheel, key| {
        wheel.move_to(key, 90_000);
    };
    for (what, action) in [("cancel", cancel), ("move", move_on)] {
        let (few, many) = (|| in_the_middle(40, action), || in_the_middle(40_000, action));
        let ratio = cost::ratio(MOST, few, many);
        let what =
            format!("what it takes to {what} a timer among 40,000 of its slot, if 1 is among 40");
        expect(ratio <= MOST, &what, ratio, "about 1; above 50 it looks at the others");
    }
}

fn tasks_wake_in_time() {
    let log = Log::new();
    let shared = log.clone();
    run(async move {
        let begin = clock::now();
        let wait = |millis: u64| {
            let (log, mut timer) =
                (shared.clone(), Timer::new(begin + Duration::from_millis(millis)));
            spawn(async move {
                poll_fn(|cx| timer.poll(cx)).await;
                log.add(format!("{millis} at {}", (clock::now() - begin).as_millis()));
            })
        };
        let tasks = [2_000, 65, 300_000, 64, 4_500, 1, 90_000_000, 2_000, 63].map(wait);
        let given_up = [70, 5_000, 3].map(wait);
        wait(2).await.expect("it ends");
        given_up.iter().for_each(JoinHandle::abort);
        for task in tasks {
            task.await.expect("it ends");
        }
    });
    let right = [1, 2, 63, 64, 65, 2_000, 2_000, 4_500, 300_000, 90_000_000];
    let right = right.map(|millis| format!("{millis} at {millis}"));
    assert_eq!(log.lines(), right, "which timers their tasks waited for, and when those ran (ms)");
}
