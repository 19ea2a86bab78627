//! Which local set does `spawn_local` use?
//!
//! If the entered runtime is a `LocalRuntime` that belongs to this thread, it uses that runtime's
//! set, found in a thread-local list. Otherwise, it uses the set that is being polled or is
//! entered.
//!
//! Interface: [`spawn_local`]; [`Registration`], an entry in that list. Invariant: a set is in the
//! list as long as its [`Registration`] lives.
//!
//! tokio: the same order, but the handle of a `LocalRuntime` knows its thread.

use std::cell::RefCell;
use std::mem::ManuallyDrop;
use std::panic::Location;
use std::rc::Rc;

use kettle_runtime::event::done_here;
use kettle_runtime::{Handle, JoinHandle, RuntimeId};

use super::local_set::{Local, LocalSet, LocalTasks, current};

type LocalRuntimes = RefCell<Vec<(RuntimeId, Rc<LocalTasks>)>>;

thread_local! {
    /// The local runtimes of this thread. Never destroyed, since one may live in another
    /// thread-local.
    static LOCAL_RUNTIMES: ManuallyDrop<LocalRuntimes> =
        const { ManuallyDrop::new(RefCell::new(Vec::new())) };
}

/// Makes a set belong to a runtime of this thread for as long as this value lives.
pub(crate) struct Registration(RuntimeId);

impl Registration {
    pub(crate) fn new(set: &LocalSet, runtime: RuntimeId) -> Registration {
        let entry = (runtime, set.tasks.clone());
        LOCAL_RUNTIMES.with(|runtimes| runtimes.borrow_mut().push(entry));
        Registration(runtime)
    }
}

impl Drop for Registration {
    fn drop(&mut self) {
        let removed: Vec<_> = LOCAL_RUNTIMES.with(|runtimes| {
            let mut runtimes = runtimes.borrow_mut();
            let removed = runtimes.extract_if(.., |(runtime, _)| *runtime == self.0).collect();
            if runtimes.is_empty() {
                runtimes.shrink_to_fit(); // it is never dropped, not even with its thread
            }
            removed
        });
        drop(removed); // with nothing borrowed
    }
}

/// Returns the set of the entered runtime, if that is a `LocalRuntime` of this thread.
fn of_entered_runtime() -> Option<Rc<LocalTasks>> {
    LOCAL_RUNTIMES.with(|runtimes| {
        let runtimes = runtimes.borrow();
        if runtimes.is_empty() {
            return None;
        }
        let entered = Handle::try_current().ok()?.id();
        let found = runtimes.iter().find(|(runtime, _)| *runtime == entered);
        found.map(|(_, tasks)| tasks.clone())
    })
}

/// Spawns a future that need not be `Send` as a task of the current
/// [`LocalRuntime`](crate::runtime::LocalRuntime) or [`LocalSet`].
///
/// # Panics
///
/// If called outside both. A `LocalRuntime` counts only on the thread that made it.
///
/// ```
/// # #[kettle::main] async fn main() {
/// use kettle::task::{LocalSet, spawn_local};
///
/// let set = LocalSet::new();
/// let sum = async { spawn_local(async { 1 + 1 }).await.unwrap() };
/// assert_eq!(set.run_until(sum).await, 2);
/// # }
/// ```
#[track_caller]
pub fn spawn_local<F>(future: F) -> JoinHandle<F::Output>
where
    F: Future + 'static,
    F::Output: 'static,
{
    let Some(set) = of_entered_runtime().or_else(current) else {
        // The message begins like tokio's, because some programs' tests check that.
        panic!(
            "`spawn_local` called from outside of a `task::LocalSet` or `runtime::LocalRuntime`: \
             run this code by `LocalSet::run_until`, or use `spawn` for a future that is `Send`"
        )
    };
    // Boxed outside the closure, which would copy the future.
    let (at, task) = (Location::caller(), Local::boxed(future));
    done_here(|| set.spawn(task, at))
}
