//! What does an event change at a primitive that is neither a lock nor a channel?
//!
//! Each function is the counterpart of a few lines of `src/sync/`: it changes what they have changed,
//! and takes away the waiters whose wakers they took.
//!
//! Not here: what a primitive is (`primitive.rs`).

use kettle_events::{Act, Id, Place, Record, SyncKind, Units};

use super::fold::Fold;
use super::primitive::Primitive;
use super::things::Holder;
use super::waiting::Spot;

impl Fold {
    pub(super) fn sync_new(&mut self, kind: SyncKind, sync: Id, count: usize, at: Place) {
        let new = Primitive { made: Some(at), count: Some(count), ..Primitive::new(kind) };
        let first = self.primitives.insert(sync, new);
        self.trouble.check(first, || format!("{kind:?} {sync:?} was there already"));
    }

    /// The primitive, which may have been made out of sight.
    pub(super) fn primitive_of(&mut self, kind: SyncKind, sync: Id) -> &mut Primitive {
        self.primitives.get_or_insert_with(sync, || {
            self.trouble.check_seen(false, || format!("no record has named {kind:?} {sync:?}"));
            Primitive::new(kind)
        })
    }

    pub(super) fn sync_act(
        &mut self,
        record: &Record,
        (kind, sync): (SyncKind, Id),
        (act, units): (Act, Units),
        now: usize,
    ) {
        let known = self.primitive_of(kind, sync);
        let handed = act == Act::Take && known.take_handed(record.task, now);
        let fits = known.fits(act, units, handed, now);
        let before = known.count.replace(now);
        known.uses += u64::from(matches!(act, Act::Take | Act::Put));
        match act {
            Act::Take => {
                let (task, since, at) = (record.task, record.seq, record.at);
                known.taken(Holder { task, since, at }, units);
            }
            Act::Release => known.given_up(record.task, units),
            // Else free permits are forgotten.
            Act::Forget if known.gives() && before == Some(now) => {
                known.given_up(record.task, units);
            }
            Act::Put if units == Units::All => known.holders.clear(),
            Act::Close => {
                known.closed = true;
                known.handed.clear();
            }
            Act::Open => known.closed = false,
            Act::Forget | Act::Put | Act::Get => {}
        }
        self.trouble.check_seen(fits, || {
            format!("{kind:?} {sync:?} counted {before:?} before: {act:?} of {units:?}, now {now}")
        });
        if act == Act::Close || (act, units) == (Act::Put, Units::All) {
            self.all_are_served(kind, sync, act == Act::Close);
        }
    }

    fn all_are_served(&mut self, kind: SyncKind, sync: Id, closes: bool) {
        let known = self.primitive_of(kind, sync);
        let line = std::mem::take(&mut known.line);
        let gone = if closes { std::mem::take(&mut known.gone) } else { Vec::new() };
        for (ticket, waiter) in line.into_waiters() {
            self.tasks.leaves(waiter, Spot::Sync(kind, sync, waiter.units, ticket));
        }
        for waiter in gone {
            self.tasks.leaves(waiter, Spot::SyncClosed(kind, sync));
        }
    }

    /// The waiter with this ticket was given what it waits for; 0: the first.
    pub(super) fn sync_served(&mut self, kind: SyncKind, sync: Id, ticket: usize) {
        let known = self.primitive_of(kind, sync);
        let served = match ticket {
            0 => known.line.take_first(),
            ticket => known.line.take(ticket).map(|waiter| (ticket, waiter)),
        };
        if let Some(served) = served.filter(|_| known.gives()) {
            known.handed.push(served);
        }
        let (ticket, waiter) = served.map_or((0, None), |(ticket, waiter)| (ticket, Some(waiter)));
        let units = waiter.map_or(Units::Count(1), |waiter| waiter.units);
        self.left(waiter, Spot::Sync(kind, sync, units, ticket));
    }

    /// A waiter's future was dropped: it leaves the line, or leaves what it was given.
    pub(super) fn sync_left(&mut self, spot: Spot, ticket: usize) {
        let Spot::Sync(kind, sync, ..) = spot else { return };
        let known = self.primitive_of(kind, sync);
        if let Some(index) = known.handed.iter().position(|(other, _)| *other == ticket) {
            known.handed.remove(index);
            return;
        }
        let waiter = known.line.take(ticket);
        self.left(waiter, spot);
    }
}
