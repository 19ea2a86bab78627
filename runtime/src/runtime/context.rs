//! Which runtime is entered on this thread, and what else is kept per thread?
//!
//! The *entered* runtime is the one that was entered last on this thread, by `Handle::enter` or by
//! `block_on`. The thread need not drive it. (The *current* scheduler is that of the runtime which
//! it drives.)
//!
//! Interface: [`Shared`], what any thread may touch of a runtime; [`shared`], [`try_shared`],
//! [`enter`] and [`exit`]; [`enter_block_on`], [`outside_block_on`], [`assert_may_block`];
//! [`in_job`], [`running_job`]; [`with_rng`], [`swap_rng`]. Invariant: what panics here (no runtime
//! at all, blocking where that is forbidden) says what to write instead.
//!
//! # What is kept per thread
//!
//! Three floors keep something in a thread-local, because user code that calls `emit`, a waker or
//! `spawn` holds no reference to the runtime. Each is one struct with a cell per field, but for a
//! cell of the tasks' floor that `header.rs`, below `current.rs`, needs. None is ever destroyed: a
//! runtime may be in another thread-local, and end after it.
//!
//! | floor | what |
//! |---|---|
//! | events (`thread.rs`) | the recorder, the running task, its source line, a count of polls |
//! | tasks (`current.rs`) | the scheduler, deferred wakers; of the poll: cause, budget, own waker |
//! | tasks (`shown_id.rs`) | the id that `task::id` gives, where it isn't the running task's |
//! | runtime (here) | the entered runtimes, `block_on`, random numbers, the blocking job |
//!
//! One guard, `bring` in `runtime.rs`, exchanges what belongs to a runtime when a thread begins to
//! drive it: the recorder, the running task, the scheduler with all that is beside it, and the
//! random numbers.
//!
//! tokio: `runtime/context/current.rs` and `context/runtime.rs`.

use std::cell::{Cell, RefCell};
use std::mem::ManuallyDrop;
use std::sync::Arc;

use kettle_events::Id;
use scopeguard::guard;

use super::identity::RuntimeId;
use super::pool::Pool;
use super::rng::Rng;
use crate::executor::Parts;

/// What any thread may touch of a runtime.
pub(super) struct Shared {
    pub(super) parts: Arc<Parts>,
    pub(super) pool: Arc<Pool>,
    pub(super) id: RuntimeId,
    pub(super) name: Option<String>,
}

/// What this floor keeps per thread.
struct Locals {
    /// Runtimes that were entered, the latest last. Empty, it owns no memory.
    entered: RefCell<Vec<Arc<Shared>>>,
    /// Is this thread inside a `block_on`?
    in_block_on: Cell<bool>,
    /// The driven runtime's generator; elsewhere one of the thread's own.
    rng: Cell<Option<Rng>>,
    /// The blocking job that is run on this thread, and its runtime's pool, only to be compared.
    job: Cell<Option<(Id, *const Pool)>>,
}

thread_local! {
    static LOCALS: ManuallyDrop<Locals> = const {
        ManuallyDrop::new(Locals {
            entered: RefCell::new(Vec::new()),
            in_block_on: Cell::new(false),
            rng: Cell::new(None),
            job: Cell::new(None),
        })
    };
}

/// Enters a runtime. Returns the depth, for [`exit`].
pub(super) fn enter(shared: Arc<Shared>) -> usize {
    LOCALS.with(|locals| {
        let mut entered = locals.entered.borrow_mut();
        entered.push(shared);
        entered.len()
    })
}

/// Ends what [`enter`] began at this depth. False: out of order.
pub(super) fn exit(depth: usize) -> bool {
    let left = LOCALS.with(|locals| {
        let mut entered = locals.entered.borrow_mut();
        let left = if entered.len() == depth { entered.pop() } else { None };
        if entered.is_empty() {
            entered.shrink_to_fit();
        }
        left
    });
    left.is_some() // and is dropped here: it may be the runtime's last handle
}

/// Asks the entered runtime: the one entered last. `f` calls no user code.
pub(super) fn try_shared<R>(f: impl FnOnce(&Arc<Shared>) -> R) -> Option<R> {
    LOCALS.with(|locals| locals.entered.borrow().last().map(f))
}

/// The same, where there must be one.
///
/// # Panics
///
/// If there is none, and says what to write.
#[track_caller]
pub(super) fn shared<R>(f: impl FnOnce(&Arc<Shared>) -> R) -> R {
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

/// Marks this thread as inside a `block_on` until the guard is dropped.
///
/// # Panics
///
/// Inside another `block_on`.
#[track_caller]
pub(super) fn enter_block_on() -> impl Drop {
    assert!(
        !is_in_block_on(),
        "`block_on` was called inside of a `block_on`: it would block the thread that runs the \
         tasks. In async code, `.await` the future, or `spawn` it"
    );
    LOCALS.with(|locals| locals.in_block_on.set(true));
    guard((), |()| LOCALS.with(|locals| locals.in_block_on.set(false)))
}

/// Is this thread inside a `block_on`?
pub(super) fn is_in_block_on() -> bool {
    LOCALS.with(|locals| locals.in_block_on.get())
}

/// Calls `f` as if this thread were in no `block_on`: it may begin another one, and may block.
pub fn outside_block_on<R>(f: impl FnOnce() -> R) -> R {
    let inside = LOCALS.with(|locals| locals.in_block_on.replace(false));
    let _again = guard(inside, |inside| LOCALS.with(|locals| locals.in_block_on.set(inside)));
    f()
}

/// Panics where a thread must not be blocked, and says what to write instead.
///
/// # Panics
///
/// Inside a `block_on`.
#[track_caller]
pub fn assert_may_block(what: &str) {
    assert!(
        !is_in_block_on(),
        "`{what}` would block the thread that drives this runtime, and everything on it: nothing \
         could ever end the wait. In async code, `.await` instead; for blocking code there is \
         `spawn_blocking`"
    );
}

/// Runs a blocking job's closure as that job, with its runtime entered.
pub(super) fn in_job<R>(id: Id, shared: &Arc<Shared>, work: impl FnOnce() -> R) -> R {
    LOCALS.with(|locals| locals.job.set(Some((id, Arc::as_ptr(&shared.pool)))));
    let depth = enter(shared.clone());
    let _leave = guard(depth, |depth| {
        LOCALS.with(|locals| locals.job.set(None));
        exit(depth);
    });
    work()
}

/// The id of the blocking job that is run on this thread.
pub fn running_job() -> Option<Id> {
    LOCALS.with(|locals| locals.job.get()).map(|(id, _)| id)
}

/// Is a job of this pool run on this thread? Then the pool's end can't be awaited here.
pub(super) fn runs_job_of(pool: &Arc<Pool>) -> bool {
    let job = LOCALS.with(|locals| locals.job.get());
    job.is_some_and(|(_, own)| own == Arc::as_ptr(pool))
}

/// Draws from the driven runtime's generator, elsewhere from one of this thread's own.
pub(super) fn with_rng<R>(f: impl FnOnce(&mut Rng) -> R) -> R {
    LOCALS.with(|locals| {
        let mut rng = locals.rng.get().unwrap_or_else(Rng::from_any_seed);
        let result = f(&mut rng);
        locals.rng.set(Some(rng));
        result
    })
}

/// Brings a runtime's generator to this thread; gives back the one before.
pub(super) fn swap_rng(rng: Option<Rng>) -> Option<Rng> {
    LOCALS.with(|locals| locals.rng.replace(rng))
}
