//! What the engine's files find under `crate::base` here: loom's atomics, lock and threads, and a
//! queue made of them.
//!
//! `Arc` is std's: loom's would be one more place where threads meet, and might hide a missing
//! order.

use std::sync::Arc;
use std::task::Waker;

use futures_task::ArcWake;
pub(crate) use kettle_runtime::{Call, Old, WakerSlot, store_waker};

use crate::ThreadParker;

/// The waker of a thread that waits.
struct Waits(Arc<ThreadParker>);

impl ArcWake for Waits {
    fn wake_by_ref(this: &Arc<Waits>) {
        assert!(!sync::is_locked(), "a waker is called under the lock");
        ArcWake::wake_by_ref(&this.0);
    }
}

/// What a thread waits with.
pub(crate) fn waiting() -> (Arc<ThreadParker>, Waker) {
    let parker = ThreadParker::new();
    (parker.clone(), futures_task::waker(Arc::new(Waits(parker))))
}

pub(crate) mod sync {
    pub(crate) use std::sync::Arc;

    use std::cell::Cell;
    use std::ops::{Deref, DerefMut};

    use loom::sync::MutexGuard;
    pub(crate) use loom::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

    pub(crate) use crate::queue::{Receiver, Sender, unbounded};

    loom::thread_local! {
        static HELD: Cell<usize> = Cell::new(0);
    }

    /// Does this thread hold a lock? User code must not be called then.
    pub(crate) fn is_locked() -> bool {
        HELD.with(|held| held.get() > 0)
    }

    /// A lock that never blocks here without being released, so that its result says nothing.
    #[derive(Default)]
    pub(crate) struct StateLock<T>(loom::sync::Mutex<T>);

    pub(crate) struct StateGuard<'a, T>(MutexGuard<'a, T>);

    impl<T> StateLock<T> {
        pub(crate) fn new(value: T) -> StateLock<T> {
            StateLock(loom::sync::Mutex::new(value))
        }

        pub(crate) fn lock(&self) -> StateGuard<'_, T> {
            let guard = self.0.lock().expect("no thread of a scene panics and goes on");
            HELD.with(|held| held.set(held.get() + 1));
            StateGuard(guard)
        }
    }

    impl<T> Deref for StateGuard<'_, T> {
        type Target = T;

        fn deref(&self) -> &T {
            &self.0
        }
    }

    impl<T> DerefMut for StateGuard<'_, T> {
        fn deref_mut(&mut self) -> &mut T {
            &mut self.0
        }
    }

    impl<T> Drop for StateGuard<'_, T> {
        fn drop(&mut self) {
            if !std::thread::panicking() {
                HELD.with(|held| held.set(held.get() - 1));
            }
        }
    }

    /// `park` and `unpark`. Loom has its own, but its `unpark` ends any wait of that thread, a
    /// join's too.
    pub(crate) mod thread {
        use std::sync::Arc;

        use crate::unpark::Unpark;

        #[derive(Clone)]
        pub(crate) struct Thread(Arc<Unpark>);

        loom::thread_local! {
            static ME: Thread = Thread(Arc::new(Unpark::new()));
        }

        pub(crate) fn current() -> Thread {
            ME.with(Clone::clone)
        }

        pub(crate) fn park() {
            current().0.sleep();
        }

        impl Thread {
            pub(crate) fn unpark(&self) {
                self.0.unpark();
            }
        }
    }
}
