//! How does an engine come to sit on a thread, and leave it?
//!
//! `block_on`, or the end of a runtime, puts the box here, into a thread-local place for at most
//! one, and drives it. When the guard is dropped the box goes back to its owner, and what was here
//! before is here again.
//!
//! Interface: [`Seat`], [`with_seat`], [`try_with_seat`]; [`seat`]. Invariants: the engine leaves
//! its seat after a panic, too; before, `shutdown.rs: leaving` tidies up.
//!
//! Not here: who asks for the seated engine (`context.rs`), who owns the box (`runtime.rs`).
//!
//! tokio: `CoreGuard` of the current-thread scheduler.

use std::cell::{RefCell, RefMut};
use std::mem::ManuallyDrop;

use crate::engine::{Engine, SEATED};
use crate::event::{self, Tape};
use crate::polling::{self, Now};
use crate::shutdown::leaving;
use crate::task::{Lent, SendTask};

thread_local! {
    // Never destroyed: a runtime may live in another thread-local, and end after this would have.
    static SEAT: ManuallyDrop<Seat> = const { ManuallyDrop::new(Seat(RefCell::new(None))) };
}

/// A thread's place for an engine.
pub(crate) struct Seat(RefCell<Option<Box<Engine>>>);

impl Seat {
    /// The engine that sits here, if one does.
    #[inline]
    pub(crate) fn with<R>(&self, f: impl FnOnce(&mut Engine) -> R) -> Option<R> {
        self.0.borrow_mut().as_deref_mut().map(f)
    }

    /// The same in the loop: there is always one.
    #[inline]
    pub(crate) fn engine(&self) -> RefMut<'_, Engine> {
        RefMut::map(self.0.borrow_mut(), |engine| engine.as_deref_mut().expect(SEATED))
    }

    /// Lends the loop the next task. The borrow ends here: nothing is borrowed during the poll.
    #[expect(clippy::inline_always, reason = "as `put_back`: what is lent stays in registers")]
    #[inline(always)]
    pub(crate) fn next(&self) -> Option<Lent<SendTask>> {
        self.engine().scheduler.next()
    }
}

/// Looks this thread's seat up, once for many uses (`polling.rs` says what that saves).
pub(crate) fn with_seat<R>(f: impl FnOnce(&Seat) -> R) -> R {
    SEAT.with(|seat| f(seat))
}

/// The same without a panic, should the place be gone.
#[inline]
pub(crate) fn try_with_seat<R>(f: impl FnOnce(&Seat) -> R) -> Option<R> {
    SEAT.try_with(|seat| f(seat)).ok()
}

/// Seats an engine here until the guard is dropped; `leave` then gets it back.
pub(crate) fn seat<L: FnOnce(Box<Engine>)>(mut engine: Box<Engine>, leave: L) -> Seated<L> {
    let tape = event::seat(engine.tape.take());
    let engine = with_seat(|seat| seat.0.replace(Some(engine)));
    let before = Before { engine, tape, now: polling::set_aside() };
    Seated { before, leave: Some(leave) }
}

/// An engine's stay.
pub(crate) struct Seated<L: FnOnce(Box<Engine>)> {
    before: Before,
    leave: Option<L>,
}

/// What was here before, to be here again. An engine is among it only if a runtime is shut down
/// inside of another one's async code.
struct Before {
    engine: Option<Box<Engine>>,
    tape: Option<Box<Tape>>,
    now: Now,
}

impl<L: FnOnce(Box<Engine>)> Drop for Seated<L> {
    fn drop(&mut self) {
        leaving();
        let engine = with_seat(|seat| seat.0.replace(self.before.engine.take()));
        let tape = event::seat(self.before.tape.take());
        polling::put_back(self.before.now);
        if let (Some(mut engine), Some(leave)) = (engine, self.leave.take()) {
            engine.tape = tape;
            leave(engine);
        }
    }
}
