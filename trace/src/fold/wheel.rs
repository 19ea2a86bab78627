//! Which timers are in the wheel, and in which slot?
//!
//! When a timer comes in, its level and slot are told. When timers go on to lower levels, only how many: where
//! to follows from the wheel's one rule (`runtime/src/time/wheel.rs`), deadline and hand. The hand
//! goes from slot to slot to where the clock is, and only then does a timer fire.
//!
//! A timer that the hand has reached is due, and in no slot any more. It fires then or in a later
//! step of the loop, and may be cancelled or moved until it does.
//!
//! Invariant: a slot that the hand enters gives the timers that are not due to lower levels at
//! once, and says so.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use kettle_events::{At, Id, Place};

use super::trouble::Trouble;

/// A timer in the wheel.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Timer {
    /// When it is due, by the runtime's clock.
    pub due: Duration,
    /// The wheel's level.
    pub level: u8,
    /// The slot on that level.
    pub slot: u8,
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
    /// No slots are kept, and nothing is checked.
    believes: bool,
    /// By level and slot; empty ones are not here. (What is due is in none.)
    slots: BTreeMap<(u8, u8), Slot>,
    /// A slot from which timers have just fired: what is left in it moves now.
    opened: Option<Opened>,
    /// When the last record was made that was not of the wheel's turning.
    before: Duration,
    /// The timers that the record at hand has sent to other slots.
    pub(super) moved: Vec<Id>,
}

#[derive(Clone, Debug)]
struct Slot {
    members: BTreeSet<Id>,
    /// The smallest deadline that came in since it was empty, be that timer there still or not.
    earliest: u64,
}

#[derive(Clone, Copy, Debug)]
struct Opened {
    place: (u8, u8),
    hand: u64,
}

const GROUP: u32 = 6;
const SLOTS: u64 = 64;
/// The level behind the six of the wheel: one slot for all that is far away.
const OVERFLOW: u8 = 6;

impl Wheel {
    pub(super) fn believing() -> Wheel {
        Wheel { believes: true, ..Wheel::default() }
    }

    pub(super) fn add(
        &mut self,
        id: Id,
        (since, due): (Duration, Duration),
        place: (u8, u8),
        (by, at): (Option<Id>, At),
    ) {
        let by = (by, at.place());
        let timer = Timer { due, level: place.0, slot: place.1, by, since };
        self.timers.insert(id, timer);
        self.put(id, due, place);
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
        (timer.due, timer.level, timer.slot, timer.since) = (due, to.0, to.1, since);
        self.put(id, due, to);
        true
    }

    /// It leaves the wheel. `None` if it was not there.
    pub(super) fn remove(&mut self, id: Id) -> Option<Timer> {
        self.take_out(id);
        self.timers.remove(&id)
    }

    fn put(&mut self, id: Id, due: Duration, place: (u8, u8)) {
        if self.believes {
            return;
        }
        let empty = || Slot { members: BTreeSet::new(), earliest: u64::MAX };
        let (slot, due) = (self.slots.entry(place).or_insert_with(empty), ticks(due));
        if round(place.0, slot.earliest) < round(place.0, due) {
            *slot = empty(); // the hand has come past this slot: what was in it is due
        }
        slot.members.insert(id);
        slot.earliest = slot.earliest.min(due);
    }

    fn take_out(&mut self, id: Id) {
        let Some(timer) = self.timers.get(&id).filter(|_| !self.believes) else { return };
        let place = (timer.level, timer.slot);
        if let Some(slot) = self.slots.get_mut(&place) {
            slot.members.remove(&id);
            if slot.members.is_empty() {
                self.slots.remove(&place);
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
        let in_a_slot = self.is_in_a_slot(id);
        let timer = self.remove(id)?;
        if self.believes {
            return Some(timer);
        }
        let due = timer.due;
        // The loop looked at the clock once, after all that came before the first of these.
        let looked = ticks(due + late);
        let fits = ticks(self.before) <= looked && looked <= ticks(now);
        t.check(fits, || format!("{id:?} fires at {now:?}, {late:?} after {due:?}"));
        self.hand = self.hand.max(looked);
        let opened = Opened { place: (timer.level, timer.slot), hand: ticks(due) };
        if self.opened.is_some_and(|before| before.place != opened.place) {
            self.settle(t);
        }
        if in_a_slot {
            self.opened = Some(opened);
        }
        Some(timer)
    }

    fn is_in_a_slot(&self, id: Id) -> bool {
        let place = self.timers.get(&id).map(|timer| (timer.level, timer.slot));
        let slot = place.and_then(|place| self.slots.get(&place));
        slot.is_some_and(|slot| slot.members.contains(&id))
    }

    /// The hand goes to where the clock is.
    pub(super) fn reach(&mut self, now: Duration) {
        self.hand = self.hand.max(ticks(now));
    }

    /// A record that is not of the wheel's turning: the hand is where it is.
    pub(super) fn rests(&mut self, now: Duration, t: &mut Trouble) {
        self.settle(t);
        self.before = now;
    }

    /// What fires from a slot has fired, or is due: has the slot been emptied?
    fn settle(&mut self, t: &mut Trouble) {
        if let Some(opened) = self.opened.take() {
            let moved = self.move_on(opened);
            t.check(moved == 0, || format!("{moved} timers were to move down from {opened:?}"));
        }
    }

    /// The hand has entered a slot, and what is not due moves on.
    pub(super) fn cascade(&mut self, place: (u8, u8), told: usize, now: Duration, t: &mut Trouble) {
        if self.believes {
            return;
        }
        if self.opened.is_some_and(|opened| opened.place != place) {
            self.settle(t);
        }
        let earliest = self.slots.get(&place).map_or(u64::MAX, |slot| slot.earliest);
        // If nothing has fired, it is where the slot's first timer was, or at the clock's tick
        // (which the record may tell a little too late).
        let fired = self.opened.take().map(|opened| opened.hand);
        let hand = fired.unwrap_or(earliest.min(ticks(now)));
        self.hand = self.hand.max(hand);
        let moved = self.move_on(Opened { place, hand });
        t.check(moved == told, || format!("{told} timers move on, but {moved} are in that slot"));
    }

    /// Places anew what is in a slot that the hand has entered, but for what is due. How many have
    /// moved?
    fn move_on(&mut self, opened: Opened) -> usize {
        let Some(slot) = self.slots.remove(&opened.place) else { return 0 };
        let mut moved = 0;
        for id in slot.members {
            let Some(timer) = self.timers.get_mut(&id) else { continue };
            let due = timer.due;
            if ticks(due) <= opened.hand {
                continue;
            }
            let to = place(opened.hand, ticks(due));
            (timer.level, timer.slot) = to;
            self.moved.push(id);
            moved += usize::from(to != opened.place);
            self.put(id, due, to);
        }
        moved
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

/// Which time around is this, for a slot of this level? (Those of the last one are all of the
/// same.)
fn round(level: u8, due: u64) -> u64 {
    due.checked_shr(GROUP * u32::from(level)).filter(|_| level < OVERFLOW).unwrap_or(0)
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

    const NOBODY: (Option<Id>, At) = (None, At::Unknown);

    fn ms(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    #[test]
    fn what_is_left_in_a_slot_moves_down() {
        let (a, b) = (Id::next(), Id::next());
        let (mut wheel, mut t) = (Wheel::default(), Trouble::default());
        wheel.add(a, (ms(0), ms(2_000)), (1, 31), NOBODY);
        wheel.add(b, (ms(0), ms(2_001)), (1, 31), NOBODY);
        wheel.fire(a, Duration::ZERO, ms(2_000), &mut t);
        wheel.cascade((1, 31), 1, ms(2_000), &mut t);
        wheel.settle(&mut t);
        assert_eq!((wheel.timers[&b].level, wheel.timers[&b].slot, t.count), (0, 17, 0));
        wheel.fire(b, Duration::ZERO, ms(2_000), &mut t);
        assert_eq!(t.count, 1, "too early");
    }

    #[test]
    fn the_hand_may_pass_a_slot_before_its_timers_fire() {
        let [a, b, c, late] = [(); 4].map(|()| Id::next());
        let (mut wheel, mut t) = (Wheel::default(), Trouble::default());
        wheel.add(a, (ms(0), ms(2_000)), (1, 31), NOBODY);
        wheel.add(b, (ms(0), ms(2_000)), (1, 31), NOBODY);
        wheel.add(c, (ms(0), ms(2_001)), (1, 31), NOBODY);
        wheel.cascade((1, 31), 1, ms(3_000), &mut t); // a and b are due now
        wheel.fire(a, ms(1_000), ms(3_000), &mut t);
        assert_eq!(wheel.hand, 3_000, "where the clock is, not at the deadline");
        wheel.rests(ms(7_000), &mut t);
        assert_eq!((wheel.timers[&b].level, wheel.timers[&c].slot), (1, 17));
        // Another one comes into the same slot, 64 slots later.
        wheel.add(late, (ms(0), ms(6_080)), (1, 31), NOBODY);
        assert!(wheel.remove(b).is_some(), "it may still be cancelled");
        wheel.fire(c, ms(5_000), ms(7_001), &mut t);
        wheel.rests(ms(7_001), &mut t);
        wheel.fire(late, ms(921), ms(7_001), &mut t);
        wheel.rests(ms(7_001), &mut t);
        assert_eq!((wheel.timers.len(), wheel.slots.len(), t.count), (0, 0, 0), "{:?}", t.found);
    }

    #[test]
    fn timers_that_are_due_are_in_no_slot_any_more() {
        let [a, b, c] = [(); 3].map(|()| Id::next());
        for fires_before in [true, false] {
            let (mut wheel, mut t) = (Wheel::default(), Trouble::default());
            wheel.add(a, (ms(0), ms(2_000)), (1, 31), NOBODY);
            wheel.add(b, (ms(0), ms(2_000)), (1, 31), NOBODY);
            if fires_before {
                wheel.fire(a, Duration::ZERO, ms(2_000), &mut t);
            }
            wheel.rests(ms(2_100), &mut t);
            wheel.add(c, (ms(0), ms(6_080)), (1, 31), NOBODY);
            wheel.fire(b, ms(100), ms(2_100), &mut t);
            wheel.rests(ms(2_100), &mut t);
            let c = &wheel.timers[&c];
            assert_eq!((c.level, c.slot, t.count), (1, 31, 0), "{:?}", t.found);
        }
    }

    #[test]
    fn a_slot_that_keeps_its_timers_is_found_out() {
        let (a, b) = (Id::next(), Id::next());
        let (mut wheel, mut t) = (Wheel::default(), Trouble::default());
        wheel.add(a, (ms(0), ms(2_000)), (1, 31), NOBODY);
        wheel.add(b, (ms(0), ms(2_001)), (1, 31), NOBODY);
        wheel.fire(a, Duration::ZERO, ms(2_000), &mut t);
        wheel.settle(&mut t);
        assert_eq!(t.count, 1);
    }
}
