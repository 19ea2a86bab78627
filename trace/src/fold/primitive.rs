//! In which state are the channels, locks and other primitives of `sync`?
//!
//! All kinds are recorded by the same few events (`Event::SyncNew` explains them), so one type,
//! [`Primitive`], is enough. An *act* takes units and gives them back (a lock, two permits), or
//! puts a value and gets it. Units that a task has taken are a *hold*. Its number is in the guard,
//! so that its end is recognised whichever task or thread drops the guard.
//!
//! Interface: [`Primitives::add_new`] takes the record of a new primitive, [`Primitives::act`] the
//! record of an act on one; [`Primitives::forget_channels`] removes channels that have ended.
//!
//! Elsewhere: which waiter is where (`places.rs`).

use std::collections::{BTreeMap, VecDeque};

use kettle_events::{Act, Event, HoldNow, Id, Record, SyncKind, ThingNow, Units};

use super::trouble::Trouble;
use super::waiting::Waits;
use crate::words::sync_words::number;

/// Up to this many unused primitives are remembered, or half as many as are in use. (A unit test
/// reaches the limit sooner.)
const MAX_UNUSED: usize = if cfg!(test) { 1 << 5 } else { 1 << 11 };

/// A channel, a lock or another primitive of `sync`.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Primitive {
    /// What a snapshot says of it: its kind, how many units are free or values in it, and so on.
    pub now: ThingNow,
    /// The holds (in a channel: reserved places), sorted by number, so the newest is last.
    pub holders: Vec<Holder>,
    /// The values in it, the oldest first.
    values: VecDeque<Value>,
    /// Did a `notify_waiters` find no waiter? Then it had no effect.
    pub(crate) notified_nobody: bool,
    /// How often something was taken or put in.
    pub uses: u64,
    /// The record of the last act.
    pub(super) acted: Option<u64>,
    /// The last record that concerned it.
    last_record: u64,
}

/// A hold: units of a primitive, or places in a channel, that a task took and hasn't given back.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Holder {
    /// What a snapshot says of it: its number, its units, who took them, and where.
    pub now: HoldNow,
    /// The record that took them.
    pub since: u64,
}

/// A value in a channel: its number, and the record that put it there.
#[derive(Clone, Copy, Debug)]
struct Value {
    number: u64,
    put_by: u64,
}

impl Primitive {
    fn new(kind: SyncKind, id: Id) -> Primitive {
        let (made, room, count, senders) = (None, None, None, None);
        Primitive {
            now: ThingNow { id, kind, number: 0, made, count, room, senders, closed: false },
            holders: Vec::new(),
            values: VecDeque::new(),
            notified_nobody: false,
            uses: 0,
            acted: None,
            last_record: 0,
        }
    }

    /// The newest holds, as many as a page shows.
    pub fn latest_holders(&self) -> &[Holder] {
        &self.holders[self.holders.len().saturating_sub(64)..]
    }

    /// Does a task hold all of it, so that no other can have any?
    pub fn is_exclusive(&self) -> bool {
        self.holders.iter().any(|holder| holder.now.units == Units::All)
    }

    /// Can no more be sent or received? (This is known only for channels.)
    fn is_over(&self) -> bool {
        let ThingNow { kind, senders, closed, count, .. } = self.now;
        let is_sending_over = senders == Some(0) || kind == SyncKind::Oneshot && closed;
        kind.is_channel() && is_sending_over && count == Some(0)
    }

    /// Makes the changes of an act, which may begin or end this hold. `false`: it ends a hold that
    /// isn't known.
    fn apply(&mut self, act: Act, hold: Holder) -> bool {
        let (kind, HoldNow { id, units, .. }) = (self.now.kind, hold.now);
        self.uses += u64::from(act == Act::Take || act == Act::Put && !kind.is_lock());
        match act {
            Act::Take => self.add_hold(hold),
            Act::Release => return self.end_hold(id, units),
            // (In other kinds it forgets free permits or values, and ends no hold.)
            Act::Forget if hands_over(kind) => return self.end_hold(id, units),
            // A cell has got its value, so the task that computed that holds the cell no more.
            Act::Put if !kind.is_channel() && units == Units::All => self.holders.clear(),
            Act::Close => self.now.closed = true,
            Act::Open => self.now.closed = false,
            Act::Senders => self.now.senders = Some(number(units)),
            Act::End => self.now.senders = Some(0),
            Act::Get | Act::Put | Act::Forget | Act::Refuse => {}
        }
        if kind == SyncKind::Oneshot && matches!(act, Act::Put | Act::Get) {
            self.now.senders = Some(0); // its only sender has sent
        }
        true
    }

    /// Splits a hold off the one with number `other` (`Act::Take`), or merges it into that, without
    /// any units becoming free in between. `false`: one of them isn't known.
    fn split_or_merge(&mut self, act: Act, hold: Holder, other: u64) -> bool {
        let HoldNow { id, units, .. } = hold.now;
        if act == Act::Take {
            self.add_hold(hold);
            return self.end_hold(other, units);
        }
        let others_units = self.index_of(other).map(|index| &mut self.holders[index].now.units);
        if let (Some(Units::Count(all)), Units::Count(more)) = (others_units, units) {
            *all = all.saturating_add(more);
        }
        self.end_hold(id, units)
    }

    fn add_hold(&mut self, hold: Holder) {
        if hold.now.units != Units::Count(0) {
            let index = self.holders.partition_point(|other| other.now.id < hold.now.id);
            self.holders.insert(index, hold);
        }
    }

    fn index_of(&self, hold: u64) -> Option<usize> {
        self.holders.binary_search_by_key(&hold, |holder| holder.now.id).ok()
    }

    /// Ends a hold, or part of it. Was the hold known? (0 stands for one that wasn't recorded.)
    fn end_hold(&mut self, hold: u64, units: Units) -> bool {
        let Some(index) = self.index_of(hold) else { return hold == 0 };
        let held = &mut self.holders[index].now.units;
        match (*held, units) {
            (Units::Count(all), Units::Count(ended)) if all > ended => {
                *held = Units::Count(all - ended);
            }
            // A write guard is downgraded to a read guard.
            (Units::All, Units::Count(_)) => *held = Units::Count(1),
            (all, ended) => {
                self.holders.remove(index);
                return all == ended;
            }
        }
        true
    }

    /// The value with this number was put, got or forgotten by the present record, and `count`
    /// values are left. Returns the record that put it, if there is one.
    fn step_value(
        &mut self,
        act: Act,
        number: u64,
        count: usize,
        trouble: &mut Trouble,
    ) -> Option<u64> {
        let found = self.values.binary_search_by_key(&number, |value| value.number);
        let put_by = found.ok().map(|index| self.values[index].put_by);
        if act == Act::Put {
            self.values.push_back(Value { number, put_by: trouble.seq });
        }
        // What is gone are the oldest values, by whatever act.
        let gone = self.values.len().saturating_sub(count);
        self.values.drain(..gone);
        // The first value of a watch is given when the watch is made.
        let is_initial = self.now.kind == SyncKind::Watch && number == 1;
        let is_known = act != Act::Get || put_by.is_some() || is_initial;
        trouble.check(is_known, || format!("value {number} of {:?} was never put", self.now.id));
        put_by
    }
}

/// The primitives that records have named.
#[derive(Clone, Debug, Default)]
pub(super) struct Primitives {
    pub(super) all: BTreeMap<Id, Primitive>,
    /// Channels that may have ended with the last record.
    pub(super) may_have_ended: Vec<Id>,
    /// When there are this many primitives, unused ones are forgotten.
    limit: usize,
    /// The record at which that happened last.
    forgot_at: u64,
}

impl Primitives {
    pub(super) fn add_new(&mut self, event: Event, waits: &Waits, trouble: &mut Trouble) {
        let Event::SyncNew { kind, sync, room, count, at } = event else { return };
        let mut new = Primitive::new(kind, sync);
        let senders = kind.is_channel().then_some(1);
        new.now = ThingNow { made: Some(at), room, count: Some(count), senders, ..new.now };
        let is_new = !self.all.contains_key(&sync);
        trouble.check(is_new, || format!("{kind:?} {sync:?} was there already"));
        self.add(sync, new, waits, trouble.seq);
    }

    /// The primitive that a record concerns. It is added if no record has named it before.
    pub(super) fn of(
        &mut self,
        (kind, sync): (SyncKind, Id),
        waits: &Waits,
        trouble: &mut Trouble,
    ) -> &mut Primitive {
        if !self.all.contains_key(&sync) {
            trouble.check(false, || format!("no record has named {kind:?} {sync:?}"));
            self.add(sync, Primitive::new(kind, sync), waits, trouble.seq);
        }
        let known = self.all.get_mut(&sync).expect("it is there");
        known.last_record = trouble.seq;
        known
    }

    /// Adds a primitive. If there are many, forgets those without waits that no record has
    /// concerned since the last time, because the end of some is never recorded: a sender or a
    /// guard may be dropped on another thread. `now` is the present record.
    fn add(&mut self, sync: Id, new: Primitive, waits: &Waits, now: u64) {
        if self.all.len() >= self.limit {
            let last = self.forgot_at;
            self.all.retain(|sync, it| it.last_record > last || waits.is_awaited(*sync));
            self.limit = self.all.len() + MAX_UNUSED.max(self.all.len() / 2);
            self.forgot_at = now;
        }
        self.all.insert(sync, Primitive { last_record: now, ..new });
    }

    /// Forgets the channels that ended with the last record.
    pub(super) fn forget_channels(&mut self, waits: &Waits) {
        for sync in self.may_have_ended.drain(..) {
            let is_over = self.all.get(&sync).is_some_and(Primitive::is_over);
            if is_over && !waits.is_awaited(sync) {
                self.all.remove(&sync);
            }
        }
    }

    /// Takes the record of an act on a primitive. Returns the earlier record that it completes: the
    /// one that took the hold which ends now, or that put the value which is got.
    pub(super) fn act(
        &mut self,
        record: &Record,
        waits: &Waits,
        trouble: &mut Trouble,
    ) -> Option<u64> {
        // `item` is the number of a hold or a value, and 0 if there is neither. Units that move
        // from one hold to another one have the number of that other hold in `with`.
        let Event::SyncAct { kind, sync, act, units, count, item, with, owned } = record.event
        else {
            return None;
        };
        if act == Act::Refuse {
            return None; // it changes nothing, and must not add a channel that was forgotten
        }
        let primitive = self.of((kind, sync), waits, trouble);
        primitive.acted = Some(record.seq);
        let (by, at) = (record.task.or(record.job), record.at.place());
        let now = HoldNow { id: item, thing: sync, units, by, at, owned };
        let hold = Holder { now, since: record.seq };
        let unknown = || format!("hold {item} ends, and had not begun");
        if with != 0 && with != item {
            trouble.check(primitive.split_or_merge(act, hold, with), unknown);
            return None;
        }
        let is_of_a_value = matches!(act, Act::Put | Act::Get | Act::Forget) && !hands_over(kind);
        let completes = if item > 0 && is_of_a_value {
            primitive.step_value(act, item, count, trouble)
        } else {
            primitive.index_of(item).map(|index| primitive.holders[index].since)
        };
        primitive.now.count = Some(count);
        let is_notify_waiters = kind == SyncKind::Notify && act == Act::Put && units == Units::All;
        primitive.notified_nobody |= is_notify_waiters && waits.line(sync).next().is_none();
        trouble.check(primitive.apply(act, hold), unknown);
        self.may_have_ended.push(sync);
        completes
    }
}

/// Is a waiter given a lock or a permit when it is served, before it is polled?
pub(super) fn hands_over(kind: SyncKind) -> bool {
    kind.is_lock() || kind == SyncKind::Semaphore
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{Guard, Script, TestPrimitive};
    use crate::fold::Fold;

    /// (`tests/own/holds.rs` has holds that end once, in any order.)
    #[test]
    fn a_hold_that_ends_twice_or_with_more_than_it_has_is_noticed() {
        let (thing, units) = (Id::next(), Units::Count(3));
        let now = HoldNow { id: 1, thing, units, by: None, at: None, owned: true };
        for (ended, is_known) in [(units, true), (Units::Count(4), false)] {
            let mut semaphore = Primitive::new(SyncKind::Semaphore, thing);
            semaphore.add_hold(Holder { now, since: 1 });
            assert!(semaphore.end_hold(0, ended), "its beginning isn't recorded");
            assert_eq!(semaphore.end_hold(1, ended), is_known);
            assert!(!semaphore.end_hold(1, ended), "it has ended");
        }
    }

    #[test]
    fn unused_primitives_are_forgotten_and_one_with_a_wait_is_not() {
        let ((mut script, main), mut fold) = (Script::begun(true), Fold::new());
        script.task(main);
        let new_lock = |script: &mut Script| TestPrimitive::new(script, SyncKind::Mutex, 1);
        let [awaited, used, unused] = [(); 3].map(|()| new_lock(&mut script));
        script.write(awaited.wait(Units::All, 1));
        let guard = Guard { units: Units::All, owned: false };
        for _ in 0..10 * MAX_UNUSED {
            new_lock(&mut script);
            script.write(used.act(Act::Take, guard, 0)).write(used.act(Act::Release, guard, 1));
        }
        for record in &script.records {
            fold.step(record);
            assert!(fold.primitives().count() <= 2 * MAX_UNUSED + 2);
        }
        let is_known = [awaited, used, unused].map(|lock| fold.primitive(lock.id).is_some());
        assert_eq!(is_known, [true, true, false]);
    }
}
