//! Which engine is at work on this thread?
//!
//! An engine is a box of plain fields. While a thread drives or ends it, it is *seated* there
//! (`seat.rs`). A local set has a place beside it, and is seated only while it is polled.
//!
//! Interface: [`with_current`], the way to the engine's fields for all but `run_tasks` (which holds
//! the `Seat`); [`engine_if_seated`], [`serve_if_seated`]; [`local`], [`set_local`]. Invariants: no
//! closure given to these calls user code (poll, wake, drop of foreign values, sinks): take out,
//! release, call, put back. A breach panics in `borrow_mut`. Seat and local place are never
//! destroyed: a handle dropped in another thread-local's destructor finds none, and sends a letter.
//!
//! Not here: which runtime is *current* (`current.rs`), who is being polled (`polling.rs`).
//!
//! tokio: `runtime/context.rs`; there the current thing is a handle, and the core (queue, driver)
//! stands in a `RefCell` of its own.

use std::cell::RefCell;
use std::mem::ManuallyDrop;
use std::rc::Rc;

use crate::engine::Engine;
use crate::local::LocalTasks;
use crate::remote::HomeId;
use crate::seat::try_with_seat;
use crate::task::{Key, Request};

thread_local! {
    /// The local set that is polled or entered. Never destroyed, as the seat.
    static LOCAL: ManuallyDrop<RefCell<Option<Rc<LocalTasks>>>> =
        const { ManuallyDrop::new(RefCell::new(None)) };
}

/// Reaches the fields of the engine that is seated here, if one is. Never around user code.
#[inline]
pub(crate) fn with_current<R>(f: impl FnOnce(&mut Engine) -> R) -> Option<R> {
    try_with_seat(|seat| seat.with(f)).flatten()
}

/// Serves a task of `home` if that is seated on this thread. False: write a letter.
#[inline]
pub(crate) fn serve_if_seated(home: HomeId, key: Key, request: Request) -> bool {
    let engine = engine_if_seated(home, |engine| engine.scheduler.serve(key, request));
    engine.is_some() || at_local(home, key, request)
}

/// The innermost set only; one that is polled around it gets a letter.
#[cold]
fn at_local(home: HomeId, key: Key, request: Request) -> bool {
    let local = local().filter(|local| local.home() == home && local.is_polled());
    local.is_some_and(|local| {
        local.scheduler().serve(key, request);
        true
    })
}

/// Reaches the fields of the engine of `home`, if that is the one seated here.
#[inline]
pub(crate) fn engine_if_seated<R>(home: HomeId, f: impl FnOnce(&mut Engine) -> R) -> Option<R> {
    with_current(|engine| (engine.home == home).then(|| f(engine))).flatten()
}

/// Makes a local set current; gives back the one that was.
pub(crate) fn set_local(local: Option<Rc<LocalTasks>>) -> Option<Rc<LocalTasks>> {
    LOCAL.try_with(|place| place.replace(local)).ok().flatten()
}

/// The current local set.
pub(crate) fn local() -> Option<Rc<LocalTasks>> {
    LOCAL.try_with(|place| place.borrow().clone()).ok().flatten()
}
