//! What is known of a primitive of `sync`, and what changes at it?
//!
//! They all report themselves in the same few words (`Resource::Sync` in the events says how): what
//! is counted, which task took how much of it, which tasks are in line. So one [`Primitive`] serves
//! all kinds, channels and locks too, and [`Primitives::act`] is the counterpart of a few lines in
//! each file of `src/sync/`.
//!
//! What is taken is a *hold* with a number, which its guard carries: so it is known when it ends,
//! on whichever task or thread.
//!
//! Not here: which waiter is where (`places.rs`).

use std::collections::{BTreeMap, VecDeque};

use kettle_events::{Act, Event, HoldNow, Id, Record, SyncKind, ThingNow, Units};

use super::trouble::Trouble;
use super::waiting::Waits;
use crate::words::of_sync::number;

/// At least this many are remembered, and those that are in use.
const MOST: usize = if cfg!(test) { 1 << 5 } else { 1 << 11 };

/// A channel, a lock or another primitive of `sync`.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Primitive {
    /// Its entry in a snapshot.
    pub now: ThingNow,
    /// What is held of it (of a channel: reserved places); by number, the last is newest.
    pub holders: Vec<Holder>,
    /// The values that are in it: each one's number, and the record that put it there.
    pub(super) puts: VecDeque<(u64, u64)>,
    /// All waiters were notified when there was none: that stores nothing.
    pub(crate) unheard: bool,
    /// How often it was taken, or something was put in.
    pub uses: u64,
    /// The record of what was done to it last.
    pub(super) acted: Option<u64>,
    /// The record that concerned it last.
    heard: u64,
}

/// What was taken of a primitive, or reserved in a channel, and is not given back yet.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Holder {
    /// Its entry in a snapshot.
    pub now: HoldNow,
    /// The record of the taking.
    pub since: u64,
}

impl Primitive {
    fn new(kind: SyncKind, id: Id) -> Primitive {
        let (made, room, count, senders) = (None, None, None, None);
        Primitive {
            now: ThingNow { id, kind, number: 0, made, count, room, senders, closed: false },
            holders: Vec::new(),
            puts: VecDeque::new(),
            unheard: false,
            uses: 0,
            acted: None,
            heard: 0,
        }
    }

    /// The newest holders, as many as a page shows.
    pub fn latest_holders(&self) -> &[Holder] {
        &self.holders[self.holders.len().saturating_sub(64)..]
    }

    /// Does a task hold all of it, so that no other can have any?
    pub fn is_exclusive(&self) -> bool {
        self.holders.iter().any(|holder| holder.now.units == Units::All)
    }

    /// Can nothing more happen to it, if nothing waits at it? Known only of channels for values in
    /// order.
    fn is_over(&self) -> bool {
        let ThingNow { kind, senders, closed, count, .. } = self.now;
        let over = senders == Some(0) || kind == SyncKind::Oneshot && closed;
        kind.is_channel() && over && count == Some(0)
    }

    /// What each act changes. False: it ends a hold that had not begun.
    fn done(&mut self, act: Act, by: Holder) -> bool {
        let (kind, units) = (self.now.kind, by.now.units);
        self.uses += u64::from(act == Act::Take || act == Act::Put && !kind.is_lock());
        match act {
            Act::Take => self.taken(by),
            Act::Release => return self.given_up(by.now.id, units),
            // Else free permits are forgotten, or values.
            Act::Forget if gives(kind) => return self.given_up(by.now.id, units),
            Act::Put if !kind.is_channel() && units == Units::All => {
                self.holders.clear();
            }
            Act::Close => self.now.closed = true,
            Act::Open => self.now.closed = false,
            Act::Senders => self.now.senders = Some(number(units)),
            Act::End => self.now.senders = Some(0),
            Act::Get | Act::Put | Act::Forget | Act::Refuse => {}
        }
        if kind == SyncKind::Oneshot && matches!(act, Act::Put | Act::Get) {
            self.now.senders = Some(0); // its only one has sent
        }
        true
    }

    /// A hold was split off another one, or merged with it. False: that one had not begun.
    fn divided(&mut self, act: Act, by: Holder, other: u64) -> bool {
        if act == Act::Take {
            self.taken(by);
            self.given_up(other, by.now.units)
        } else {
            self.moved(by.now.id, other, by.now.units)
        }
    }

    fn taken(&mut self, by: Holder) {
        if by.now.units != Units::Count(0) {
            let index = self.holders.partition_point(|other| other.now.id < by.now.id);
            self.holders.insert(index, by);
        }
    }

    fn place_of(&self, hold: u64) -> Option<usize> {
        self.holders.binary_search_by_key(&hold, |holder| holder.now.id).ok()
    }

    /// Part of a hold has ended. Was the hold known? (Of a guard that was taken unseen, nothing
    /// is.)
    fn given_up(&mut self, hold: u64, units: Units) -> bool {
        let Some(index) = self.place_of(hold) else { return hold == 0 };
        let held = &mut self.holders[index].now.units;
        match (*held, units) {
            (Units::Count(all), Units::Count(some)) if all > some => {
                *held = Units::Count(all - some);
            }
            // A writer that goes on as a reader.
            (Units::All, Units::Count(_)) => *held = Units::Count(1),
            (all, some) => {
                self.holders.remove(index);
                return all == some;
            }
        }
        true
    }

    /// The record that began this hold.
    fn taken_at(&self, hold: u64) -> Option<u64> {
        Some(self.holders[self.place_of(hold)?].since)
    }

    /// A value was put, got or forgotten, and now so many are in it: which record has put it there?
    /// `Err`: none has.
    fn value(&mut self, act: Act, (item, seq): (u64, u64), now: usize) -> Result<Option<u64>, ()> {
        let found = self.puts.binary_search_by_key(&item, |(number, _)| *number);
        if act == Act::Put {
            self.puts.push_back((item, seq));
        }
        let put = found.ok().map(|index| self.puts[index].1);
        let gone = self.puts.len().saturating_sub(now);
        self.puts.drain(..gone);
        // The first value of a watch is its maker's.
        let is_made = self.now.kind == SyncKind::Watch && item == 1;
        if act == Act::Get && put.is_none() && !is_made { Err(()) } else { Ok(put) }
    }

    /// Permits go from one hold into another, and were never free.
    fn moved(&mut self, from: u64, into: u64, units: Units) -> bool {
        let known = self.given_up(from, units);
        let into = self.place_of(into).map(|index| &mut self.holders[index].now.units);
        if let (Some(Units::Count(all)), Units::Count(some)) = (into, units) {
            *all += some;
        }
        known
    }
}

/// The primitives that records have named.
#[derive(Clone, Debug, Default)]
pub(super) struct Primitives {
    pub(super) all: BTreeMap<Id, Primitive>,
    /// Channels that may have ended with the last record.
    pub(super) over: Vec<Id>,
    /// When there are so many, those that are no longer in use are forgotten.
    room: usize,
    /// The record at which that was done last.
    swept: u64,
}

impl Primitives {
    pub(super) fn made(&mut self, event: Event, waits: &Waits, t: &mut Trouble) {
        let Event::SyncNew { kind, sync, room, count, at } = event else { return };
        let mut new = Primitive::new(kind, sync);
        let senders = kind.is_channel().then_some(1);
        new.now = ThingNow { made: Some(at), room, count: Some(count), senders, ..new.now };
        let first = !self.all.contains_key(&sync);
        t.check(first, || format!("{kind:?} {sync:?} was there already"));
        self.remember(sync, new, waits, t.seq);
    }

    /// A primitive that a record concerns. It may have been made out of sight.
    pub(super) fn of(
        &mut self,
        (kind, sync): (SyncKind, Id),
        waits: &Waits,
        t: &mut Trouble,
    ) -> &mut Primitive {
        if !self.all.contains_key(&sync) {
            t.check(false, || format!("no record has named {kind:?} {sync:?}"));
            self.remember(sync, Primitive::new(kind, sync), waits, t.seq);
        }
        let known = self.all.get_mut(&sync).expect("it is there");
        known.heard = t.seq;
        known
    }

    /// The end of some is never recorded: a sender or a guard may be dropped on another thread. So
    /// when half as many have come as were left the last time, those that no record has concerned
    /// since then, and at which nothing waits, are forgotten.
    fn remember(&mut self, sync: Id, new: Primitive, waits: &Waits, now: u64) {
        if self.all.len() >= self.room {
            let is_idle = |sync| waits.at_primitive(sync).next().is_none();
            self.all.retain(|sync, it| it.heard > self.swept || !is_idle(*sync));
            self.room = self.all.len() + MOST.max(self.all.len() / 2);
            self.swept = now;
        }
        self.all.insert(sync, Primitive { heard: now, ..new });
    }

    /// Forgets the channels that ended with the last record.
    pub(super) fn forget_channels(&mut self, waits: &Waits) {
        for sync in self.over.drain(..) {
            let is_over =
                |it: &Primitive| it.is_over() && waits.at_primitive(sync).next().is_none();
            if self.all.get(&sync).is_some_and(is_over) {
                self.all.remove(&sync);
            }
        }
    }

    /// Something is done to one. Gives the record to which that goes back.
    pub(super) fn act(&mut self, record: &Record, waits: &Waits, t: &mut Trouble) -> Option<u64> {
        let Event::SyncAct { kind, sync, act, units, count, item, with, owned } = record.event
        else {
            return None;
        };
        if act == Act::Refuse {
            return None; // and a channel that is over stays forgotten
        }
        let known = self.of((kind, sync), waits, t);
        known.acted = Some(record.seq);
        let (by, since, at) = (record.task.or(record.job), record.seq, record.at.place());
        let now = HoldNow { id: item, thing: sync, units, by, at, owned };
        let by = Holder { now, since };
        let unknown = || format!("hold {item} ends, and had not begun");
        if with != 0 && with != item {
            t.check(known.divided(act, by, with), unknown);
            return None;
        }
        let in_order = matches!(act, Act::Put | Act::Get | Act::Forget);
        let found = if item > 0 && in_order && !gives(kind) {
            known.value(act, (item, since), count)
        } else {
            Ok(known.taken_at(item))
        };
        known.now.count = Some(count);
        known.unheard |= kind == SyncKind::Notify
            && (act, units) == (Act::Put, Units::All)
            && waits.line(sync).next().is_none();
        t.check(known.done(act, by), unknown);
        t.check(found.is_ok(), || format!("value {item} of {sync:?} was never put"));
        self.over.push(sync);
        found.unwrap_or_default()
    }
}

/// Does a waiter that was served own something before it takes it?
pub(super) fn gives(kind: SyncKind) -> bool {
    kind.is_lock() || kind == SyncKind::Semaphore
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{Lock, Script};
    use crate::fold::Fold;

    #[test]
    fn each_hold_ends_once_in_any_order() {
        let (thing, some) = (Id::next(), Units::Count);
        let mut semaphore = Primitive::new(SyncKind::Semaphore, thing);
        for (id, units) in [(1, 1), (4, 2), (3, 2)] {
            let units = some(units);
            let now = HoldNow { id, thing, units, by: None, at: None, owned: true };
            semaphore.taken(Holder { now, since: 1 });
        }
        assert!(semaphore.given_up(3, some(1)) && semaphore.moved(4, 1, some(2)));
        let held = semaphore.holders.iter().map(|holder| (holder.now.id, holder.now.units));
        assert_eq!(held.collect::<Vec<_>>(), [(1, some(3)), (3, some(1))]);
        assert!(semaphore.given_up(3, some(1)));
        assert!(!semaphore.given_up(3, some(1)), "it has ended");
        assert!(semaphore.given_up(0, some(1)), "it began out of sight");
        assert!(!semaphore.given_up(1, some(4)), "it has three");
    }

    #[test]
    fn what_no_record_has_concerned_for_long_goes_and_what_is_waited_at_stays() {
        let ((mut script, main), mut fold) = (Script::begun(true), Fold::new());
        script.task(main);
        let [waited, used, silent] = [(); 3].map(|()| Lock::new(&mut script));
        script.write(waited.wait(1));
        for _ in 0..10 * MOST {
            Lock::new(&mut script);
            script.write(used.take()).write(used.release(true));
        }
        for record in &script.records {
            fold.step(record);
            assert!(fold.primitives().count() <= 2 * MOST + 2);
        }
        let known = [waited, used, silent].map(|lock| fold.primitive(lock.0).is_some());
        assert_eq!(known, [true, true, false]);
    }
}
