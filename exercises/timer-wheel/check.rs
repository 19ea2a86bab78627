//! What the answer of `timer-wheel` must do.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Instant;

use kettle_judge::count::Events;
use kettle_judge::proptest::collection::vec;
use kettle_judge::proptest::prelude::{Just, Strategy, any, prop_oneof};
use kettle_judge::{Check, check, cost, expect, many, property};

use crate::Id;
use crate::event::{self, Event, Recorder, RemoteEvents};
use crate::time::wheel::{TimerKey, Wheel};

pub const CHECKS: &[Check] = &[
    check!(the_place_is_where_they_differ => "level and slot follow from the highest group of six bits in which hand and deadline differ"),
    check!(never_early_never_late => "a timer fires at its tick, neither before nor after, however far away it is"),
    check!(a_few_at_a_time => "timers that are due leave a few at a time; the others can still be cancelled or moved"),
    check!(as_a_sorted_map_would => "random operations have the same results as with a sorted map: `next_deadline` is exact, and equal deadlines leave in order"),
    check!(a_look_for_each_timer => "the thread looks at the tick of a lone timer, and at no other"),
    check!(a_cancelled_timer_leaves_nothing => "a cancelled timer is gone, and takes no room"),
    check!(as_cheap_among_many => "to cancel a timer, or to ask when to look, takes no longer among many timers"),
    check!(room_comes_back => "after a burst the wheel gives its memory back, unless it is small"),
    check!(events_tell_where_timers_are => "the events say where a timer was put, and whether it moved, fired or was cancelled"),
];

/// The first tick that no level reaches.
const FAR: u64 = 1 << 36;

/// A wheel that nothing records.
fn new<T>() -> Wheel<T> {
    Wheel::new(Arc::default())
}

/// The events of a wheel, in words. A timer is called by its number among those that were put in.
fn told(play: impl FnOnce(&mut Wheel<u64>)) -> Vec<String> {
    let (told, remote) = (Events::default(), Arc::<RemoteEvents>::default());
    let no_times = Box::new(Default::default); // the order of events is enough here
    event::swap_recorder(Some(Recorder::new(Box::new(told.clone()), no_times, remote.clone())));
    play(&mut Wheel::new(remote));
    event::flush();
    event::swap_recorder(None);
    let added = told.pick(|event| match event {
        Event::TimerAdd { timer, .. } => Some(*timer),
        _ => None,
    });
    let number = |timer: &Id| added.iter().position(|one| one == timer).expect("it was put in");
    told.pick(|event| {
        Some(match event {
            Event::TimerAdd { timer, due, level, slot } => {
                format!("{}, due at {}, put into {level}/{slot}", number(timer), due.as_millis())
            }
            Event::TimerMove { timer, due, level, slot } => {
                format!("{}, due at {}, moved to {level}/{slot}", number(timer), due.as_millis())
            }
            Event::TimerFire { timer, late } => {
                format!("{} fired, {} ticks late", number(timer), late.as_millis())
            }
            Event::TimerCancel { timer } => format!("{} cancelled", number(timer)),
            Event::TimerCascade { level, slot, hand, moved } => {
                format!("{moved} moved down from {level}/{slot}, with the hand at {hand}")
            }
            _ => return None,
        })
    })
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
        ((0, 63), (0, 63)),
        ((0, 64), (1, 1)),
        ((0, 2_000), (1, 31)),
        ((63, 64), (1, 1)),
        ((100, 101), (0, 37)),
        ((4_095, 4_096), (2, 1)),
        ((0, 63 << 30), (5, 63)),
        ((FAR - 1, FAR), (6, 0)),
        ((FAR, FAR + 1), (0, 1)),
        ((0, u64::MAX), (6, 0)),
    ];
    for ((hand, deadline), (level, slot)) in places {
        let events = told(|wheel| {
            wheel.advance(hand);
            wheel.insert(deadline, deadline);
        });
        let put = format!("0, due at {deadline}, put into {level}/{slot}");
        assert_eq!(events, [put], "level and slot of timer 0, with the hand at {hand}");
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
                assert!(!wheel.is_past(deadline), "past is {deadline}, with the hand one before");
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
    assert_eq!(wheel.get_mut(keys[4]), Some(&mut 73), "the value of one that is due");
    let moved = wheel.move_to(keys[4], 200);
    assert_eq!(wheel.get_mut(keys[4]), None, "the value by a key that `move_to` has replaced");
    assert_eq!(taken(&mut wheel, 2), [74], "the one that was neither cancelled nor moved");
    assert_eq!(wheel.next_deadline(), Some(200), "the next one is the one that was moved");
    assert_eq!(due(&mut wheel, 200), [73], "fired at tick 200");
    assert_eq!(wheel.cancel(moved), None, "a timer that has fired, and is cancelled");
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
    Move { which: usize, to: u64 },
    Cancel { which: usize },
    Advance { by: u64 },
    AdvanceToNext,
    AdvanceToLook,
    TakeDue { most: usize },
}

/// With numbers of `most` bits at most.
fn op(most: u32) -> impl Strategy<Value = Op> {
    // Any number of bits is as likely as any other, and fewer bits are a smaller case.
    let ahead =
        move || (0..most, any::<u64>()).prop_map(|(bits, low)| (1 << bits) + low % (1 << bits));
    prop_oneof![
        5 => ahead().prop_map(|ahead| Op::Insert { ahead }),
        1 => (0..40_usize, ahead()).prop_map(|(which, to)| Op::Move { which, to }),
        2 => (0..40_usize).prop_map(|which| Op::Cancel { which }),
        1 => ahead().prop_map(|by| Op::Advance { by }),
        1 => Just(Op::AdvanceToNext),
        1 => Just(Op::AdvanceToLook),
        2 => (1..4_usize).prop_map(|most| Op::TakeDue { most }),
    ]
}

/// Plays the operations on both. A key whose timer has fired must find nothing.
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
            Op::Move { which, to } if !timers.is_empty() => {
                let place = which % timers.len();
                let (key, before, value) = timers[place];
                // Unless it has fired. Then it comes after those with the same deadline.
                if model.timers.remove(&(before, value)) {
                    let deadline = model.hand + to;
                    timers[place] = (wheel.move_to(key, deadline), deadline, order);
                    *wheel.get_mut(timers[place].0).expect("it has not fired") = order;
                    model.timers.insert((deadline, order));
                }
            }
            Op::Cancel { which } if !timers.is_empty() => {
                // Its owner forgets the key.
                let (key, deadline, order) = timers.swap_remove(which % timers.len());
                let expected = model.timers.remove(&(deadline, order)).then_some(order);
                let found = wheel.get_mut(key).copied();
                assert_eq!(found, expected, "the value of a timer due at {deadline}");
                assert_eq!(wheel.cancel(key), expected, "cancelled: a timer due at {deadline}");
            }
            Op::Advance { by } => model.hand += by,
            Op::AdvanceToNext => model.hand = wheel.next_deadline().unwrap_or(model.hand),
            Op::AdvanceToLook => model.hand = wheel.next_look().unwrap_or(model.hand),
            Op::TakeDue { most } => {
                let now = model.hand;
                let right = model.take_due(most);
                assert_eq!(taken(&mut wheel, most), right, "fired at tick {now}");
            }
            Op::Move { .. } | Op::Cancel { .. } => {}
        }
        wheel.advance(model.hand);
        agree(&mut wheel, &model);
    }
    let mut left: Vec<u64> = wheel.drain().collect();
    left.sort_unstable();
    let mut right: Vec<u64> = model.timers.iter().map(|(_, order)| *order).collect();
    right.sort_unstable();
    assert_eq!(left, right, "what `drain` takes out at the end");
    model.timers.clear();
    agree(&mut wheel, &model);
}

/// What can be seen of both is the same.
fn agree(wheel: &mut Wheel<u64>, model: &Model) {
    let (hand, next, look) = (model.hand, model.next_deadline(), wheel.next_look());
    let past = [wheel.is_past(hand), wheel.is_past(hand + 1)];
    assert_eq!(past, [true, false], "are ticks {hand} and {} past?", hand + 1);
    assert_eq!(wheel.next_deadline(), next, "the smallest deadline");
    assert_eq!(wheel.has_due(), next == Some(hand), "are timers due at tick {hand}?");
    assert!(
        look.is_some() == next.is_some() && look <= next && (look > Some(hand) || look == next),
        "the thread looks at {look:?}, with the hand at {hand} and {next:?} the smallest deadline"
    );
    assert_eq!(wheel.len(), model.timers.len(), "how many timers wait");
    assert_eq!(wheel.is_empty(), model.timers.is_empty(), "does no timer wait?");
}

fn as_a_sorted_map_would() {
    // Most faults show with small numbers, on two levels. These are easier to follow by hand.
    property(300, &vec(op(8), 1..40), |ops| play(&ops));
    property(1_000, &vec(op(40), 1..40), |ops| play(&ops));
}

fn a_look_for_each_timer() {
    let (mut wheel, keys) = wheel(&[2_000]);
    assert_eq!(wheel.next_look(), Some(2_000), "where the thread looks, for a timer at 2,000");
    wheel.cancel(keys[0]);
    assert_eq!(wheel.next_look(), None, "where it looks, when that was cancelled");
    wheel.insert(2_010, 2_010);
    assert_eq!(wheel.next_look(), Some(2_010), "where it looks, for another at 2,010");
    let are_first = [2_009, 2_010].map(|deadline| wheel.is_first(deadline));
    assert_eq!(are_first, [true, false], "would timers at 2,009 and 2,010 be the first?");
}

fn a_cancelled_timer_leaves_nothing() {
    // A server: each request has a timeout of 30 seconds, and is done a millisecond later.
    let mut wheel = new();
    for now in 0..many(2_000).into() {
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
    // Both were put past the last level, and the hand has come into their span since.
    let far = FAR + (5 << 30);
    let mut wheel = new();
    let keys = [far, far + 9].map(|tick| wheel.insert(tick, tick));
    wheel.advance(FAR + 1);
    wheel.insert(far + 8, far + 8);
    assert_eq!(wheel.cancel(keys[0]), Some(far), "the value of a far timer that is cancelled");
    assert_eq!(due(&mut wheel, far + 9), [far + 8, far + 9], "fired at tick {}", far + 9);
}

fn as_cheap_among_many() {
    costs_the_same("a cancel", |wheel, key| _ = wheel.cancel(key));
    costs_the_same("`next_look`", |wheel, _| _ = wheel.next_look());
}

fn costs_the_same(what: &str, ask: fn(&mut Wheel<u64>, TimerKey)) {
    // A search goes past a thousand times as many.
    const MOST: u128 = 50;
    let asks = |crowd: usize| {
        // All are in one slot.
        let (mut wheel, keys) = wheel(&vec![1 << 32; crowd]);
        let begin = Instant::now();
        keys[crowd / 2..][..20].iter().for_each(|key| ask(&mut wheel, *key));
        begin.elapsed()
    };
    let crowd = many(40_000) as usize;
    let ratio = cost::ratio(MOST, || asks(40), || asks(crowd));
    let what = format!("the time of {what} among {crowd} timers, if among 40 it is 1");
    expect(ratio <= MOST, &what, ratio, "about 1; above 50 it looks at the others");
}

fn room_comes_back() {
    let burst: Vec<u64> = (1..=many(100_000).into()).collect();
    let ends: [(&str, fn(&mut Wheel<u64>, Vec<TimerKey>)); 3] = [
        ("fired", |wheel, _| _ = due(wheel, u64::MAX)),
        ("were cancelled", |wheel, keys| keys.iter().for_each(|key| _ = wheel.cancel(*key))),
        ("were drained", |wheel, _| wheel.drain().for_each(drop)),
    ];
    for (how, end) in ends {
        let (mut wheel, keys) = wheel(&burst);
        end(&mut wheel, keys);
        let what = format!("room that is left after {} timers {how}", burst.len());
        let room = wheel.capacity();
        expect(room <= 100, &what, room, "at most 100");
    }
    let (mut wheel, keys) = wheel(&[10]);
    wheel.cancel(keys[0]);
    let what = "room that is left after one timer, for the next one";
    expect(wheel.capacity() > 0, what, wheel.capacity(), "a little");
}

fn events_tell_where_timers_are() {
    let events = told(|wheel| {
        let keys = [70, 130, 4_200, FAR + 5, 2 * FAR].map(|tick| wheel.insert(tick, tick));
        wheel.cancel(keys[1]);
        wheel.move_to(keys[0], 4_100);
        due(wheel, 4_150);
        due(wheel, FAR + 2);
        wheel.drain().for_each(drop);
    });
    let right = [
        "0, due at 70, put into 1/1",
        "1, due at 130, put into 1/2",
        "2, due at 4200, put into 2/1",
        "3, due at 68719476741, put into 6/0",
        "4, due at 137438953472, put into 6/0",
        "1 cancelled",
        "0, due at 4100, moved to 2/1",
        "1 moved down from 2/1, with the hand at 4100",
        "0 fired, 50 ticks late",
        "1 moved down from 6/0, with the hand at 68719476738",
        "2 fired, 68719472538 ticks late",
        "3 cancelled",
        "4 cancelled",
    ];
    assert_eq!(events, right, "what the events say of five timers");
}
