//! What changes at a primitive of `sync`?
//!
//! Each function is the counterpart of a few lines of `src/sync/`: it changes what they have
//! changed.
//!
//! Not here: what a primitive is (`primitive.rs`).

use kettle_events::{Act, Id, Place, Record, SyncKind, Units};

use super::fold::Fold;
use super::primitive::Primitive;
use super::things::Holder;

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
        let first = self.primitives.get(sync).is_none();
        self.trouble.check(first, || format!("{kind:?} {sync:?} was there already"));
        self.primitives.insert(sync, Primitive { first: count, ever: count, ..new });
    }

    /// The primitive, which may have been made out of sight.
    pub(super) fn primitive_of(&mut self, kind: SyncKind, sync: Id) -> &mut Primitive {
        if self.primitives.get(sync).is_none() {
            self.trouble.check(false, || format!("no record has named {kind:?} {sync:?}"));
            return self.primitives.insert(sync, Primitive::new(kind));
        }
        self.primitives.get_mut(sync).expect("it is there")
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
        let nobody = self.waits.line(kind, sync).next().is_none();
        let known = self.primitive_of(kind, sync);
        known.acted = Some(record.seq);
        let in_order = item > 0 && !known.gives();
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
        known.count = Some(now);
        known.uses += u64::from(act == Act::Take || act == Act::Put && !kind.is_lock());
        let mut ends = true;
        match act {
            Act::Take => known.taken(taker, units),
            Act::Release => ends = known.given_up(item, units),
            // Else free permits are forgotten, or values.
            Act::Forget if known.gives() => ends = known.given_up(item, units),
            Act::Put if !kind.is_channel() && units == Units::All => {
                known.holders.clear();
                known.unheard |= kind == SyncKind::Notify && nobody;
                known.unheard &= kind != SyncKind::Barrier; // a new round
            }
            Act::Close => known.closed = true,
            Act::Open => known.closed = false,
            Act::Senders => known.senders = Some(number(units)),
            Act::End => known.senders = Some(0),
            Act::Get => known.receiver = by,
            Act::Put => known.ever = known.ever.map(|ever| ever + number(units)),
            Act::Forget | Act::Refuse => {}
        }
        if kind == SyncKind::Oneshot && matches!(act, Act::Put | Act::Get) {
            known.senders = Some(0); // its only one has sent
        }
        self.ends_known(ends, item);
        self.back = found.unwrap_or_default();
        self.trouble.check(found.is_ok(), || format!("value {item} of {sync:?} was never put"));
        self.forget_if_over(sync);
    }

    pub(super) fn forget_if_over(&mut self, sync: Id) {
        if !self.keeps && self.primitives.get(sync).is_some_and(Primitive::is_over) {
            self.primitives.remove(sync);
        }
    }

    fn ends_known(&mut self, known: bool, hold: u64) {
        self.trouble.check(known, || format!("hold {hold} ends, and had not begun"));
    }
}

fn number(units: Units) -> usize {
    match units {
        Units::Count(number) => number as usize,
        Units::All => 0,
    }
}
