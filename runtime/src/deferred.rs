//! Who gives way though it could go on, and when is it woken again?
//!
//! A task of ours that yields just wakes itself: it is queued when its poll returns (`task.rs`,
//! edge 8). A spent budget is put off to the end of this step of the loop, and so is any foreign
//! waker: a combinator that polls its children as soon as they wake would spin without end.
//!
//! Interface: [`defer`], [`wake_deferred`]. Invariants: what is put off is called in the same turn.
//!
//! tokio: `runtime/scheduler/defer.rs`; it is called after the drivers were asked.

use std::mem;
use std::task::Context;

use crate::context::with_current;
use crate::engine::engine;
use crate::event::{Cause, Deferral, Effect, Event, emit};
use crate::foreign::quietly;
use crate::parked::Parked;
use crate::polling::{phase, poll_again};

/// Wakes the one who polls with `cx` a little later: at the end of the run queue, if it is one of
/// our tasks that yields; otherwise at the end of this step of the loop.
pub fn defer(cx: &Context<'_>, why: Deferral) {
    let own = if why == Deferral::Yield { poll_again(cx.waker()) } else { None };
    let Some(task) = own else { return put_off(cx, why) };
    emit(|| Event::Wake { task, by: Cause::Task(task), effect: Effect::DuringPoll });
}

#[cold]
fn put_off(cx: &Context<'_>, why: Deferral) {
    emit(|| Event::Defer { why });
    // Who moves the clock comes behind those whom their timers woke by that: in the same line.
    let by = if why == Deferral::Clock { Cause::Timer } else { Cause::Deferred };
    let mut deferred = Some((by, Parked::new(cx)));
    with_current(|engine| engine.deferred.extend(deferred.take()));
    if let Some((_, parked)) = deferred {
        parked.wake(); // no engine here that could do it later
    }
}

/// Calls the wakers that were put off: step 2 of a turn.
pub(crate) fn wake_deferred() {
    if engine(|engine| engine.deferred.is_empty()) {
        return;
    }
    let mut deferred = engine(|engine| mem::take(&mut engine.deferred));
    for (by, parked) in deferred.drain(..) {
        phase(by, || quietly(|| parked.wake()));
    }
    engine(|engine| {
        deferred.append(&mut engine.deferred);
        engine.deferred = deferred;
    });
}
