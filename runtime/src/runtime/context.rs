//! Which runtime is entered on this thread, and what else is kept per thread?
//!
//! The *entered* runtime is the one that `Handle::enter` or `block_on` entered last on this thread.
//! The thread need not drive it. The *current* scheduler belongs to the runtime that it does drive.
//!
//! Interface: [`shared`], [`try_shared`], [`enter`]; [`enter_block_on`], [`outside_block_on`],
//! [`assert_may_block`]; [`in_job`], [`job_of`], [`running_job`]. Each panic here says what to
//! write instead. Like all that the engine keeps per thread (`docs/ARCHITECTURE.md` has a table),
//! the thread-local is never destroyed, because another one may hold a runtime that ends later.

use std::cell::{Cell, RefCell};
use std::mem::{self, ManuallyDrop};
use std::ptr;
use std::sync::Arc;
use std::thread;

use kettle_events::{Id, RemoteEvents};
use scopeguard::guard;

use super::shared::Shared;
use crate::tasks::{current, scope, show_id};

thread_local! {
    static ENTERED: ManuallyDrop<RefCell<Latest>> =
        const { ManuallyDrop::new(RefCell::new((None, 0))) };
    /// Is this thread inside a `block_on`?
    static IN_BLOCK_ON: Cell<bool> = const { Cell::new(false) };
    /// The blocking job running on this thread, and its runtime's events, only to be compared.
    static JOB_OF: Cell<Option<(Id, *const RemoteEvents)>> = const { Cell::new(None) };
}

/// The runtime that was entered last, and how many guards of `enter` this thread has.
type Latest = (Option<Arc<Shared>>, usize);

/// Keeps a runtime entered on this thread, and then brings back what was entered before it.
#[derive(Debug)]
pub(super) struct Entered(Latest);

/// Enters a runtime until the guard is dropped.
pub(super) fn enter(shared: Arc<Shared>) -> Entered {
    ENTERED.with(|entered| {
        let number = entered.borrow().1 + 1;
        Entered(entered.replace((Some(shared), number)))
    })
}

impl Drop for Entered {
    fn drop(&mut self) {
        let left = ENTERED.with(|entered| {
            let is_latest = entered.borrow().1 == self.0.1 + 1;
            if is_latest { entered.replace(mem::take(&mut self.0)).0 } else { None }
        });
        assert!(
            left.is_some() || thread::panicking(),
            "guards of `enter` were dropped out of order: the last one taken goes first"
        );
        // `left`, perhaps the runtime's last handle, is dropped only now.
    }
}

/// Calls `f` with the entered runtime, if there is one. `f` must not call user code.
pub(super) fn try_shared<R>(f: impl FnOnce(&Arc<Shared>) -> R) -> Option<R> {
    ENTERED.with(|entered| entered.borrow().0.as_ref().map(f))
}

/// The same, but panics if no runtime is entered.
#[track_caller]
pub(super) fn shared<R>(f: impl FnOnce(&Arc<Shared>) -> R) -> R {
    // A closure would not pass on its caller's line.
    let Some(result) = try_shared(f) else {
        panic!(
            "there is no runtime here: tasks, timers and sockets need kettle's. Call this from \
             async code under `#[kettle::main]` or `Runtime::block_on`, or on a thread that holds \
             the guard of `Handle::enter`. To spawn from another thread, take `Handle::current()` \
             before it starts and use `handle.spawn`"
        )
    };
    result
}

/// Marks this thread as inside a `block_on` until the guard is dropped. Panics if it already is.
#[track_caller]
pub(super) fn enter_block_on() -> impl Drop {
    assert!(
        !is_in_block_on(),
        "`block_on` was called inside of a `block_on`: it would block the thread that runs the \
         tasks. In async code, `.await` the future, or `spawn` it"
    );
    set_in_block_on(true)
}

/// Calls `f` as if this thread drove no runtime: `f` may block or start another `block_on`. Its
/// wakes are sent as messages, and it can't defer a waker to the blocked loop.
pub fn outside_block_on<R>(f: impl FnOnce() -> R) -> R {
    let _again = set_in_block_on(false);
    let mut scheduler = None;
    current::swap(&mut scheduler);
    let _scheduler = guard(scheduler, |mut scheduler| current::swap(&mut scheduler));
    let _scope = scope::outside();
    f()
}

fn set_in_block_on(inside: bool) -> impl Drop {
    guard(IN_BLOCK_ON.replace(inside), |before| IN_BLOCK_ON.set(before))
}

/// Is this thread inside a `block_on`?
pub fn is_in_block_on() -> bool {
    IN_BLOCK_ON.get()
}

/// Asserts that this thread may be blocked, because it isn't inside a `block_on`.
#[track_caller]
pub fn assert_may_block(what: &str) {
    assert!(
        !is_in_block_on(),
        "`{what}` would block the thread that drives this runtime, and everything on it: nothing \
         could ever end the wait. In async code, `.await` instead; for blocking code there is \
         `spawn_blocking`"
    );
}

/// Runs the closure of a blocking job as that job, with its runtime entered.
pub(super) fn in_job<R>(id: Id, shared: &Arc<Shared>, work: impl FnOnce() -> R) -> R {
    let job = Some((id, Arc::as_ptr(&shared.events)));
    let _end = guard(JOB_OF.replace(job), |before| JOB_OF.set(before));
    let _id = show_id(Some(id));
    let _entered = enter(shared.clone());
    work()
}

/// The blocking job that this thread is running, and its runtime's events.
pub fn running_job() -> Option<(Id, Arc<RemoteEvents>)> {
    try_shared(|shared| Some((job_of(&shared.events)?, shared.events.clone()))).flatten()
}

/// The blocking job that this thread is running for the runtime with these events.
pub fn job_of(events: &RemoteEvents) -> Option<Id> {
    JOB_OF.get().filter(|job| ptr::eq(job.1, events)).map(|job| job.0)
}
