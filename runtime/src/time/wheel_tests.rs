//! What the wheel's parts promise one by one. `tests/models/tests/wheel.rs` compares the whole with
//! a model, under any order of operations.

use std::sync::atomic::{AtomicUsize, Ordering};

use kettle_events::{Record, Recorder, Sink};

use super::*;

impl<T> Wheel<T> {
    /// How many entries and lists `f` looks at.
    fn touches<R>(&mut self, f: impl FnOnce(&mut Self) -> R) -> (R, usize) {
        let before = self.touched;
        let result = f(self);
        (result, self.touched - before)
    }

    /// All that are due at `now`.
    fn due(&mut self, now: u64) -> Vec<T> {
        self.advance(now);
        self.check();
        let due = self.taken(usize::MAX);
        assert!(!self.has_due());
        due
    }

    /// Fires at most `most` due timers.
    fn taken(&mut self, most: usize) -> Vec<T> {
        let mut due = Vec::new();
        self.take_due(most, |value| due.push(value));
        self.check();
        due
    }
}

fn empty<T>() -> Wheel<T> {
    Wheel::new(Arc::default())
}

/// A wheel whose hand is at `elapsed`, with these deadlines, each its own value.
fn wheel(elapsed: u64, deadlines: &[u64]) -> (Wheel<u64>, Vec<TimerKey>) {
    let mut wheel = empty();
    wheel.advance(elapsed);
    let keys = deadlines.iter().map(|deadline| wheel.insert(*deadline, *deadline));
    let keys = keys.collect();
    wheel.check();
    (wheel, keys)
}

#[test]
fn the_place_is_the_highest_group_that_differs() {
    let at = |elapsed, deadline| level_and_slot(list_number(elapsed, deadline));
    assert_eq!(at(0, 1), (0, 1));
    assert_eq!(at(0, 63), (0, 63));
    assert_eq!(at(0, 64), (1, 1));
    assert_eq!(at(0, 2_000), (1, 31));
    // One tick away, and on the last level but one, the last, and beyond it.
    assert_eq!(at((1 << 30) - 1, 1 << 30), (5, 1));
    assert_eq!(at((63 << 30) - 1, 63 << 30), (5, 63));
    assert_eq!(at((1 << 36) - 1, 1 << 36), (6, 0));
    assert_eq!(at(1 << 36, (1 << 36) + 1), (0, 1));
    assert_eq!(at(0, u64::MAX), (6, 0));
}

#[test]
fn a_far_timer_is_placed_anew_when_the_hand_enters_its_span() {
    let (far, deadline) = (1 << 36, (1 << 36) + (5 << 30));
    let (mut wheel, keys) = wheel(0, &[deadline]);
    wheel.advance(far + 1);
    wheel.check();
    wheel.insert(deadline + 9, deadline + 9);
    assert_eq!(wheel.next_deadline(), Some(deadline));
    assert_eq!(wheel.cancel(keys[0]), Some(deadline));
    wheel.check();
    assert_eq!(wheel.due(deadline + 9), [deadline + 9]);
}

#[test]
fn every_boundary_fires_at_its_tick_and_not_before() {
    for level in 0..=6 {
        for slot in [1, 2, 31, 63, 64_u64] {
            for off in [-1, 0, 1] {
                let deadline = (slot << (6 * level)).saturating_add_signed(off).max(1);
                let (mut wheel, _) = wheel(0, &[deadline]);
                assert_eq!(wheel.next_deadline(), Some(deadline));
                assert_eq!(wheel.due(deadline - 1), [], "deadline={deadline}");
                assert_eq!(wheel.next_deadline(), Some(deadline));
                assert_eq!(wheel.due(deadline), [deadline]);
                assert_eq!(wheel.next_deadline(), None);
            }
        }
    }
}

/// Adds up what cascades report.
#[derive(Clone, Default)]
struct Moved(Arc<AtomicUsize>);

impl Sink for Moved {
    fn record(&mut self, records: &[Record]) {
        for record in records {
            if let Event::TimerCascade { moved, .. } = record.event {
                self.0.fetch_add(moved, Ordering::Relaxed);
            }
        }
    }
}

#[test]
fn a_timer_that_stays_past_the_last_level_has_not_moved() {
    let (moved, events) = (Moved::default(), Arc::<RemoteEvents>::default());
    let no_times = Box::new(Default::default); // the model compiles this file without the clock
    let recorder = Recorder::new(Box::new(moved.clone()), no_times, events.clone());
    kettle_events::swap_recorder(Some(recorder));
    let mut wheel = Wheel::new(events);
    let far = 1 << 36;
    for deadline in [far + 5, far + 9, 2 * far + 1, 3 * far + 1] {
        wheel.insert(deadline, deadline);
    }
    wheel.advance(far + 2);
    kettle_events::flush();
    kettle_events::swap_recorder(None);
    assert_eq!(moved.0.load(Ordering::Relaxed), 2, "the first two go down");
}

#[test]
fn at_the_hand_is_past() {
    let (wheel, _) = wheel(100, &[]);
    assert_eq!([99, 100, 101].map(|tick| wheel.is_past(tick)), [true, true, false]);
}

#[test]
fn two_years_with_three_timers_are_a_few_steps() {
    const YEAR: u64 = 365 * 24 * 3600 * 1000;
    let (mut wheel, _) = wheel(12_345, &[20_000, YEAR, 2 * YEAR]);
    let ((), touched) = wheel.touches(|wheel| wheel.advance(2 * YEAR));
    // For each timer it looks at the slot, takes it, and touches the entry, the list of due timers,
    // the entry again, and the timer before it there; but no list between them or on the way down.
    assert_eq!(touched, 3 * 5 + 2);
    assert_eq!(wheel.due(2 * YEAR), [20_000, YEAR, 2 * YEAR]);
}

#[test]
fn a_lone_timer_is_looked_at_once() {
    let (mut wheel, _) = wheel(0, &[2_000]);
    assert_eq!(wheel.next_look(), Some(2_000));
    assert_eq!(wheel.due(2_000), [2_000]);
}

#[test]
fn a_cancelled_first_timer_costs_one_look_and_no_walk() {
    // All in one slot of level 2.
    let deadlines: Vec<u64> = (0..1_000).map(|i| 4_100 + i).collect();
    let (mut wheel, keys) = wheel(0, &deadlines);
    assert_eq!(wheel.touches(Wheel::next_look), (Some(4_100), 1));
    wheel.cancel(keys[0]).unwrap();
    assert_eq!(wheel.next_deadline(), Some(4_101));
    assert_eq!(wheel.touches(Wheel::next_look), (Some(4_100), 1));
    let early = wheel.insert(4_099, 4_099);
    assert_eq!(wheel.touches(Wheel::next_look), (Some(4_099), 1));
    wheel.cancel(early).unwrap();
    // A look that finds nothing due sorts the slot.
    assert_eq!(wheel.due(4_099), []);
    assert_eq!(wheel.next_look(), Some(4_101));
}

#[test]
#[cfg_attr(miri, ignore = "100,000 timers take minutes there")]
fn cancel_touches_as_little_among_many_as_among_few() {
    for many in [3, 100, 100_000] {
        // All are in one list, where a search would show.
        let (mut wheel, keys) = wheel(0, &vec![1 << 32; many]);
        for key in [keys[many / 2], keys[0], keys[many - 1]] {
            let (value, touched) = wheel.touches(|wheel| wheel.cancel(key));
            assert_eq!(value, Some(1 << 32));
            assert!(touched <= 5, "{touched} entries and lists touched among {many}");
        }
        wheel.check();
        assert_eq!(wheel.len(), many - 3);
    }
}

#[test]
fn a_due_timer_can_be_cancelled_or_moved_until_it_fires() {
    let (mut wheel, keys) = wheel(0, &[1, 2, 3, 4]);
    wheel.advance(5);
    assert_eq!(wheel.cancel(keys[0]), Some(1));
    assert_eq!(wheel.get_mut(keys[1]), Some(&mut 2));
    let moved = wheel.move_to(keys[1], 9);
    assert_eq!(wheel.get_mut(keys[1]), None, "its key is void");
    assert_eq!(wheel.taken(1), [3]);
    assert_eq!(wheel.cancel(keys[3]), Some(4));
    wheel.check();
    assert!(!wheel.has_due());
    assert_eq!((wheel.len(), wheel.next_deadline()), (1, Some(9)));
    assert_eq!(wheel.due(9), [2]);
    assert_eq!(wheel.cancel(moved), None);
}

#[test]
fn the_end_of_time_is_a_deadline() {
    let (mut wheel, _) = wheel(0, &[u64::MAX, u64::MAX - 1]);
    assert_eq!(wheel.due(u64::MAX - 2), []);
    assert_eq!(wheel.next_deadline(), Some(u64::MAX - 1));
    assert_eq!(wheel.due(u64::MAX), [u64::MAX - 1, u64::MAX]);
    assert!(wheel.is_past(u64::MAX));
}

#[test]
fn drain_takes_all() {
    let (mut wheel, keys) = wheel(7, &[8, 100, 5_000, 1 << 40]);
    wheel.cancel(keys[1]).unwrap();
    let mut values: Vec<_> = wheel.drain().collect();
    values.sort_unstable();
    assert_eq!(values, [8, 5_000, 1 << 40]);
    wheel.check();
    assert_eq!((wheel.len(), wheel.next_look(), wheel.elapsed()), (0, None, 7));
    assert_eq!(wheel.cancel(keys[0]), None);
}

#[test]
#[cfg_attr(miri, ignore = "a burst takes minutes there")]
fn after_a_burst_the_memory_is_given_back() {
    let burst: Vec<u64> = (1..=100_000).collect();
    let (mut fired, _) = wheel(0, &burst);
    assert!(fired.capacity() >= burst.len());
    assert_eq!(fired.due(100_000).len(), burst.len());
    assert!(fired.capacity() <= KEEP, "capacity={}", fired.capacity());

    let (mut cancelled, keys) = wheel(0, &burst);
    for key in keys {
        assert!(cancelled.cancel(key).is_some());
    }
    assert!(cancelled.capacity() <= KEEP, "capacity={}", cancelled.capacity());

    let (mut drained, _) = wheel(0, &burst);
    assert_eq!(drained.drain().count(), burst.len());
    assert!(drained.capacity() <= KEEP, "capacity={}", drained.capacity());
}

#[test]
fn a_timer_that_comes_and_goes_keeps_its_room() {
    let (mut wheel, keys) = wheel(0, &[10]);
    wheel.cancel(keys[0]).unwrap();
    assert!(wheel.is_empty() && wheel.capacity() > 0);
}

#[test]
#[cfg(debug_assertions)]
#[should_panic(expected = "the hand goes back: now=99 of 100")]
fn the_hand_never_goes_back() {
    let (mut wheel, _) = wheel(100, &[]);
    wheel.advance(99);
}
