//! Which engine is at work on this thread?
//!
//! An engine is a box of plain fields. While `block_on` drives it, it is *seated* here, in a
//! thread-local place for at most one; a local set sits beside it while it is polled.
//!
//! Interface: [`with_current`] (the one way to the engine's fields), [`serve_if_seated`] (the one rule of
//! `remote.rs`), [`seat`]. Invariants: nothing that these run calls user code (poll, wake, drop of
//! foreign values, sinks): take out, release, call, put back. A breach panics in `borrow_mut`
//! instead of corrupting anything. Access is by `try_with`: a handle that is dropped in another
//! thread-local's destructor finds no engine here, and writes a letter.
//!
//! Not here: which runtime is *current* (`current.rs`), who is being polled (`polling.rs`).
//!
//! tokio: `runtime/context.rs`; there the current thing is a handle, and the core (queue, driver)
//! stands in a `RefCell` of its own.

use std::cell::RefCell;
use std::mem::{self, ManuallyDrop};
use std::rc::Rc;

use crate::engine::{Engine, Seat};
use crate::event::{self, Tape};
use crate::local::LocalTasks;
use crate::polling::{self, Now};
use crate::remote::HomeId;
use crate::shutdown::leaving;
use crate::task::{Key, Request};

// Never destroyed: a runtime may live in another thread-local, and end after these would have.
thread_local! {
    static ENGINE: ManuallyDrop<Seat> = const { ManuallyDrop::new(Seat::new()) };
    /// The local set that is polled or entered.
    static LOCAL: ManuallyDrop<RefCell<Option<Rc<LocalTasks>>>> =
        const { ManuallyDrop::new(RefCell::new(None)) };
}

/// Finds this thread's seat once, for who will need it many times.
pub(crate) fn with_seat<R>(f: impl FnOnce(&Seat) -> R) -> R {
    ENGINE.with(|seat| f(seat))
}

/// Reaches the fields of the engine that is seated here, if one is. Never around user code.
#[inline]
pub(crate) fn with_current<R>(f: impl FnOnce(&mut Engine) -> R) -> Option<R> {
    ENGINE.try_with(|seat| seat.0.borrow_mut().as_deref_mut().map(f)).ok().flatten()
}

/// Serves a task of `home` if that is seated on this thread. False: write a letter.
#[inline]
pub(crate) fn serve_if_seated(home: HomeId, key: Key, request: Request) -> bool {
    let engine = engine_if_seated(home, |engine| engine.scheduler.serve(key, request));
    engine.is_some() || at_local(home, key, request)
}

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

/// Seats an engine here until the guard is dropped, also by a panic; `leave` then gets it back.
pub(crate) fn seat<L: FnOnce(Box<Engine>)>(mut engine: Box<Engine>, leave: L) -> Seated<L> {
    let tape = event::seat(engine.tape.take());
    let engine = ENGINE.with(|seat| seat.0.replace(Some(engine)));
    let before = Before { engine, tape, now: polling::set_aside() };
    Seated { before, leave: Some(leave) }
}

/// An engine's seat.
pub(crate) struct Seated<L: FnOnce(Box<Engine>)> {
    before: Before,
    leave: Option<L>,
}

/// What was here before, to be here again. An engine, only where a runtime is shut down inside of
/// another one's async code.
struct Before {
    engine: Option<Box<Engine>>,
    tape: Option<Box<Tape>>,
    now: Now,
}

impl<L: FnOnce(Box<Engine>)> Drop for Seated<L> {
    fn drop(&mut self) {
        leaving();
        let engine =
            ENGINE.with(|seat| mem::replace(&mut *seat.0.borrow_mut(), self.before.engine.take()));
        let tape = event::seat(self.before.tape.take());
        polling::put_back(self.before.now);
        if let (Some(mut engine), Some(leave)) = (engine, self.leave.take()) {
            engine.tape = tape;
            leave(engine);
        }
    }
}

/// Makes a local set current; gives back the one that was.
pub(crate) fn set_local(local: Option<Rc<LocalTasks>>) -> Option<Rc<LocalTasks>> {
    LOCAL.try_with(|seat| seat.replace(local)).ok().flatten()
}

/// The current local set.
pub(crate) fn local() -> Option<Rc<LocalTasks>> {
    LOCAL.try_with(|seat| seat.borrow().clone()).ok().flatten()
}
