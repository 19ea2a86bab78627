//! How does `block_on` end, whatever its tasks do then? By a guard, which rungs 3 to 7 share.
//!
//! Dropping a task runs its destructors. One of them may call `spawn`, which adds a task to the
//! list that is being emptied, or panic, which must not leave the others there. So the list is
//! taken out and dropped again and again until it is empty, and only then does the runtime leave
//! the thread.
//!
//! Of the rung it needs a `thread_local!` called [`RUNTIME`], a `RefCell` with an `Option` of a
//! [`Runtime`] in it, and in the runtime a field `tasks`, a list or a map.

use std::mem;

use super::{RUNTIME, Runtime};

/// Puts a runtime on this thread; its drop takes it away, even when `block_on` panics.
pub(super) struct EnterGuard(());

impl EnterGuard {
    pub(super) fn new(runtime: Runtime) -> EnterGuard {
        let is_free = RUNTIME.with_borrow(Option::is_none);
        assert!(is_free, "`block_on` inside `block_on`");
        RUNTIME.set(Some(runtime));
        EnterGuard(())
    }
}

impl Drop for EnterGuard {
    fn drop(&mut self) {
        let left = RUNTIME.with_borrow_mut(|runtime| {
            mem::take(&mut runtime.as_mut().expect("only a guard takes it away").tasks)
        });
        if left.is_empty() {
            drop(RUNTIME.take()); // out first, then dropped: what is in it may look for it
        } else {
            // A task's destructor may call `spawn`, or panic. In both cases there is a next round.
            let _next_round = EnterGuard(());
            drop(left);
        }
    }
}
