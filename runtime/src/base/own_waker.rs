//! Which waker is that of the task that is being polled on this thread?
//!
//! Cloning a foreign executor's waker may run its code, and so happens under no lock. Cloning the
//! running task's own waker counts a reference, and no more: it may happen anywhere, and most wakers
//! that are stored are these. [`of_poll`] says for a poll which waker that is; [`is_own`] answers.
//!
//! Invariant: what is kept here is never called nor followed, only compared.

use std::cell::Cell;
use std::ptr;
use std::task::Waker;

use scopeguard::guard;

thread_local! {
    /// What the waker points to, and its table of functions.
    static OWN: Cell<(*const (), *const ())> = const { Cell::new((ptr::null(), ptr::null())) };
}

fn parts(waker: &Waker) -> (*const (), *const ()) {
    (waker.data(), ptr::from_ref(waker.vtable()).cast())
}

/// Makes this waker the running task's own until the guard is dropped.
#[inline]
pub(crate) fn of_poll(waker: &Waker) -> impl Drop {
    guard(OWN.replace(parts(waker)), |before| OWN.set(before))
}

/// Is it the running task's own?
#[inline]
pub(super) fn is_own(waker: &Waker) -> bool {
    OWN.get() == parts(waker)
}
