//! How does a check try every order in which threads may take their steps?
//!
//! With loom, which runs a scene again and again, each time in another order, and shows a thread
//! only those writes of other threads that the language promises. A processor mostly shows more: on
//! x86 a relaxed store does whatever a releasing one does, so no run there finds an `Ordering` that
//! is too weak.
//!
//! An exercise with a file `model.rs` has its answer compiled a second time, with [`sync`] in the
//! place of the engine's `crate::base::sync`, because loom sees only its own types. It takes
//! `SeqCst` for `AcqRel`. A check calls [`in_every_order`].

use std::panic::{self, AssertUnwindSafe};
use std::sync::atomic::Ordering::Relaxed;

pub use loom;

use crate::report::TRYING;
use crate::{panic_message, spins, watchdog};

/// How often, at most, a thread that could go on is interrupted in one order.
const MAX_SWITCHES: usize = 3;

/// Runs `scene` in every order of its threads' steps. Panics if it panics in one of them, or with
/// `if_it_hangs` if all its threads sleep.
pub fn in_every_order(if_it_hangs: &str, scene: impl Fn() + Send + Sync + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(MAX_SWITCHES);
    TRYING.store(true, Relaxed);
    let ran = panic::catch_unwind(AssertUnwindSafe(|| {
        builder.check(move || {
            watchdog::step();
            scene();
        });
    }));
    TRYING.store(false, Relaxed);
    let Err(payload) = ran else { return };
    match panic_message(&*payload) {
        message if message.starts_with("deadlock") => panic!("{if_it_hangs}"),
        message if message.contains("maximum number of branches") => spins(
            "a thread that should sleep took another step without a wake",
            builder.max_branches,
        ),
        _ => panic::resume_unwind(payload),
    }
}

/// `crate::base::sync` of the engine, as loom sees it.
pub mod sync {
    pub use std::sync::Arc;

    pub use loom::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

    /// `park` and `unpark`. (Loom has its own, but there an `unpark` ends any wait of that thread.)
    pub mod thread {
        use std::mem;
        use std::sync::Arc;

        use loom::sync::{Condvar, Mutex};

        /// A thread of a scene.
        #[derive(Clone, Debug)]
        pub struct Thread(Arc<Parking>);

        #[derive(Debug, Default)]
        struct Parking {
            is_unparked: Mutex<bool>,
            unpark: Condvar,
        }

        loom::thread_local! {
            static ME: Thread = Thread(Arc::default());
        }

        /// The thread that runs.
        pub fn current() -> Thread {
            ME.with(Clone::clone)
        }

        /// Sleeps until it is unparked, now or before.
        pub fn park() {
            let Thread(here) = current();
            let mut is_unparked = here.is_unparked.lock().expect("no panic under the lock");
            while !mem::take(&mut *is_unparked) {
                is_unparked = here.unpark.wait(is_unparked).expect("no panic under the lock");
            }
        }

        impl Thread {
            /// Ends its sleep, or the next one.
            pub fn unpark(&self) {
                *self.0.is_unparked.lock().expect("no panic under the lock") = true;
                self.0.unpark.notify_one();
            }
        }
    }
}
