//! What is known of a primitive of `sync`?
//!
//! They all report themselves in the same few words (`Resource::Sync` in the events says how): what
//! is counted, which task took how much of it, which tasks are in line. So one [`Primitive`] serves
//! all kinds, channels and locks too.
//!
//! Which task holds something is known from its taking, until a task gives back what it has not
//! taken: then a guard was handed on, and no holder is known by name any more.
//!
//! Not here: which event changes what (`sync.rs`), which waiter is where (`places.rs`).

use kettle_events::{Act, Id, Place, SyncKind, Units};

use super::kept::Idle;
use super::line::Line;
use super::things::Holder;
use super::waiting::Waiter;

/// So many holders are remembered, the latest.
const HOLDERS: usize = 64;

/// A channel, a lock or another primitive of `sync`.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Primitive {
    /// What kind.
    pub kind: SyncKind,
    /// Where it was made, if that was seen.
    pub made: Option<Place>,
    /// How many values it can hold; `None`: any number, or not known, or it holds none.
    pub room: Option<usize>,
    /// What its kind counts, as far as is known: values, free permits, tasks missing at a barrier.
    pub count: Option<usize>,
    /// What it counted when it was made.
    pub(crate) first: Option<usize>,
    /// The most values that were in it so far.
    pub high: usize,
    /// How many senders there are, if it is a channel for values in order and that is known.
    pub senders: Option<usize>,
    /// Was it closed, and not opened since?
    pub closed: bool,
    /// How much of it is held by all holders together, also those that are no longer remembered.
    pub(crate) held: usize,
    /// The most permits, free and held, that it is known to have had at once.
    pub(crate) most: usize,
    /// Which tasks hold some of it (of a channel: reserved places), and how much; the latest few only,
    /// the last is newest.
    pub holders: Vec<(Units, Holder)>,
    /// Where some of it was forgotten last.
    pub(crate) forgot: Option<Place>,
    /// The tasks that wait, in line.
    pub line: Line,
    /// The waiters that were given what they wait for and have not taken it yet, by their tickets.
    pub handed: Vec<(usize, Waiter)>,
    /// The task that waits for a value, where only one can.
    pub value: Option<Waiter>,
    /// The task that took a value out of it last.
    pub(crate) receiver: Option<Id>,
    /// The task that put a value into it last.
    pub(crate) sender: Option<Id>,
    /// The tasks that wait for its other end to go.
    pub gone: Vec<Waiter>,
    /// All waiters were told, and there was none: nothing of it is stored. Of a barrier: one that was counted has left.
    pub(crate) unheard: bool,
    /// How often it was taken, or something was put in.
    pub uses: u64,
    /// How often a task had to wait.
    pub waits: u64,
}

impl Idle for Primitive {
    fn is_idle(&self) -> bool {
        let nobody = self.line.is_empty() && self.value.is_none() && self.gone.is_empty();
        nobody && (self.handed.is_empty() || self.kind.is_channel())
    }
}

impl Primitive {
    pub(super) fn new(kind: SyncKind) -> Primitive {
        Primitive {
            kind,
            made: None,
            room: None,
            count: None,
            first: None,
            high: 0,
            held: 0,
            most: 0,
            senders: None,
            closed: false,
            holders: Vec::new(),
            forgot: None,
            line: Line::default(),
            handed: Vec::new(),
            value: None,
            receiver: None,
            sender: None,
            gone: Vec::new(),
            unheard: false,
            uses: 0,
            waits: 0,
        }
    }

    /// Is it full, so that who sends has to wait?
    pub fn is_full(&self) -> bool {
        self.count.is_some_and(|count| self.room == Some(count))
    }

    /// Does a task hold all of it, so that no other can have any?
    pub fn is_exclusive(&self) -> bool {
        self.holders.iter().any(|(units, _)| *units == Units::All)
    }

    /// Are these more permits than it has ever had? Known only if it was seen from its beginning.
    pub(crate) fn never_had(&self, units: Units) -> bool {
        match (units, self.first) {
            (Units::Count(some), Some(first)) => some as usize > first.max(self.most),
            _ => false,
        }
    }

    /// Is it a barrier that has opened before? (Each task that has come since the last time is one that no longer misses.)
    pub(crate) fn has_opened(&self) -> bool {
        let come = self.first.zip(self.count).map(|(all, missing)| all.saturating_sub(missing));
        self.kind == SyncKind::Barrier && come.is_some_and(|come| self.uses > come as u64)
    }

    /// After this it counts so much: how much is held, and how much is there in all?
    pub(super) fn adds_up(&mut self, act: Act, units: Units, now: usize) {
        let some = match units {
            Units::Count(some) => some as usize,
            Units::All => 1,
        };
        let before = self.count.replace(now);
        match act {
            Act::Take => self.held += some,
            Act::Release => self.held = self.held.saturating_sub(some),
            // Else free permits are forgotten.
            Act::Forget if before == Some(now) => self.held = self.held.saturating_sub(some),
            _ => {}
        }
        // What was added may have gone to a waiter at once: it is no longer free, and not yet taken.
        let added = if act == Act::Put && units != Units::All {
            before.map_or(0, |before| before + some)
        } else {
            0
        };
        self.high = self.high.max(now);
        self.most = self.most.max(self.held + now.max(added));
    }

    /// Does a waiter that was served own something before it takes it?
    pub(super) fn gives(&self) -> bool {
        self.kind.is_lock() || self.kind == SyncKind::Semaphore
    }

    /// Can nothing more happen to it? Known only of channels for values in order.
    pub(super) fn is_over(&self) -> bool {
        let over = self.senders == Some(0) || self.kind == SyncKind::Oneshot && self.closed;
        self.kind.is_channel() && over && self.is_idle() && self.count == Some(0)
    }

    /// Can it count so much after this?
    pub(super) fn fits(&self, act: Act, units: Units, handed: bool, now: usize) -> bool {
        use SyncKind::{Broadcast, SetOnce, Watch};
        let some = match units {
            Units::Count(some) => Some(some as usize),
            // Of a lock, all is what it had at first.
            Units::All if matches!(act, Act::Take | Act::Release) => self.first,
            Units::All => None,
        };
        if self.kind.is_channel() {
            return self.fits_a_channel(act, some.unwrap_or(0), now);
        }
        let (Some(before), Some(some)) = (self.count, some) else { return true };
        match (self.kind, act) {
            (Watch | Broadcast | SetOnce, _) => true,
            (_, Act::Take) if handed => now == before,
            (_, Act::Take | Act::Get) | (SyncKind::Barrier, Act::Put) => now + some == before,
            (SyncKind::Notify, Act::Put) => now == 1 || !self.line.is_empty(),
            (_, Act::Release | Act::Put) if self.line.is_empty() => now == before + some,
            (_, Act::Release | Act::Put) => now <= before + some,
            (_, Act::Forget) => now <= before,
            (_, Act::Open | Act::Senders | Act::End | Act::Refuse) => now == before,
            // What waiters had is free again.
            (_, Act::Close) => now >= before,
        }
    }

    /// A lock that is taken whole is free before, and one that is released was taken. (Of those that
    /// share it, only the latest are known.)
    pub(super) fn is_held_as(&self, act: Act, units: Units) -> bool {
        match act {
            _ if !self.kind.is_lock() => true,
            Act::Take if units == Units::All => self.holders.is_empty(),
            Act::Take => !self.is_exclusive(),
            Act::Release if units == Units::All => !self.holders.is_empty(),
            _ => true,
        }
    }

    fn fits_a_channel(&self, act: Act, some: usize, now: usize) -> bool {
        let senders = |fits: &dyn Fn(usize) -> bool| self.senders.is_none_or(fits);
        let values = |fits: &dyn Fn(usize) -> bool| self.count.is_none_or(fits);
        match act {
            Act::Put => {
                let fits = self.room.is_none_or(|room| now <= room);
                fits && values(&|before| before + 1 == now)
            }
            Act::Get => values(&|before| before == now + 1),
            Act::Forget => values(&|before| before == some && now == 0),
            Act::Senders => senders(&|before| before.abs_diff(some) == 1),
            Act::End => senders(&|before| before == 1) && values(&|before| before == now),
            Act::Close => !self.closed && values(&|before| before == now),
            Act::Take | Act::Release => values(&|before| before == now),
            Act::Open | Act::Refuse => false,
        }
    }

    pub(super) fn taken(&mut self, by: Holder, units: Units) {
        if self.holders.len() == HOLDERS {
            self.holders.remove(0);
        }
        self.holders.push((units, by));
    }

    /// A task gives up what it has taken, the latest first.
    pub(super) fn given_up(&mut self, by: Option<Id>, units: Units) {
        let mut rest = units;
        while let Some(index) = self.holders.iter().rposition(|(held, holder)| {
            holder.task == by && (*held == Units::All) == (rest == Units::All)
        }) {
            rest = match (self.holders[index].0, rest) {
                (Units::Count(held), Units::Count(some)) if held > some => {
                    self.holders[index].0 = Units::Count(held - some);
                    return;
                }
                (Units::Count(held), Units::Count(some)) => Units::Count(some - held),
                _ => Units::Count(0),
            };
            self.holders.remove(index);
            if rest == Units::Count(0) {
                return;
            }
        }
        self.handed_on(rest);
    }

    /// Another task took this: so which task has the rest is not known any more.
    fn handed_on(&mut self, units: Units) {
        let index = self.holders.iter().rposition(|(held, _)| *held == units);
        if let Some(index) = index.or(self.holders.len().checked_sub(1)) {
            self.holders.remove(index);
        }
        for (_, holder) in &mut self.holders {
            (holder.task, holder.since) = (None, 0);
        }
    }

    /// Takes from what was given to this task; else, if nothing free was taken, to any.
    pub(super) fn take_handed(&mut self, by: Option<Id>, now: usize) -> bool {
        if self.count.is_some_and(|before| before != now) {
            return false; // what was taken was free
        }
        let mine = self.handed.iter().position(|(_, waiter)| waiter.task == by);
        let any = || (!self.kind.is_channel() && !self.handed.is_empty()).then_some(0);
        let index = mine.or_else(any);
        index.map(|index| self.handed.remove(index)).is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holder(task: Id) -> Holder {
        Holder { task: Some(task), since: 1, at: None }
    }

    fn held(primitive: &Primitive) -> Vec<(Units, Option<Id>)> {
        primitive.holders.iter().map(|(units, holder)| (*units, holder.task)).collect()
    }

    #[test]
    fn a_task_gives_up_what_it_took_in_other_portions() {
        let (one, other) = (Id::next(), Id::next());
        let mut semaphore = Primitive::new(SyncKind::Semaphore);
        for (task, units) in [(one, 1), (other, 2), (one, 2)] {
            semaphore.taken(holder(task), Units::Count(units));
        }
        semaphore.given_up(Some(one), Units::Count(1));
        let left = [(1, one), (2, other), (1, one)];
        assert_eq!(held(&semaphore), left.map(|(units, id)| (Units::Count(units), Some(id))));
        semaphore.given_up(Some(one), Units::Count(2));
        assert_eq!(held(&semaphore), [(Units::Count(2), Some(other))]);
    }

    #[test]
    fn what_was_handed_on_leaves_no_holder_known() {
        let (one, other, third) = (Id::next(), Id::next(), Id::next());
        let mut lock = Primitive::new(SyncKind::RwLock);
        lock.taken(holder(one), Units::Count(1));
        lock.taken(holder(other), Units::Count(1));
        lock.given_up(Some(third), Units::Count(1));
        assert_eq!(held(&lock), [(Units::Count(1), None)]);
    }

    #[test]
    fn only_the_latest_holders_are_remembered() {
        let mut semaphore = Primitive::new(SyncKind::Semaphore);
        for _ in 0..10 * HOLDERS {
            semaphore.taken(holder(Id::next()), Units::Count(1));
        }
        assert_eq!(semaphore.holders.len(), HOLDERS);
    }
}
