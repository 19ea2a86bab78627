//! Which timers are in the wheel, and in which slot?
//!
//! The record of a new timer has its level and slot. When the wheel's hand enters a slot, each
//! timer in it is due or moves to a lower level (a *cascade*). The record of this has the hand's
//! position and how many timers moved, but not where to: [`Slot::of`] computes that as the engine
//! does
//! (`runtime/src/time/wheel.rs`). A due timer stays here until the record of its firing, because it
//! may still be cancelled or moved.
//!
//! Interface: [`Wheel::step`] takes a record, [`Wheel::move_hand_to`] moves the hand to a time.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use kettle_events::{Event, Id, Place, Record};

use super::trouble::Trouble;

/// A timer in the wheel.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Timer {
    /// When it is due, by the runtime's clock.
    pub due: Duration,
    /// Where it is in the wheel.
    pub slot: Slot,
    /// The task that set it, and the line of the program.
    pub(super) task: Option<Id>,
    pub(super) at: Option<Place>,
}

/// One of the wheel's slots.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Slot {
    /// Its level, from 0. Level 6 is above the wheel's own, and has one slot.
    pub level: u8,
    /// Its number in its level, from 0.
    pub number: u8,
}

/// The timer wheel: six levels of 64 slots. Its *hand* is the time up to which it has been turned.
#[derive(Clone, Debug, Default)]
pub(super) struct Wheel {
    pub(super) timers: BTreeMap<Id, Timer>,
    /// The tick that the hand has reached.
    pub(super) hand: u64,
    /// The timers in each slot.
    slots: BTreeMap<Slot, BTreeSet<Id>>,
    /// The timers that the last record has moved to other slots.
    pub(super) moved: Vec<Id>,
    /// The timer that fired last, and the number of that record.
    last_fired: Option<(Id, u64)>,
}

/// How many bits of a deadline select the slot of a level.
const SLOT_BITS: u32 = 6;
const SLOTS: u64 = 1 << SLOT_BITS;
/// The level above the wheel's six: one slot for all timers that are too far off for these.
const OVERFLOW: u8 = 6;

impl Wheel {
    /// What a record of a timer changes.
    pub(super) fn step(&mut self, record: &Record, trouble: &mut Trouble) {
        let (now, task, at) = (record.time, record.task, record.at.place());
        match record.event {
            Event::TimerAdd { timer, due, level, slot: number } => {
                self.put(timer, Timer { due, slot: Slot { level, number }, task, at });
            }
            // A timer that is reset keeps the task that set it.
            Event::TimerMove { timer, due, level, slot: number } => {
                if let Some(moved) = self.take_out(timer, trouble) {
                    self.put(timer, Timer { due, slot: Slot { level, number }, ..moved });
                }
            }
            Event::TimerCascade { level, slot: number, hand, moved } => {
                self.cascade(Slot { level, number }, hand, moved, trouble);
            }
            Event::TimerFire { timer, late } => {
                self.last_fired = Some((timer, record.seq));
                if let Some(Timer { due, .. }) = self.take_out(timer, trouble) {
                    let fits = due + late <= now;
                    trouble.check(fits, || {
                        format!("{timer:?} fires at {now:?}, {late:?} after {due:?}")
                    });
                    // The loop turned the wheel to this time, and has recorded the firing later.
                    self.move_hand_to(due + late);
                }
            }
            Event::TimerCancel { timer } => _ = self.take_out(timer, trouble),
            _ => {}
        }
    }

    /// The record of a timer's firing, if it is the last timer that fired.
    pub(super) fn fired_at(&self, timer: Id) -> Option<u64> {
        self.last_fired.filter(|(last, _)| *last == timer).map(|(_, seq)| seq)
    }

    fn put(&mut self, id: Id, timer: Timer) {
        self.slots.entry(timer.slot).or_default().insert(id);
        self.timers.insert(id, timer);
    }

    fn take_out(&mut self, id: Id, trouble: &mut Trouble) -> Option<Timer> {
        let timer = self.timers.remove(&id);
        trouble.check(timer.is_some(), || format!("{id:?} is not in the wheel"));
        self.slots.get_mut(&timer.as_ref()?.slot)?.remove(&id);
        timer
    }

    /// Moves the hand to this time, unless it is further already.
    pub(super) fn move_hand_to(&mut self, now: Duration) {
        self.hand = self.hand.max(ticks(now));
    }

    /// The hand has entered this slot: its timers move to lower levels, unless they are due.
    fn cascade(&mut self, from: Slot, hand: u64, recorded: usize, trouble: &mut Trouble) {
        self.hand = self.hand.max(hand);
        let mut moved = 0;
        for id in self.slots.get(&from).cloned().unwrap_or_default() {
            let due = ticks(self.timers[&id].due);
            if due > hand
                && let Some(timer) = self.take_out(id, trouble)
            {
                let slot = Slot::of(due, hand);
                self.moved.push(id);
                moved += usize::from(slot != from); // one that is far off stays in the overflow
                self.put(id, Timer { slot, ..timer });
            }
        }
        let fits = moved == recorded;
        trouble.check(fits, || format!("{recorded} timers move on, but {moved} are in that slot"));
    }
}

impl Slot {
    /// The slot of a deadline, seen from the hand. Both times are cut into groups of six bits. The
    /// highest group in which they differ (0 is the lowest) is the level, and the deadline's bits
    /// in it are the slot's number.
    fn of(due: u64, hand: u64) -> Slot {
        let differing_bits = hand ^ due;
        let highest_bit = differing_bits.checked_ilog2().unwrap_or(0);
        let level = u8::try_from(highest_bit / SLOT_BITS).unwrap_or(OVERFLOW);
        if level >= OVERFLOW {
            return Slot { level: OVERFLOW, number: 0 };
        }
        let number = (due >> (SLOT_BITS * u32::from(level))) % SLOTS;
        Slot { level, number: u8::try_from(number).unwrap_or(0) }
    }
}

/// A time in ticks, rounded down. (Deadlines are whole ticks.)
fn ticks(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::Script;

    #[test]
    fn a_timer_gets_the_same_slot_as_in_the_engine() {
        assert_eq!(Slot::of(2_000, 0), Slot { level: 1, number: 31 }); // the engine's example
        assert_eq!(Slot::of(1 << 40, 0), Slot { level: OVERFLOW, number: 0 });
    }

    #[test]
    fn timers_that_are_not_due_move_down_and_impossible_records_are_noticed() {
        let (mut wheel, mut trouble, ms) =
            (Wheel::default(), Trouble::default(), Duration::from_millis);
        let [due, not_due, far_off] = [(); 3].map(|()| Id::next());
        let mut script = Script::new();
        let add = |timer, due| Event::TimerAdd { timer, due: ms(due), level: 1, slot: 31 };
        let cascade = |hand, moved| Event::TimerCascade { level: 1, slot: 31, hand, moved };
        script.write(add(due, 2_000)).write(add(not_due, 2_001));
        script.at(3_000).write(add(far_off, 6_080)); // into the same slot, 64 slots later
        script.write(cascade(2_000, 2));
        script.write(Event::TimerFire { timer: due, late: ms(1_000) });
        script.records.iter().for_each(|record| wheel.step(record, &mut trouble));
        assert_eq!(wheel.timers[&not_due].slot, Slot { level: 0, number: 17 });
        assert_eq!(wheel.hand, 3_000, "where the clock is, not at the deadline");
        let mut contradictions_after = |event| {
            let script = Script::new().at(6_000).write(event).records.clone();
            wheel.step(&script[0], &mut trouble);
            trouble.found.len()
        };
        let cancel = Event::TimerCancel { timer: not_due };
        assert_eq!(contradictions_after(cancel), 0, "it may still be cancelled");
        let fire = Event::TimerFire { timer: far_off, late: ms(0) };
        assert_eq!(contradictions_after(fire), 1, "too early");
        assert_eq!(contradictions_after(cascade(6_000, 1)), 2, "there is none in that slot");
        assert!(wheel.timers.is_empty() && wheel.slots.values().all(BTreeSet::is_empty));
    }
}
