//! What to write instead, where no value comes?
//!
//! Interface: [`Hung::of_unread`], [`Hung::of_sets`], [`Hung::of_values`]. Not here: what else is waited for
//! (`cures.rs`).

use std::collections::BTreeSet;

use kettle_events::{Id, Resource, SyncKind};

use super::channels::{is_held_open, unread, unserved};
use super::cures::FEW;
use super::hung::{asks, has_local_tasks, has_wakers_outside};
use super::roots::Hung;
use crate::fold::{Primitive, Task};

/// Of the senders of a channel, where no value comes.
macro_rules! drop_the_senders {
    ($more:literal) => {
        concat!(
            "drop every sender that is no longer needed, also the one that the others were cloned from: \
             `drop(tx)` before the loop that receives, and before you await the tasks that receive. (One in a `static` is \
             never dropped: send a value that says it is the last.) ",
            $more
        )
    };
}

impl Hung<'_> {
    /// No value comes, and others lie in a channel.
    pub(super) fn of_unread(&self) -> Option<&'static str> {
        if !asks(&self.roots) {
            return None;
        }
        let askers = self.tasks.iter().filter(|task| asks(self.waits(task)));
        let askers: BTreeSet<Id> = askers.map(|task| task.id).collect();
        let is_one = |id| askers.contains(&id);
        if unread(self.run, is_one).is_some() {
            Some(
                "don't await an answer in the loop that receives: it may depend on a message that this loop has yet \
                 to receive. Spawn a task that asks and awaits the answer, or let a `select!` await the answer \
                 and `recv` at once; or send along what the other side would have to ask for. If that loop is over, drop the receiver \
                 before you wait",
            )
        } else if let Some((.., receiver)) = unserved(self.run, is_one) {
            Some(if receiver.is_some() {
                "if what is awaited is the answer to a message that lies in a channel: let its receiver go on to receive, with \
                 what it awaits meanwhile in a task of its own; or, if it takes no more, let it drop the receiver first: the senders of \
                 the answers go along, and the waits end with an error"
            } else {
                "if what is awaited comes from the code that receives from the channel with values in it: start that \
                 loop, in a task of its own, before you wait"
            })
        } else {
            None
        }
    }

    /// A task at a root has wakers outside kettle, where a set of futures keeps them.
    pub(super) fn of_sets(&self) -> Option<&'static str> {
        let hosts = has_local_tasks(self.run);
        let mut outside =
            self.tasks.iter().filter(|task| has_wakers_outside(task, hosts)).take(FEW);
        let at_a_root = |task: &&Task| self.waits(task).iter().any(|on| self.roots.contains(on));
        outside.any(at_a_root).then_some(
            "if that task has a set of futures (`FuturesUnordered`, `buffered`), these go on only while the set is polled: \
             spawn them, or `select!` over the set and this wait. If it waits for code of your own, that code has to call \
             the waker",
        )
    }

    /// No value comes.
    pub(super) fn of_values(&self) -> Option<&'static str> {
        let value =
            |on: &&Resource| matches!(on, Resource::SyncValue(kind, _) if kind.is_channel());
        let values: Vec<&Resource> = self.roots.iter().filter(value).collect();
        let has_had_some = |on: &&Resource| self.channel(**on).is_some_and(|it| it.high > 0);
        let held_open = |on: &&Resource| match **on {
            Resource::SyncValue(_, id) => is_held_open(self.run, id),
            _ => false,
        };
        if values.is_empty() {
            None
        } else if self.any(|on| matches!(on, Resource::SyncValue(SyncKind::Oneshot, _))) {
            Some(
                "send the value, or drop the sender, before you await the receiver. A sender that waits in a map for its \
                 answer must be there before the question is sent, and be used or dropped in any case; and one in a future that is not polled \
                 meanwhile sends nothing: `join!` it with this wait, or spawn it. Tasks that ask each other \
                 must answer while they wait: with `select!`, or in a task of its own",
            )
        } else if values.iter().any(held_open) {
            Some(
                "the receiver has closed the channel, so permits alone keep it open: use each `Permit` or `OwnedPermit` of \
                 `reserve`, also one that was put aside, or drop it, before you await the task that receives",
            )
        } else if values.len() > 1 && values.iter().any(|on| self.comes_in_turn(**on)) {
            Some(
                "if each task sends only after it has received, let one of them send first. If no more values \
                 will come, drop every sender that is no longer needed",
            )
        } else if self.is_lent(&values) {
            Some(
                "if the values are lent, and come back, as those of a pool do: give each one back on every way, also after an error \
                 (let its `drop` do so), take no second one while you have one, or put in more. If not: drop every sender that is no \
                 longer needed",
            )
        } else if self.is_shared(&values) {
            Some(drop_the_senders!(
                "If the values are lent, and come back, as those of a pool do: take no second one while you have \
                 one, or put in more. If a value was still to come: see whether the code that sends it has run"
            ))
        } else if values.iter().any(has_had_some) {
            Some(drop_the_senders!(
                "A sender that the receiving task keeps for itself can be a `WeakSender`; but if it sends work to itself by that, \
                 put the work into a list of its own, and leave the loop when that is empty. If a value was still to come: see \
                 whether the code that sends it has run. A task that returned early, or panicked, sends nothing"
            ))
        } else {
            Some(drop_the_senders!(
                "If one is in a future that was never polled, it sends nothing yet: spawn that future, or `join!` \
                 it with the code that receives. If a value was to come: see what its sender waits for, perhaps for a value in turn. A task that returned early, \
                 or panicked, sends nothing"
            ))
        }
    }

    /// Does a task that waits for such a value hold a lock for which another one waits? Then several receive, one
    /// after the other.
    fn is_shared(&self, values: &[&Resource]) -> bool {
        self.receivers(values).any(|task| {
            let mut all = self.tasks.iter().flat_map(|other| self.waits(other));
            all.any(|on| {
                self.holds(task, *on) && !matches!(on, Resource::Sync(SyncKind::OnceCell, ..))
            })
        })
    }

    /// Is the receiver in a lock, and has a task that receives there sent last?
    fn is_lent(&self, values: &[&Resource]) -> bool {
        let locks = || {
            let all = self.run.fold.primitives().map(|(_, known)| known);
            all.filter(|known| known.kind == SyncKind::Mutex)
        };
        let held_by =
            |id: Id| locks().any(|it| it.holders.iter().any(|(_, it)| it.task == Some(id)));
        let sends = values.iter().filter_map(|on| self.channel(**on)).any(|known| {
            let asks = |id| self.receivers(values).any(|task| task.id == id);
            known.sender.is_some_and(|id| known.receiver == Some(id) || asks(id))
        });
        sends && self.receivers(values).any(|task| held_by(task.id))
    }

    fn receivers<'a>(&'a self, values: &'a [&Resource]) -> impl Iterator<Item = &'a Task> {
        let receives = |task: &&Task| self.waits(task).iter().any(|on| values.contains(&on));
        self.tasks.iter().copied().filter(receives)
    }

    /// Has no task sent into this channel yet, or one that waits for a value itself?
    fn comes_in_turn(&self, on: Resource) -> bool {
        let asks = |id| self.tasks.iter().any(|task| task.id == id && asks(self.waits(task)));
        self.channel(on).and_then(|known| known.sender).is_none_or(asks)
    }

    fn channel(&self, on: Resource) -> Option<&Primitive> {
        match on {
            Resource::SyncValue(_, id) => self.run.fold.primitive(id),
            _ => None,
        }
    }
}
