//! Who drives a runtime while no thread is in its `block_on`?
//!
//! If the program asked for many threads, a thread that does nothing else: the keeper. It calls the
//! engine's `block_on` as any thread may, with a future that is ready when another thread wants to
//! drive. So they hand over as two threads in `block_on` always do. The one that comes polls its
//! own future; if that has to wait, the keeper puts the core back, and the other takes it.
//!
//! Interface: [`Keeper`]. Invariants: one thread at a time polls tasks, as ever. The keeper leaves
//! between two polls, never in the middle of one. The runtime is ended by its owner, who waits for
//! the keeper to leave, or else, if the owner can't wait so long, by the keeper.
//!
//! tokio: the workers of the runtime of several threads, which run whether `block_on` is called or
//! not. Here the thread in `block_on` drives, so that what is recorded of it has its own future,
//! too.

use std::future::poll_fn;
use std::io;
use std::mem;
use std::panic::{AssertUnwindSafe, RefUnwindSafe, UnwindSafe, catch_unwind};
use std::sync::{Arc, Once};
use std::task::{Context, Poll};
use std::thread;
use std::time::Duration;

use kettle_runtime::{StartThread, WakerSlot, assert_may_block, is_in_block_on, store_waker};
use parking_lot::{Condvar, Mutex};
use scopeguard::guard;

/// It drives only when no thread has been in `block_on` for this long: calls that follow each
/// other are not worth a hand-over each.
const PAUSE: Duration = Duration::from_millis(1);

/// The owner's side of a runtime's keeper. Dropped, it asks it to leave and waits for that, if it
/// hasn't been asked before.
#[derive(Debug)]
pub(super) struct Keeper {
    shared: Arc<Shared>,
    /// Spares all calls but the first the lock.
    begun: Once,
}

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    /// It may be the keeper's turn, or the keeper has left.
    news: Condvar,
}

#[derive(Debug, Default)]
struct State {
    /// Anything but one `block_on` was asked of the runtime.
    is_used: bool,
    /// Threads in the owner's `block_on` whose futures wait.
    callers: usize,
    /// One of them has come since the keeper began to drive.
    wanted: bool,
    end: End,
    /// The keeper's own, while it drives.
    waker: WakerSlot,
}

/// Has the owner asked the keeper to leave for good, and has it?
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
enum End {
    #[default]
    No,
    Asked,
    Left,
}

impl Keeper {
    /// Starts the thread.
    ///
    /// # Errors
    ///
    /// The system gives none.
    pub(super) fn start(
        engine: &Arc<kettle_runtime::Runtime>,
        start: &StartThread,
    ) -> io::Result<Keeper> {
        let shared = Arc::new(Shared::default());
        let mut life = Life { engine: Some(engine.clone()), shared: shared.clone() };
        start(Box::new(move || life.keep()))?;
        Ok(Keeper { shared, begun: Once::new() })
    }

    /// From now on tasks may be spawned while no thread is in `block_on`.
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
            // Only now: if its first poll blocks this thread, a keeper that drives goes on.
            if polled.is_pending() && caller.is_none() {
                caller = Some(self.shared.wants_to_drive());
            }
            polled
        }))
    }

    /// Asks the keeper to leave for good, and waits for it, at most for `timeout`, and not at all
    /// in async code.
    pub(super) fn leave(&self, timeout: Option<Duration>) {
        let timeout = if is_in_block_on() { Some(Duration::ZERO) } else { timeout };
        self.shared.change(|state| state.end = state.end.max(End::Asked));
        let mut state = self.shared.state.lock();
        let keeps = |state: &mut State| state.end != End::Left;
        match timeout {
            None => self.shared.news.wait_while(&mut state, keeps),
            Some(timeout) => drop(self.shared.news.wait_while_for(&mut state, keeps, timeout)),
        }
    }
}

/// # Panics
///
/// In async code, where it doesn't wait.
impl Drop for Keeper {
    fn drop(&mut self) {
        if self.shared.state.lock().ends() {
            return;
        }
        self.leave(None);
        if !thread::panicking() {
            assert_may_block("dropping a runtime");
        }
    }
}

impl UnwindSafe for Keeper {}
impl RefUnwindSafe for Keeper {}

impl State {
    fn ends(&self) -> bool {
        self.end != End::No
    }
}

impl Shared {
    /// This thread's `block_on` asks for the core, and is over when the guard is dropped.
    fn wants_to_drive(&self) -> impl Drop {
        self.change(|state| (state.callers, state.wanted) = (state.callers + 1, true));
        guard(self, |shared| shared.change(|state| state.callers -= 1))
    }

    /// Changes the state, and lets the keeper look at it.
    fn change(&self, change: impl FnOnce(&mut State)) {
        let mut state = self.state.lock();
        change(&mut state);
        let waker = if state.wanted || state.ends() { state.waker.take() } else { None };
        drop(state);
        self.news.notify_all();
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// Waits until the keeper is to drive. `false`: the owner ends the runtime.
    fn is_its_turn(&self) -> bool {
        let mut state = self.state.lock();
        let others_drive =
            |state: &mut State| !state.ends() && (state.callers > 0 || !state.is_used);
        while others_drive(&mut state) {
            self.news.wait_while(&mut state, others_drive);
            self.news.wait_while_for(&mut state, |state| !state.ends(), PAUSE);
        }
        state.wanted = false;
        !state.ends()
    }

    /// The future with which the keeper drives.
    fn poll_wanted(&self, cx: &mut Context<'_>) -> Poll<()> {
        let replaced = store_waker(cx, |clone| {
            let mut state = self.state.lock();
            if state.wanted || state.ends() {
                return Some(None);
            }
            state.waker.store(cx, clone).map(Some)
        });
        if replaced.is_some() { Poll::Pending } else { Poll::Ready(()) }
    }
}

/// What the thread has. It says that it has left when its last hook has returned.
struct Life {
    engine: Option<Arc<kettle_runtime::Runtime>>,
    shared: Arc<Shared>,
}

impl Life {
    fn keep(&mut self) {
        let Some(engine) = self.engine.take() else { return };
        while self.shared.is_its_turn() {
            let drive = || engine.block_on(poll_fn(|cx| self.shared.poll_wanted(cx)));
            // A panic of a hook or a verdict was printed. What still runs must be driven. Its value
            // is leaked, because its drop might panic again.
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

impl Drop for Life {
    fn drop(&mut self) {
        drop(self.engine.take());
        self.shared.state.lock().end = End::Left;
        self.shared.news.notify_all();
    }
}
