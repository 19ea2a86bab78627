//! Which words does tokio-console understand?
//!
//! It knows spans by their names and events by their targets, and takes what it shows from fields
//! with fixed names, all on the level of traces. This file is that vocabulary and nothing else. The
//! files beside it say which word when.
//!
//! | word | what it says |
//! |---|---|
//! | span `runtime.spawn` | there is a task; entered: it is polled; closed: it has ended |
//! | event of `runtime::waker` | a waker of a task was called, cloned, dropped |
//! | span `runtime.resource` | there is something that tasks wait for |
//! | span `runtime.resource.async_op` | a task waits for it; the span `….poll` is one look at it |
//! | event of `runtime::resource::poll_op` | what that look came to |
//! | event of `runtime::resource::state_update` | something about the resource has changed |
//!
//! Invariants: the names are the console's, the targets of spans are ours (`kettle::task` and so
//! on), so that one filter, `kettle=trace,runtime=trace`, asks for all of it. Nothing here has a
//! state.
//!
//! tokio: the same words, spoken at the places themselves, under `tokio_unstable`.

use std::panic::Location;
use std::time::Duration;

use kettle_events::{Kind, Place};
use tracing::subscriber::NoSubscriber;
use tracing::{Span, trace, trace_span};

use crate::words::names::Name;

/// What is told of a task once, when it is made.
#[derive(Clone, Debug)]
pub(super) struct Passport {
    pub(super) name: Name,
    pub(super) id: u64,
    pub(super) kind: &'static str,
    /// A blocking job has none.
    pub(super) future: Option<Future>,
}

#[derive(Clone, Debug)]
pub(super) struct Future {
    /// After its function.
    pub(super) name: String,
    /// In bytes.
    pub(super) size: usize,
    /// Where it was spawned.
    pub(super) at: Place,
}

/// The console's name for a kind of task.
pub(super) fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Main => "block_on",
        Kind::Task => "task",
        Kind::Local => "local",
    }
}

/// A task. It has no parent: the console lists tasks side by side.
pub(super) fn task(passport: &Passport) -> Span {
    let Passport { name, id, kind, future } = passport;
    let (name, future) = (name.to_string(), future.as_ref());
    let (size, at) = (future.map(|future| future.size), future.map(|future| future.at));
    // The console calls a future boxed if the two sizes differ. All of ours are, so none is.
    trace_span!(
        target: "kettle::task",
        parent: None,
        "runtime.spawn",
        kind,
        task.name = name.as_str(),
        task.id = id,
        future = future.map(|future| future.name.as_str()),
        size.bytes = size,
        original_size.bytes = size,
        loc.file = at.map(Location::file),
        loc.line = at.map(Location::line),
        loc.col = at.map(Location::column),
    )
}

/// Does a subscriber listen to this span? Where no subscriber is, but some other thread has one, a span
/// is made all the same, for no one.
pub(super) fn is_heard(span: &Span) -> bool {
    span.with_subscriber(|(_, subscriber)| !subscriber.is::<NoSubscriber>()).unwrap_or(false)
}

/// What can happen to a waker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WakerOp {
    /// It was called and is used up.
    Wake,
    /// It was called and is still there.
    WakeByRef,
    Clone,
    Drop,
}

/// Something happened to a waker of `task`. For the console a task is its span's id here, not the
/// runtime's number.
pub(super) fn waker(task: &Span, op: WakerOp) {
    let Some(span) = task.id() else { return };
    let op = match op {
        WakerOp::Wake => "waker.wake",
        WakerOp::WakeByRef => "waker.wake_by_ref",
        WakerOp::Clone => "waker.clone",
        WakerOp::Drop => "waker.drop",
    };
    trace!(target: "runtime::waker", op, task.id = span.into_u64());
}

/// What tasks can wait for, as the console lists it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sort {
    Timer,
    /// With the type of the socket.
    Source(&'static str),
    Mpsc,
    Oneshot,
    Watch,
    Broadcast,
    /// Of `sync`, with its type.
    Sync(&'static str),
    Pipe,
}

/// A span's target is part of the place in the source: one place for each module.
macro_rules! resource {
    ($target:literal, $type:expr, $kind:literal, $at:ident) => {
        trace_span!(
            target: $target,
            parent: None,
            "runtime.resource",
            concrete_type = $type,
            kind = $kind,
            is_internal = false,
            inherits_child_attrs = false,
            loc.file = $at.map(Location::file),
            loc.line = $at.map(Location::line),
            loc.col = $at.map(Location::column),
        )
    };
}

/// Something that tasks wait for.
pub(super) fn resource(sort: Sort, at: Option<Place>) -> Span {
    match sort {
        Sort::Timer => resource!("kettle::time", "Timer", "timer", at),
        Sort::Source(what) => resource!("kettle::net", what, "Net", at),
        Sort::Mpsc => resource!("kettle::sync::mpsc", "Channel", "Sync", at),
        Sort::Oneshot => resource!("kettle::sync::oneshot", "Channel", "Sync", at),
        Sort::Watch => resource!("kettle::sync::watch", "Channel", "Sync", at),
        Sort::Broadcast => resource!("kettle::sync::broadcast", "Channel", "Sync", at),
        Sort::Sync(what) => resource!("kettle::sync", what, "Sync", at),
        Sort::Pipe => resource!("kettle::io", "Pipe", "Sync", at),
    }
}

/// What changes about a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// A timer's; told is how far away it was when it was set, in milliseconds.
    Deadline(Duration),
    Len(usize),
    Capacity(usize),
    Senders(usize),
    Locked(bool),
    Readable(bool),
    Writable(bool),
    /// Free ones, of a semaphore.
    Permits(usize),
    /// Tasks that have not come to a barrier yet.
    Missing(usize),
    /// A notification is left.
    Notified(bool),
    /// A cell has its value.
    Set(bool),
    Closed(bool),
}

/// A field's name is part of the place in the source, too.
macro_rules! update {
    ($($field:tt)*) => { trace!(target: "runtime::resource::state_update", $($field)*) };
}

/// A resource changed, at this time.
pub(super) fn state(resource: &Span, state: State, now: Duration) {
    resource.in_scope(|| match state {
        State::Deadline(due) => {
            let duration = u64::try_from(due.saturating_sub(now).as_millis()).unwrap_or(u64::MAX);
            update!(duration, duration.unit = "ms", duration.op = "override");
        }
        State::Len(len) => update!(len, len.op = "override"),
        State::Capacity(capacity) => update!(capacity, capacity.op = "override"),
        State::Senders(senders) => update!(senders, senders.op = "override"),
        State::Locked(locked) => update!(locked, locked.op = "override"),
        State::Readable(readable) => update!(readable, readable.op = "override"),
        State::Writable(writable) => update!(writable, writable.op = "override"),
        State::Permits(permits) => update!(permits, permits.op = "override"),
        State::Missing(missing) => update!(missing, missing.op = "override"),
        State::Notified(notified) => update!(notified, notified.op = "override"),
        State::Set(set) => update!(set, set.op = "override"),
        State::Closed(closed) => update!(closed, closed.op = "override"),
    });
}

/// A task's waiting for a resource.
#[derive(Debug)]
pub(super) struct Op {
    span: Span,
    poll: Span,
}

impl Op {
    /// The running task begins to wait. `source`: which method does.
    pub(super) fn new(resource: &Span, source: &'static str) -> Op {
        resource.in_scope(|| {
            let span = trace_span!(
                target: "kettle::op",
                "runtime.resource.async_op",
                source,
                inherits_child_attrs = false,
            );
            // Not by entering the op: that would count as a look.
            let poll = trace_span!(
                target: "kettle::op",
                parent: &span,
                "runtime.resource.async_op.poll",
            );
            Op { span, poll }
        })
    }

    /// The running task looked at the resource: `name` is what it asked.
    pub(super) fn polled(&self, resource: &Span, name: &'static str, is_ready: bool) {
        let tell = || trace!(target: "runtime::resource::poll_op", op_name = name, is_ready);
        resource.in_scope(|| self.span.in_scope(|| self.poll.in_scope(tell)));
    }
}
