//! Who drives a runtime while no thread is in its `block_on`?
//!
//! If the program asked for many threads, the keeper drives it: a thread with no other work. It
//! calls the engine's `block_on` like any other thread, with a future that is ready when another
//! thread wants to drive. So the two hand over as threads in `block_on` always do. The new thread
//! polls its own future first; if that future has to wait, the keeper puts the core back and the
//! new thread takes it.
//!
//! Interface: [`Keeper`]. Invariants: only one thread at a time polls tasks. The keeper leaves
//! between two polls, never in the middle of one. The owner waits for the keeper to leave and then
//! ends the runtime; if the owner can't wait that long, the keeper ends it.
//!
//! tokio: the workers of a multi-thread runtime run whether `block_on` is called or not. Here the
//! thread in `block_on` drives the runtime, so that its own future is in the record, too.

use std::future::poll_fn;
use std::io;
use std::mem;
use std::panic::{AssertUnwindSafe, RefUnwindSafe, UnwindSafe, catch_unwind};
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Once};
use std::task::{Context, Poll};
use std::thread;
use std::time::Duration;

use kettle_runtime::event::StateLock;
use kettle_runtime::{
    Call, IDLE_THREADS, StartThread, WakerSlot, assert_may_block, is_in_block_on, store_waker,
};
use parking_lot::Condvar;
use scopeguard::guard;

/// The keeper drives only after no thread has been in `block_on` for this long, because a hand-over
/// after each of several successive calls isn't worth its cost.
const PAUSE: Duration = Duration::from_millis(1);

/// The owner's side of a runtime's keeper. Dropping it asks the keeper to leave and waits until it
/// has, unless it has already left.
#[derive(Debug)]
pub(super) struct Keeper {
    shared: Arc<Shared>,
    /// Saves all calls except the first from locking.
    begun: Once,
}

#[derive(Debug, Default)]
struct Shared {
    state: StateLock<State>,
    /// Notified when it may be the keeper's turn, or when the keeper has left.
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    /// Whether the program has done more than call one `block_on`.
    is_used: bool,
    /// The number of threads in the owner's `block_on` whose futures are waiting.
    callers: usize,
    /// Whether one of them has arrived since the keeper began to drive.
    requested: bool,
    stop: Stop,
    /// Whether the keeper counts as idle, until it may act again.
    is_idle: bool,
    /// The keeper's waker, while it drives.
    waker: WakerSlot,
}

/// Whether the owner has asked the keeper to leave for good, and whether it has left.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Stop {
    #[default]
    NotRequested,
    Requested,
    Done,
}

impl Keeper {
    /// Starts the thread.
    ///
    /// # Errors
    ///
    /// If the system can't start a thread.
    pub(super) fn start(
        engine: &Arc<kettle_runtime::Runtime>,
        start: &StartThread,
    ) -> io::Result<Keeper> {
        let shared = Arc::new(Shared::default());
        let mut thread = KeeperThread { engine: Some(engine.clone()), shared: shared.clone() };
        start(Box::new(move || thread.run()))?;
        Ok(Keeper { shared, begun: Once::new() })
    }

    /// Lets the keeper drive, because tasks may now be spawned while no thread is in `block_on`.
    pub(super) fn begin(&self) {
        self.begun.call_once(|| self.shared.change(|state| state.is_used = true));
    }

    /// The owner's `block_on`.
    #[track_caller]
    pub(super) fn block_on<F: Future>(
        &self,
        engine: &kettle_runtime::Runtime,
        future: F,
    ) -> F::Output {
        let _used = guard((), |()| self.begin());
        let (mut future, mut caller) = (Box::pin(future), None);
        engine.block_on(poll_fn(move |cx| {
            let polled = future.as_mut().poll(cx);
            // Not earlier, so that the keeper keeps driving if the first poll blocks this thread.
            if polled.is_pending() && caller.is_none() {
                caller = Some(self.shared.request_core());
            }
            polled
        }))
    }

    /// Asks the keeper to leave for good and, outside async code, waits at most `timeout` until it
    /// has.
    pub(super) fn stop(&self, timeout: Option<Duration>) {
        let timeout = if is_in_block_on() { Some(Duration::ZERO) } else { timeout };
        self.shared.change(|state| state.stop = state.stop.max(Stop::Requested));
        let mut state = self.shared.state.lock();
        let running = |state: &mut State| state.stop != Stop::Done;
        match timeout {
            None => self.shared.changed.wait_while(&mut state.0, running),
            Some(timeout) => {
                let _ = self.shared.changed.wait_while_for(&mut state.0, running, timeout);
            }
        }
    }
}

/// # Panics
/// If called in async code, where it can't wait.
impl Drop for Keeper {
    fn drop(&mut self) {
        if self.shared.state.lock().is_stopping() {
            return;
        }
        self.stop(None);
        if !thread::panicking() {
            assert_may_block("dropping a runtime");
        }
    }
}

impl UnwindSafe for Keeper {}
impl RefUnwindSafe for Keeper {}

impl State {
    fn is_stopping(&self) -> bool {
        self.stop != Stop::NotRequested
    }

    /// Whether the keeper has nothing to do.
    fn others_drive(&self) -> bool {
        !self.is_stopping() && (self.callers > 0 || !self.is_used)
    }
}

impl Shared {
    /// Asks for the core for this thread's `block_on`, which ends when the guard is dropped.
    fn request_core(&self) -> impl Drop {
        self.change(|state| (state.callers, state.requested) = (state.callers + 1, true));
        guard(self, |shared| shared.change(|state| state.callers -= 1))
    }

    /// Changes the state and makes the keeper check it.
    fn change(&self, change: impl FnOnce(&mut State)) {
        let mut state = self.state.lock();
        change(&mut state);
        // From here on it may act, even if it hasn't woken up yet.
        if state.is_idle && !state.others_drive() {
            state.is_idle = false;
            IDLE_THREADS.fetch_sub(1, Relaxed);
        }
        let waker = if state.requested || state.is_stopping() { state.waker.take() } else { None };
        drop(state);
        self.changed.notify_all();
        waker.into_iter().for_each(Call::wake);
    }

    /// Waits until the keeper is to drive. Returns `false` if the owner ends the runtime.
    fn wait_for_turn(&self) -> bool {
        let mut state = self.state.lock();
        while state.others_drive() {
            state.is_idle = true;
            IDLE_THREADS.fetch_add(1, Relaxed);
            self.changed.wait_while(&mut state.0, |state| state.is_idle);
            self.changed.wait_while_for(&mut state.0, |state| !state.is_stopping(), PAUSE);
        }
        state.requested = false;
        !state.is_stopping()
    }

    /// The future with which the keeper drives.
    fn poll_requested(&self, cx: &mut Context<'_>) -> Poll<()> {
        let replaced = store_waker(cx, |clone| {
            let mut state = self.state.lock();
            if state.requested || state.is_stopping() {
                return Some(None);
            }
            state.waker.store(cx, clone).map(Some)
        });
        if replaced.is_some() { Poll::Pending } else { Poll::Ready(()) }
    }
}

/// The data of the keeper's thread. Dropping it, after the last hook, records that it has left.
struct KeeperThread {
    engine: Option<Arc<kettle_runtime::Runtime>>,
    shared: Arc<Shared>,
}

impl KeeperThread {
    fn run(&mut self) {
        let Some(engine) = self.engine.take() else { return };
        while self.shared.wait_for_turn() {
            let drive = || engine.block_on(poll_fn(|cx| self.shared.poll_requested(cx)));
            // A panic in a hook, or a verdict, was printed, but the tasks must still be driven. The
            // panic's value is leaked, because dropping it might panic again.
            if let Err(panic) = catch_unwind(AssertUnwindSafe(drive)) {
                mem::forget(panic);
                thread::sleep(PAUSE);
            }
        }
        if let Some(engine) = Arc::into_inner(engine) {
            engine.shut_down(Some(Duration::ZERO));
        }
    }
}

impl Drop for KeeperThread {
    fn drop(&mut self) {
        drop(self.engine.take());
        self.shared.state.lock().stop = Stop::Done;
        self.shared.changed.notify_all();
    }
}
