//! How are the threads for blocking work made?
//!
//! With a name, a stack and the program's hooks: [`Threads`] has the builder's settings, and turns
//! them into the one closure that the engine's pool calls when it needs a thread.
//!
//! Invariants: none of the program's closures is called under a lock. If one of the two hooks
//! panics, the thread goes on. The pool counts a thread until its last hook has returned.
//!
//! tokio: `runtime/blocking/pool.rs`.

use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread;

use kettle_runtime::{Hook, StartThread};

/// What makes a thread other than std's.
#[derive(Clone, Default)]
pub(super) struct Threads {
    pub(super) name: Option<Arc<dyn Fn() -> String + Send + Sync>>,
    /// In bytes.
    pub(super) stack_size: Option<usize>,
    pub(super) on_start: Option<Hook>,
    pub(super) on_stop: Option<Hook>,
}

impl Threads {
    /// They are called `usual` if the program gives them no name.
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

/// The panic's words have been printed. Its value is leaked, because its drop might panic again.
fn call(hook: Option<&Hook>) {
    if let Some(hook) = hook
        && let Err(panic) = catch_unwind(AssertUnwindSafe(|| hook()))
    {
        mem::forget(panic);
    }
}
