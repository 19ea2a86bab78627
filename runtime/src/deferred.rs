//! Who gives way though it could go on, and when is it woken again?
//!
//! A task of ours that yields just wakes itself: it is queued when its poll returns (`task.rs`,
//! edge 8). A spent budget is put off to the end of this step of the loop, and so is any foreign
//! waker: a combinator that polls its children as soon as they wake would spin without end. So is
//! who moved the virtual clock, behind those whom that woke.
//!
//! Interface: [`defer`], [`wake_deferred`]. Invariants: what is put off during the polls is called
//! in the same turn, what comes later in the next; the loop does not park before (`is_idle`).
//!
//! tokio: `runtime/scheduler/defer.rs`; it is called after the drivers were asked.

use std::mem;
use std::task::Context;

use crate::context::{serve_if_seated, with_current};
use crate::engine::engine;
use crate::event::{self, Cause, Deferral, Event, emit};
use crate::foreign::wake_all;
use crate::parked::Parked;
use crate::polling::{own_task, phase, poll_again};
use crate::task::Request;

/// Wakes the one who polls with `cx` a little later: at the end of the run queue, if it is one of
/// our tasks that yields; otherwise at the end of this step of the loop.
#[inline]
pub fn defer(cx: &Context<'_>, why: Deferral) {
    let wakes_itself = why == Deferral::Yield && wake_self(cx);
    if !wakes_itself {
        put_off(cx, why);
    }
}

/// Wakes the running task, if `cx` is its own. By a mark beside its name; or by its slot, while
/// somebody records: that knows whether the task was woken before.
#[inline]
fn wake_self(cx: &Context<'_>) -> bool {
    if event::on() { wake_recorded(cx) } else { poll_again(cx.waker()) }
}

#[cold]
fn wake_recorded(cx: &Context<'_>) -> bool {
    let own = own_task(cx.waker());
    own.is_some_and(|(home, key)| serve_if_seated(home, key, Request::Wake))
}

#[cold]
fn put_off(cx: &Context<'_>, why: Deferral) {
    emit(|| Event::Defer { why });
    let mut parked = Some(Parked::new(cx));
    with_current(|engine| engine.deferred.line(why).extend(parked.take()));
    if let Some(parked) = parked {
        parked.wake(); // no engine here that could do it later
    }
}

/// Wakers that were put off, a list for each cause: pairs of cause and waker cost a fifth of a
/// yield under `join_all`.
#[derive(Default)]
pub(crate) struct Deferred {
    /// Spent budgets and foreign yields.
    pub(crate) step: Vec<Parked>,
    /// Who moved the clock.
    pub(crate) clock: Vec<Parked>,
}

impl Deferred {
    fn line(&mut self, why: Deferral) -> &mut Vec<Parked> {
        if why == Deferral::Clock { &mut self.clock } else { &mut self.step }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.step.is_empty() && self.clock.is_empty()
    }
}

/// Calls the wakers that were put off: step 2 of a turn.
pub(crate) fn wake_deferred() {
    if engine(|engine| engine.deferred.is_empty()) {
        return;
    }
    let mut deferred = engine(|engine| mem::take(&mut engine.deferred));
    phase(Cause::Deferred, || wake_all(&mut deferred.step));
    // As if by a timer: so it is queued in the same line, behind those whom its move woke.
    phase(Cause::Timer, || wake_all(&mut deferred.clock));
    // What was put off meanwhile stays for the next turn; the vectors are kept.
    engine(|engine| {
        deferred.step.append(&mut engine.deferred.step);
        deferred.clock.append(&mut engine.deferred.clock);
        engine.deferred = deferred;
    });
}
