//! How are the blocking pool's threads made?
//!
//! With a name, a stack size and the program's hooks. [`Threads`] turns these settings of the
//! builder into the closure that the engine's pool calls when it needs a thread.
//!
//! Invariants: the program's closures aren't called under a lock. If a hook panics, the thread
//! carries on. The pool counts a thread until its last hook has returned.
//!
//! tokio: `runtime/blocking/pool.rs`.

use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread;

use kettle_runtime::{Hook, StartThread};

/// The settings by which a thread differs from std's default.
#[derive(Clone, Default)]
pub(super) struct Threads {
    pub(super) name: Option<Arc<dyn Fn() -> String + Send + Sync>>,
    /// In bytes.
    pub(super) stack_size: Option<usize>,
    pub(super) on_start: Option<Hook>,
    pub(super) on_stop: Option<Hook>,
}

impl Threads {
    /// Makes the closure. Threads are named `usual` if the program hasn't named them.
    pub(super) fn into_start(self, usual: &'static str) -> StartThread {
        Arc::new(move |mut work| {
            let name = self.name.as_ref().map_or_else(|| usual.to_owned(), |name| name());
            let mut thread = thread::Builder::new().name(name);
            if let Some(bytes) = self.stack_size {
                thread = thread.stack_size(bytes);
            }
            let (on_start, on_stop) = (self.on_start.clone(), self.on_stop.clone());
            let life = move || {
                call(on_start.as_ref());
                work();
                call(on_stop.as_ref());
            };
            thread.spawn(life).map(drop)
        })
    }
}

/// Calls a hook. A panic's value is leaked, because dropping it might panic again.
fn call(hook: Option<&Hook>) {
    if let Some(hook) = hook
        && let Err(panic) = catch_unwind(AssertUnwindSafe(|| hook()))
    {
        mem::forget(panic);
    }
}
