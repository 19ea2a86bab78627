//! What changes at a primitive of `sync`?
//!
//! Each function is the counterpart of a few lines of `src/sync/`: it changes what they have changed.
//!
//! Not here: what a primitive is (`primitive.rs`).

use kettle_events::{Act, Id, Place, Record, SyncKind, Units};

use super::fold::Fold;
use super::primitive::Primitive;
use super::things::Holder;
use super::waiting::{Spot, Waiter};

impl Fold {
    pub(super) fn sync_new(
        &mut self,
        (kind, sync): (SyncKind, Id),
        room: Option<usize>,
        count: usize,
        at: Place,
    ) {
        let (made, count) = (Some(at), Some(count));
        let senders = kind.is_channel().then_some(1);
        let new = Primitive { made, room, count, senders, ..Primitive::new(kind) };
        let first = self.primitives.insert(sync, Primitive { first: count, ..new });
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
        (item, with, owned): (u64, u64, bool),
        now: usize,
    ) {
        if act == Act::Refuse {
            return; // and a channel that is over stays forgotten
        }
        let by = record.task.or(record.job);
        let believes = self.believes;
        let known = self.primitive_of(kind, sync);
        known.acted = Some(record.seq);
        let in_order = item > 0 && !known.gives() && !believes;
        let found = match act {
            Act::Put | Act::Get | Act::Forget if in_order => {
                known.value(act, (item, record.seq), now)
            }
            _ => Ok(known.taken_at(item)),
        };
        let taker =
            Holder { hold: item, task: by, owned, since: record.seq, at: record.at.place() };
        if with != 0 && with != item {
            // The one was split off the other, or is merged with it.
            let known = if act == Act::Take {
                known.taken(taker, units);
                known.given_up(with, units)
            } else {
                known.moved(item, with, units)
            };
            return self.ends_known(known, item);
        }
        let handed = act == Act::Take && known.take_handed(by, now);
        let fits = known.fits(act, units, handed, now) && known.is_held_as(act, units);
        let before = known.count;
        known.adds_up(act, units, now);
        known.uses += u64::from(act == Act::Take || act == Act::Put && !kind.is_lock());
        if kind == SyncKind::Semaphore && act == Act::Forget {
            known.forgot = record.at.place();
        }
        let mut ends = true;
        match act {
            Act::Take => known.taken(taker, units),
            Act::Release => ends = known.given_up(item, units),
            // Else free permits are forgotten, or values.
            Act::Forget if known.gives() => ends = known.given_up(item, units),
            Act::Put if kind.is_channel() => {
                known.sender = by;
                known.handed.retain(|(_, waiter)| waiter.task != by);
            }
            Act::Put if units == Units::All => {
                known.holders.clear();
                known.held = 0;
                known.unheard |= kind == SyncKind::Notify && known.line.is_empty();
                known.unheard &= kind != SyncKind::Barrier; // a new round
            }
            Act::Close => {
                known.closed = true;
                known.handed.clear();
            }
            Act::Open => known.closed = false,
            Act::Senders => known.senders = Some(number(units)),
            Act::End => known.senders = Some(0),
            Act::Get => known.receiver = by,
            Act::Forget | Act::Put | Act::Refuse => {}
        }
        if kind == SyncKind::Oneshot && matches!(act, Act::Put | Act::Get) {
            known.senders = Some(0); // its only one has sent
        }
        self.ends_known(ends, item);
        self.back = found.unwrap_or_default();
        self.trouble
            .check_seen(found.is_ok(), || format!("value {item} of {sync:?} was never put"));
        self.trouble.check_seen(fits, || {
            format!("{kind:?} {sync:?} counted {before:?} before: {act:?} of {units:?}, now {now}")
        });
        self.serve(kind, sync, act, units);
        if !self.keeps && self.primitives.get(sync).is_some_and(Primitive::is_over) {
            self.primitives.remove(sync);
        }
    }

    fn ends_known(&mut self, known: bool, hold: u64) {
        self.trouble.check_seen(known, || format!("hold {hold} ends, and had not begun"));
    }

    /// Takes away the waiters whose wakers were taken.
    fn serve(&mut self, kind: SyncKind, sync: Id, act: Act, units: Units) {
        let known = self.primitive_of(kind, sync);
        let one = kind.is_channel() && matches!(act, Act::Put | Act::Get);
        if one || known.senders == Some(0) && matches!(act, Act::Senders | Act::End) {
            let value = known.value.take();
            self.all_leave(value, Spot::Value(kind, sync));
        }
        let known = self.primitive_of(kind, sync);
        if act == Act::Close || act == Act::Put && units == Units::All {
            let line = std::mem::take(&mut known.line);
            for (ticket, waiter) in line.into_waiters() {
                self.tasks.leaves(waiter, Spot::Line(kind, sync, ticket));
            }
        }
        let once = kind == SyncKind::Oneshot && one;
        if once || matches!(act, Act::Close | Act::End) {
            let gone = std::mem::take(&mut self.primitive_of(kind, sync).gone);
            self.all_leave(gone, Spot::Closed(kind, sync));
        }
    }

    fn all_leave(&mut self, all: impl IntoIterator<Item = Waiter>, spot: Spot) {
        for waiter in all {
            self.tasks.leaves(waiter, spot);
        }
    }
}

fn number(units: Units) -> usize {
    match units {
        Units::Count(number) => number as usize,
        Units::All => 0,
    }
}
