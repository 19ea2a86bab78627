//! Which timers are in the wheel, and in which slot?
//!
//! When a timer comes in, its level and slot are told. When the hand enters a slot, its timers go
//! on to lower levels, or are due: of that is told where the hand is then. Where each of them goes
//! follows from hand and deadline (`runtime/src/time/wheel.rs`).
//!
//! A timer that the hand has reached is due. It fires then or in a later phase of the loop, and may
//! be cancelled or moved until it does.

use std::collections::BTreeSet;
use std::collections::btree_map::{BTreeMap, Entry};
use std::time::Duration;

use kettle_events::{At, Id, Place};

use super::trouble::Trouble;

/// A timer in the wheel.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Timer {
    /// When it is due, by the runtime's clock.
    pub due: Duration,
    /// Its level and slot. `None`: it was there when a look began, which can't see that.
    pub place: Option<(u8, u8)>,
    /// The task that put it there, and where in the program.
    pub(super) by: (Option<Id>, Option<Place>),
    /// When it got its deadline.
    pub(crate) since: Duration,
}

/// The timer wheel.
#[derive(Clone, Debug, Default)]
pub(super) struct Wheel {
    pub(super) timers: BTreeMap<Id, Timer>,
    /// The tick that the hand has reached.
    pub(super) hand: u64,
    /// By level and slot; empty ones are not here.
    slots: BTreeMap<(u8, u8), BTreeSet<Id>>,
    /// The timers that the record at hand has sent to other slots.
    pub(super) moved: Vec<Id>,
}

const GROUP: u32 = 6;
const SLOTS: u64 = 64;
/// The level behind the six of the wheel: one slot for all that is far away.
const OVERFLOW: u8 = 6;

impl Wheel {
    pub(super) fn add(
        &mut self,
        id: Id,
        (since, due): (Duration, Duration),
        place: Option<(u8, u8)>,
        (by, at): (Option<Id>, At),
    ) {
        let by = (by, at.place());
        self.timers.insert(id, Timer { due, place, by, since });
        if let Some(place) = place {
            self.put(id, place);
        }
    }

    /// It goes to another slot, and keeps its waiter. False if it is not in the wheel.
    pub(super) fn moves(
        &mut self,
        id: Id,
        (since, due): (Duration, Duration),
        to: (u8, u8),
    ) -> bool {
        self.take_out(id);
        let Some(timer) = self.timers.get_mut(&id) else { return false };
        (timer.due, timer.place, timer.since) = (due, Some(to), since);
        self.put(id, to);
        true
    }

    /// It leaves the wheel. `None` if it was not there.
    pub(super) fn remove(&mut self, id: Id) -> Option<Timer> {
        self.take_out(id);
        self.timers.remove(&id)
    }

    fn put(&mut self, id: Id, place: (u8, u8)) {
        self.slots.entry(place).or_default().insert(id);
    }

    fn take_out(&mut self, id: Id) {
        let Some(place) = self.timers.get(&id).and_then(|timer| timer.place) else { return };
        if let Entry::Occupied(mut slot) = self.slots.entry(place) {
            slot.get_mut().remove(&id);
            if slot.get().is_empty() {
                slot.remove();
            }
        }
    }

    /// It is due, and leaves. `None` if it was not there.
    pub(super) fn fire(
        &mut self,
        id: Id,
        late: Duration,
        now: Duration,
        t: &mut Trouble,
    ) -> Option<Timer> {
        let timer = self.remove(id)?;
        let due = timer.due;
        t.check(due + late <= now, || format!("{id:?} fires at {now:?}, {late:?} after {due:?}"));
        self.reach(due + late);
        Some(timer)
    }

    /// The hand goes to where the clock is.
    pub(super) fn reach(&mut self, now: Duration) {
        self.hand = self.hand.max(ticks(now));
    }

    /// The hand has entered this slot, and what is not due moves on.
    pub(super) fn cascade(&mut self, from: (u8, u8), hand: u64, told: usize, t: &mut Trouble) {
        self.hand = self.hand.max(hand);
        let mut moved = 0;
        for id in self.slots.remove(&from).unwrap_or_default() {
            let Some(timer) = self.timers.get_mut(&id) else { continue };
            let due = ticks(timer.due);
            if due <= hand {
                continue;
            }
            let to = place(hand, due);
            timer.place = Some(to);
            self.moved.push(id);
            moved += usize::from(to != from);
            self.put(id, to);
        }
        let fits = moved == told || self.timers.values().any(|timer| timer.place.is_none());
        t.check(fits, || format!("{told} timers move on, but {moved} are in that slot"));
    }
}

/// Deadlines are whole ticks; the clock is rounded down.
fn ticks(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

/// Level and slot of a deadline, seen from the hand.
fn place(hand: u64, due: u64) -> (u8, u8) {
    let differs = (hand ^ due).checked_ilog2().unwrap_or(0);
    let level = u8::try_from(differs / GROUP).unwrap_or(OVERFLOW);
    if level >= OVERFLOW {
        return (OVERFLOW, 0);
    }
    let slot = (due >> (GROUP * u32::from(level))) % SLOTS;
    (level, u8::try_from(slot).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rule_is_the_wheels() {
        assert_eq!(place(0, 2_000), (1, 31)); // the example at the head of `wheel.rs`
        assert_eq!(place(1_984, 2_000), (0, 16));
        assert_eq!(place(0, 2), (0, 2));
        assert_eq!(place(0, 1 << 40), (OVERFLOW, 0));
    }

    #[test]
    fn what_is_left_in_a_slot_moves_down_and_what_cannot_be_is_found_out() {
        let (mut wheel, mut t, ms) = (Wheel::default(), Trouble::default(), Duration::from_millis);
        let [due, left, late] = [(); 3].map(|()| Id::next());
        let mut add = |id, now, due| {
            wheel.add(id, (ms(now), ms(due)), Some((1, 31)), (None, At::Unknown));
        };
        add(due, 0, 2_000);
        add(left, 0, 2_001);
        add(late, 3_000, 6_080); // into the same slot, 64 slots later
        wheel.cascade((1, 31), 2_000, 2, &mut t);
        assert_eq!(wheel.timers[&left].place, Some((0, 17)));
        wheel.fire(due, ms(1_000), ms(3_000), &mut t);
        assert_eq!(wheel.hand, 3_000, "where the clock is, not at the deadline");
        assert!(wheel.remove(left).is_some(), "it may still be cancelled");
        assert_eq!(t.found, []);
        wheel.fire(late, Duration::ZERO, ms(6_000), &mut t);
        assert_eq!((t.found.len(), wheel.timers.len(), wheel.slots.len()), (1, 0, 0), "too early");
        wheel.cascade((1, 31), 6_000, 1, &mut t);
        assert_eq!(t.found.len(), 2, "there is none in that slot");
    }

    #[test]
    fn a_timer_that_a_look_has_found_is_in_no_slot_until_it_is_moved() {
        let (mut wheel, mut t, ms) = (Wheel::default(), Trouble::default(), Duration::from_millis);
        let a = Id::next();
        wheel.add(a, (ms(0), ms(2_001)), None, (None, At::Unknown));
        wheel.cascade((1, 31), 2_000, 1, &mut t);
        assert_eq!((wheel.timers[&a].place, &t.found), (None, &vec![]));
        assert!(wheel.moves(a, (ms(2_000), ms(3_000)), (1, 46)));
        assert_eq!(wheel.timers[&a].place, Some((1, 46)));
    }
}
