//! Which timers are in the wheel, and in which slot?
//!
//! The record of a new timer has its level and slot. When the wheel's hand enters a slot, each
//! timer in it is due or moves to a lower level. The record of this has the hand's position and how
//! many timers moved, but not where to: [`place`] computes that, by the rule of
//! `runtime/src/time/wheel.rs`. A due timer stays here until the record of its firing, because it
//! may still be cancelled or moved.
//!
//! Interface: [`Wheel::step`] takes a record, [`Wheel::move_hand_to`] moves the hand to a time.

use std::collections::BTreeMap;
use std::time::Duration;

use kettle_events::{Event, Id, Place, Record};

use super::trouble::Trouble;

/// A timer in the wheel.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Timer {
    /// When it is due, by the runtime's clock.
    pub due: Duration,
    /// Its level and slot. `None`: it was there before the first record, and hasn't moved since.
    pub place: Option<(u8, u8)>,
    /// The task that set it, and the line of the program.
    pub(super) task: Option<Id>,
    pub(super) at: Option<Place>,
}

/// The timer wheel: six levels of 64 slots. Its *hand* is the time up to which it has been turned.
#[derive(Clone, Debug, Default)]
pub(super) struct Wheel {
    pub(super) timers: BTreeMap<Id, Timer>,
    /// The tick that the hand has reached.
    pub(super) hand: u64,
    /// The timers by level and slot, and then by number.
    slots: BTreeMap<((u8, u8), u64), Id>,
    /// The timers that the last record has moved to other slots.
    pub(super) moved: Vec<Id>,
    /// The timer that fired last, and the number of that record.
    pub(super) fired: Option<(Id, u64)>,
}

/// How many bits of a deadline select the slot of a level.
const SLOT_BITS: u32 = 6;
const SLOTS: u64 = 64;
/// The level above the wheel's six: one slot for all timers that are too far off for these.
const OVERFLOW: u8 = 6;

impl Wheel {
    /// What a record of a timer changes.
    pub(super) fn step(&mut self, record: &Record, trouble: &mut Trouble) {
        let (now, task, at) = (record.time, record.task, record.at.place());
        match record.event {
            Event::TimerAdd { timer, due, level, slot } => {
                self.put(timer, Timer { due, place: Some((level, slot)), task, at });
            }
            Event::TimerAt { timer, due } if !self.timers.contains_key(&timer) => {
                self.put(timer, Timer { due, place: None, task, at });
            }
            // A timer that is reset keeps the task that set it.
            Event::TimerMove { timer, due, level, slot } => {
                if let Some(was) = self.take_out(timer, trouble) {
                    self.put(timer, Timer { due, place: Some((level, slot)), ..was });
                }
            }
            Event::TimerCascade { level, slot, hand, moved } => {
                self.cascade((level, slot), hand, moved, trouble);
            }
            Event::TimerFire { timer, late } => {
                self.fired = Some((timer, record.seq));
                if let Some(Timer { due, .. }) = self.take_out(timer, trouble) {
                    let fits = due + late <= now;
                    trouble.check(fits, || {
                        format!("{timer:?} fires at {now:?}, {late:?} after {due:?}")
                    });
                    self.move_hand_to(due + late);
                }
            }
            Event::TimerCancel { timer } => _ = self.take_out(timer, trouble),
            _ => {}
        }
    }

    fn put(&mut self, id: Id, timer: Timer) {
        self.slots.extend(timer.place.map(|place| ((place, id.get()), id)));
        self.timers.insert(id, timer);
    }

    fn take_out(&mut self, id: Id, trouble: &mut Trouble) -> Option<Timer> {
        let timer = self.timers.remove(&id);
        trouble.check(timer.is_some(), || format!("{id:?} is not in the wheel"));
        if let Some(place) = timer.as_ref().and_then(|timer| timer.place) {
            self.slots.remove(&(place, id.get()));
        }
        timer
    }

    /// Moves the hand to this time, unless it is further already.
    pub(super) fn move_hand_to(&mut self, now: Duration) {
        self.hand = self.hand.max(ticks(now));
    }

    /// The hand has entered this slot: its timers move to lower levels, unless they are due.
    fn cascade(&mut self, from: (u8, u8), hand: u64, recorded: usize, trouble: &mut Trouble) {
        self.hand = self.hand.max(hand);
        let mut moved = 0;
        let slot = (from, 0)..=(from, u64::MAX);
        let found: Vec<Id> = self.slots.range(slot).map(|(_, id)| *id).collect();
        for id in found {
            let due = ticks(self.timers[&id].due);
            if due > hand
                && let Some(timer) = self.take_out(id, trouble)
            {
                let to = place(hand, due);
                self.moved.push(id);
                moved += usize::from(to != from);
                self.put(id, Timer { place: Some(to), ..timer });
            }
        }
        let fits = moved == recorded || self.timers.values().any(|timer| timer.place.is_none());
        trouble.check(fits, || format!("{recorded} timers move on, but {moved} are in that slot"));
    }
}

/// A time in ticks, rounded down. (Deadlines are whole ticks.)
fn ticks(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

/// Level and slot of a deadline, seen from the hand.
fn place(hand: u64, due: u64) -> (u8, u8) {
    // The highest bit in which the two times differ decides the level.
    let differs = (hand ^ due).checked_ilog2().unwrap_or(0);
    let level = u8::try_from(differs / SLOT_BITS).unwrap_or(OVERFLOW);
    if level >= OVERFLOW {
        return (OVERFLOW, 0);
    }
    let slot = (due >> (SLOT_BITS * u32::from(level))) % SLOTS;
    (level, u8::try_from(slot).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::Script;

    #[test]
    fn a_timer_gets_the_same_place_as_in_the_engine() {
        assert_eq!(place(0, 2_000), (1, 31)); // the example at the head of `wheel.rs`
        assert_eq!(place(1_984, 2_000), (0, 16));
        assert_eq!(place(0, 2), (0, 2));
        assert_eq!(place(0, 1 << 40), (OVERFLOW, 0));
    }

    #[test]
    fn timers_that_are_not_due_move_down_and_impossible_records_are_noticed() {
        let (mut wheel, mut trouble, ms) =
            (Wheel::default(), Trouble::default(), Duration::from_millis);
        let [due, left, late] = [(); 3].map(|()| Id::next());
        let mut script = Script::new();
        let add = |timer, due| Event::TimerAdd { timer, due: ms(due), level: 1, slot: 31 };
        let cascade = |hand, moved| Event::TimerCascade { level: 1, slot: 31, hand, moved };
        script.write(add(due, 2_000)).write(add(left, 2_001));
        script.at(3_000).write(add(late, 6_080)); // into the same slot, 64 slots later
        script.write(cascade(2_000, 2));
        script.write(Event::TimerFire { timer: due, late: ms(1_000) });
        script.records.iter().for_each(|record| wheel.step(record, &mut trouble));
        assert_eq!(wheel.timers[&left].place, Some((0, 17)));
        assert_eq!(wheel.hand, 3_000, "where the clock is, not at the deadline");
        let mut found = |event| {
            let script = Script::new().at(6_000).write(event).records.clone();
            wheel.step(&script[0], &mut trouble);
            trouble.found.len()
        };
        assert_eq!(found(Event::TimerCancel { timer: left }), 0, "it may still be cancelled");
        assert_eq!(found(Event::TimerFire { timer: late, late: ms(0) }), 1, "too early");
        assert_eq!(found(cascade(6_000, 1)), 2, "there is none in that slot");
        assert_eq!((wheel.timers.len(), wheel.slots.len()), (0, 0));
    }

    #[test]
    fn a_timer_without_a_record_of_its_start_is_in_no_slot_until_it_moves() {
        let (mut wheel, mut trouble, ms) =
            (Wheel::default(), Trouble::default(), Duration::from_millis);
        let (timer, mut script) = (Id::next(), Script::new());
        script.write(Event::TimerAt { timer, due: ms(2_001) });
        script.write(Event::TimerCascade { level: 1, slot: 31, hand: 2_000, moved: 1 });
        script.records.iter().for_each(|record| wheel.step(record, &mut trouble));
        assert_eq!((wheel.timers[&timer].place, &trouble.found), (None, &vec![]));
        script.write(Event::TimerMove { timer, due: ms(3_000), level: 1, slot: 46 });
        wheel.step(&script.records[2], &mut trouble);
        assert_eq!(wheel.timers[&timer].place, Some((1, 46)));
    }
}
