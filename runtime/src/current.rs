//! Which runtime do `spawn`, timers and sockets belong to, at this place?
//!
//! To the *current* one: the runtime that was entered last, by `Handle::enter` or by `block_on`. It
//! need not be seated here: what is asked of it then goes by letter.
//!
//! Interface: [`shared`], [`try_shared`], [`current_engine`], [`enter`] and [`exit`],
//! [`is_in_block_on`], [`assert_may_block`]. Invariants: no runtime at all is the only thing that
//! panics here, with words that say what to write.
//!
//! tokio: `runtime/context/current.rs` and `context/runtime.rs`.

use std::cell::{Cell, RefCell};
use std::mem::ManuallyDrop;
use std::sync::Arc;

use crate::context::engine_if_seated;
use crate::engine::Engine;
use crate::remote::HomeId;
use crate::runtime::Shared;

thread_local! {
    /// Runtimes that were entered, the latest last. Never destroyed: a runtime may live in another
    /// thread-local. Empty, it owns no memory.
    static ENTERED: ManuallyDrop<RefCell<Vec<Arc<Shared>>>> =
        const { ManuallyDrop::new(RefCell::new(Vec::new())) };
    /// The id of the latest one, for `spawn` and `sleep`, which ask for nothing else: one load.
    /// With its inlined drop and the cold virtual clock, a third of a `sleep` that is made and
    /// dropped.
    static CURRENT: Cell<Option<HomeId>> = const { Cell::new(None) };
    /// Is this thread inside a `block_on`, as an engine's driver or beside it?
    static IN_BLOCK_ON: Cell<bool> = const { Cell::new(false) };
}

/// Makes a runtime current until the guard is dropped.
pub(crate) fn enter(shared: Arc<Shared>) -> usize {
    ENTERED.with(|entered| {
        let mut entered = entered.borrow_mut();
        CURRENT.set(Some(shared.remote.home));
        entered.push(shared);
        entered.len()
    })
}

/// Ends what [`enter`] began at this depth. False: out of order.
pub(crate) fn exit(depth: usize) -> bool {
    let left = ENTERED.try_with(|entered| {
        let mut entered = entered.borrow_mut();
        let left = if entered.len() == depth { entered.pop() } else { None };
        CURRENT.set(entered.last().map(|last| last.remote.home));
        if entered.is_empty() {
            entered.shrink_to_fit();
        }
        left
    });
    // What was left is dropped out here: it may be the runtime's last handle.
    left.map_or(true, |left| left.is_some())
}

/// The current runtime: the one entered last.
pub(crate) fn try_shared<R>(f: impl FnOnce(&Arc<Shared>) -> R) -> Option<R> {
    let last = ENTERED.try_with(|entered| entered.borrow().last().cloned()).ok().flatten()?;
    Some(f(&last))
}

/// The same, where there must be one.
///
/// # Panics
///
/// With words, when there is none.
#[track_caller]
pub(crate) fn shared<R>(f: impl FnOnce(&Arc<Shared>) -> R) -> R {
    match try_shared(f) {
        Some(result) => result,
        None => no_runtime(),
    }
}

#[cold]
#[track_caller]
fn no_runtime() -> ! {
    panic!(
        "there is no runtime here: tasks, timers and sockets need kettle's. Call this from async \
         code under `#[kettle::main]` or `Runtime::block_on`, or on a thread that holds the guard \
         of `Handle::enter`. To spawn from another thread, take `Handle::current()` before it \
         starts and use `handle.spawn`"
    )
}

/// The current runtime's id.
#[inline]
#[track_caller]
pub(crate) fn current_home() -> HomeId {
    match CURRENT.get() {
        Some(home) => home,
        None => no_runtime(),
    }
}

/// Is the seated engine also the current runtime? Then `f` gets it.
#[inline]
pub(crate) fn current_engine<R>(f: impl FnOnce(&mut Engine) -> R) -> Option<R> {
    engine_if_seated(CURRENT.get()?, f)
}

/// Is this thread inside a `block_on`?
pub(crate) fn is_in_block_on() -> bool {
    IN_BLOCK_ON.try_with(Cell::get).unwrap_or(false)
}

/// Marks this thread as inside a `block_on` until the guard is dropped.
pub(crate) fn enter_block_on() -> impl Drop {
    struct Leave(bool);
    impl Drop for Leave {
        fn drop(&mut self) {
            IN_BLOCK_ON.set(self.0);
        }
    }
    Leave(IN_BLOCK_ON.replace(true))
}

/// Panics with words where a thread must not be blocked.
///
/// ```
/// kettle_runtime::assert_may_block("blocking_send"); // no runtime here: fine
/// ```
///
/// # Panics
///
/// On a thread that drives a runtime at this moment.
#[track_caller]
pub fn assert_may_block(what: &str) {
    assert!(
        !is_in_block_on(),
        "`{what}` would block the thread that drives this runtime, and everything on it: nothing \
         could ever end the wait. In async code, `.await` instead; for blocking code there is \
         `spawn_blocking`"
    );
}
