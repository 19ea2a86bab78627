//! What is in a channel, and which task received from it last?
//!
//! Interface: the functions. Not here: what is said of a wait for a value or for room (`hung.rs`).

use kettle_events::{Id, SyncKind};

use super::run::Run;
use crate::fold::{Primitive, Task};
use crate::words::teller::count;

/// A channel with values that one of these tasks would receive if it did not wait for a value of another one.
pub(super) fn unread(run: &Run, asks: impl Fn(Id) -> bool) -> Option<(Id, &Primitive)> {
    run.fold.primitives().find(|(_, known)| {
        let has_some = known.kind == SyncKind::Mpsc && known.count > Some(0);
        has_some && known.value.is_none() && known.receiver.is_some_and(&asks)
    })
}

/// A channel from which no task receives, and into which one of these tasks has sent last: perhaps its question. And the
/// one that received there, if it has not ended.
pub(super) fn unserved(
    run: &Run,
    asks: impl Fn(Id) -> bool,
) -> Option<(Id, &Primitive, Option<&Task>)> {
    let (id, known) = run.fold.primitives().find(|(_, known)| {
        let has_some = known.kind == SyncKind::Mpsc && known.count > Some(0) && !known.closed;
        let asked = known.sender.is_some_and(&asks);
        has_some && asked && known.value.is_none() && !known.receiver.is_some_and(&asks)
    })?;
    Some((id, known, receiver(run, known)))
}

/// Of a channel with values, and the task that received from it last.
pub(super) fn of_what_lies(
    run: &Run,
    (channel, known): (Id, &Primitive),
    task: Option<&Task>,
) -> String {
    let (values, what) = (count(known.count.unwrap_or(0), "value"), run.thing(channel));
    match task.map(|task| run.name(task.id)) {
        Some(name) => format!(
            "{what} holds {values}, but {name}, which received from it last, waits elsewhere"
        ),
        None => format!("{what} holds {values}, and no task receives from it"),
    }
}

/// So much of a channel's room is neither free nor has a value in it, though tasks wait for some.
pub(super) fn taken_room(channel: &Primitive) -> Option<usize> {
    let taken = channel.room?.checked_sub(channel.count?)?;
    (taken > 0 && !channel.closed).then_some(taken)
}

/// Has the receiver closed this channel, and do permits keep it open?
pub(super) fn is_held_open(run: &Run, channel: Id) -> bool {
    let known = run.fold.primitive(channel);
    known.is_some_and(|known| known.kind == SyncKind::Mpsc && known.closed)
}

/// The task that received from this channel last, if it has not ended and waits for something else.
pub(super) fn receiver<'a>(run: &'a Run, channel: &Primitive) -> Option<&'a Task> {
    let task = run.fold.task(channel.receiver.filter(|_| channel.value.is_none())?)?;
    (!task.is_over()).then_some(task)
}
