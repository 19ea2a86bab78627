//! Who gives way though it could go on, and when is it woken again?
//!
//! A task that yields, or has spent its budget, has nothing to wait for. Its waker is put off: it
//! is called at the end of this step of the loop, before the loop looks at letters, timers and
//! sockets.
//!
//! Interface: [`defer`], [`wake_deferred`]. Invariants: what is put off is called in the same turn.
//!
//! tokio: `runtime/scheduler/defer.rs`; it is called after the drivers were asked.

use std::mem;
use std::task::Context;

use crate::context::{at_home, with_current};
use crate::engine::engine;
use crate::event::{Deferral, Event, emit};
use crate::foreign::wake_all;
use crate::parked::Parked;
use crate::polling::own_task;
use crate::task::Request;

/// Puts a wake-up off. One of our tasks that yields goes to the end of the run queue at once.
/// Everything else waits for the end of this step of the loop: a foreign waker (a combinator that
/// polls its children as soon as they wake would spin without end), a spent budget.
pub fn defer(cx: &Context<'_>, why: Deferral) {
    if why == Deferral::Yield
        && let Some((home, key)) = own_task(cx.waker())
        && at_home(home, key, Request::Wake)
    {
        return;
    }
    emit(|| Event::Defer { why });
    let mut parked = Some(Parked::new(cx));
    with_current(|engine| engine.deferred.extend(parked.take()));
    if let Some(parked) = parked {
        parked.wake(); // no engine here that could do it later
    }
}

/// Calls the wakers that were put off: step 2 of a turn.
pub(crate) fn wake_deferred() {
    if engine(|engine| engine.deferred.is_empty()) {
        return;
    }
    let mut deferred = engine(|engine| mem::take(&mut engine.deferred));
    wake_all(&mut deferred);
    engine(|engine| {
        deferred.append(&mut engine.deferred);
        engine.deferred = deferred;
    });
}
