//! How do futures that are not `Send` become tasks?
//!
//! In a [`LocalSet`], a small scheduler that never leaves its thread. The task that polls it, its
//! *host*, sees one future. Each of the set's own tasks has a waker that puts it into the set's
//! queue and wakes the host (`local_queue.rs`).
//!
//! The set is built on four functions of the engine: `completion` makes its join handles,
//! `poll_task` gives each poll its budget and its events, `cause` says what woke a task, and
//! `defer` makes a busy set yield to the runtime's other tasks.
//!
//! Interface: [`LocalSet`], [`current`], [`let_urgent_run`]. Invariants: a poll of the set polls at
//! most `PER_POLL` tasks. The set stores the host's latest waker before it checks for the last time
//! whether a task is ready. No user code runs while something is borrowed.
//!
//! tokio: `task/local.rs`. There a task that awaits `run_until` of its own set polls the others
//! within its own poll.

use std::any::type_name;
use std::cell::RefCell;
use std::fmt;
use std::iter;
use std::marker::PhantomPinned;
use std::mem::{self, ManuallyDrop};
use std::panic::{AssertUnwindSafe, Location, catch_unwind};
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::thread;

use kettle_runtime::event::{
    self, Cause, Deferral, Event, Kind, Outcome, Place, RowGuard, Scope, ScopeKind, change, emit,
};
use kettle_runtime::{Completer, Id, JoinHandle, RuntimeId, completion, defer, is_own, poll_task};
use pin_project_lite::pin_project;
use slab::Slab;

use super::local_queue::{KEEP, LocalQueue, LocalWaker};

/// The most task polls in one poll of the set.
const PER_POLL: usize = 61;

/// Tasks that never leave their thread.
///
/// Awaiting the set runs its tasks until all have ended; [`LocalSet::run_until`] runs them until
/// another future is ready.
///
/// ```
/// # #[kettle::main] async fn main() {
/// use std::rc::Rc;
/// use kettle::task::{LocalSet, spawn_local};
///
/// let cup = Rc::new(42);
/// let task = async move { spawn_local(async move { *cup }).await.unwrap() };
/// assert_eq!(LocalSet::new().run_until(task).await, 42);
/// # }
/// ```
pub struct LocalSet {
    pub(super) tasks: Rc<LocalTasks>,
}

/// A set's tasks, shared with a thread-local while the set is polled or entered.
pub(super) struct LocalTasks {
    id: RuntimeId,
    slots: RefCell<Slab<Slot>>,
    queue: Arc<LocalQueue>,
    /// The set's scope in events, with its number.
    scope: RefCell<Scope>,
}

struct Slot {
    waker: Arc<LocalWaker>,
    /// `None` while the task is being polled.
    task: Option<Pin<Box<dyn LocalTask>>>,
    row: RowGuard,
}

/// A task of any type.
trait LocalTask {
    /// Polls the future, or drops it if the task `ends`.
    fn poll(self: Pin<&mut Self>, ends: bool, cx: &mut Context<'_>) -> Outcome;
    /// Gives the output to the handle.
    fn complete(self: Pin<&mut Self>);
    // Takes `Pin<&mut Self>`, too, because a polled future may borrow from itself mutably, and
    // `&Self` would alias that borrow.
    fn is_aborted(self: Pin<&mut Self>) -> bool;
}

pin_project! {
    pub(super) struct Local<F: Future> {
        #[pin]
        future: Option<F>,
        // If it is still `None` at the end, the task was cancelled.
        output: Option<thread::Result<F::Output>>,
        completer: Option<Completer<F::Output>>,
    }
}

impl<F: Future> Local<F> {
    /// Boxes the future at once, as the engine's `spawn` does, because copying it could be costly.
    pub(super) fn boxed(future: F) -> Pin<Box<Local<F>>> {
        Box::pin(Local { future: Some(future), output: None, completer: None })
    }
}

impl<F: Future> LocalTask for Local<F> {
    fn poll(self: Pin<&mut Self>, ends: bool, cx: &mut Context<'_>) -> Outcome {
        let mut this = self.project();
        if !ends && let Some(future) = this.future.as_mut().as_pin_mut() {
            match catch_unwind(AssertUnwindSafe(|| future.poll(cx))) {
                Ok(Poll::Pending) => return Outcome::Pending,
                Ok(Poll::Ready(output)) => *this.output = Some(Ok(output)),
                Err(panic) => *this.output = Some(Err(panic)),
            }
        }
        // The future is dropped before the handle gets the output. The first panic is kept.
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| this.future.set(None))) {
            let panicked = matches!(this.output, Some(Err(_)));
            let unwanted =
                if panicked { Some(Err(panic)) } else { this.output.replace(Err(panic)) };
            mem::forget(catch_unwind(AssertUnwindSafe(|| drop(unwanted))));
        }
        match this.output {
            Some(Ok(_)) => Outcome::Ready,
            Some(Err(_)) => Outcome::Panicked,
            None => Outcome::Cancelled,
        }
    }

    fn complete(self: Pin<&mut Self>) {
        let this = self.project();
        if let Some(completer) = this.completer.take()
            && let Some(output) = this.output.take()
        {
            completer.complete(output);
        }
    }

    fn is_aborted(self: Pin<&mut Self>) -> bool {
        self.project().completer.as_ref().is_some_and(Completer::is_aborted)
    }
}

impl LocalTasks {
    pub(super) fn spawn<F>(&self, mut task: Pin<Box<Local<F>>>, at: Place) -> JoinHandle<F::Output>
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        let (id, key) = (Id::next(), self.slots.borrow().vacant_key());
        let slot = u32::try_from(key).expect("fewer than 2^32 tasks at a time");
        let waker = LocalWaker::new(id, slot, self.queue.clone());
        let (completer, handle) = completion(id, Waker::from(waker.clone()));
        if self.queue.is_closed() {
            return handle; // dropping the completer cancels it
        }
        let (size, what, set) = (size_of::<F>(), type_name::<F>(), Some(self.id.id()));
        let kind = Kind::Local;
        let row = change(|| Event::Spawn { task: id, kind, at, size, what, set });
        row.set_local_set(&waker);
        *task.as_mut().project().completer = Some(completer);
        let slot = Slot { waker: waker.clone(), task: Some(task), row };
        self.slots.borrow_mut().insert(slot);
        waker.wake_here(Cause::Runtime);
        handle
    }

    /// Polls ready tasks, up to a limit.
    fn run(&self, limit: usize) {
        let next = || self.queue.pop(|slot| self.slots.borrow()[slot as usize].waker.id);
        iter::from_fn(next).take(limit).for_each(|slot| self.poll(slot as usize, false));
    }

    fn poll(&self, slot: usize, ends: bool) {
        let (waker, mut task, mut row) = self.check_out(slot);
        waker.begin_poll();
        if ends && !task.as_mut().is_aborted() {
            emit(|| Event::Cancel { task: waker.id });
        }
        let ends = ends || task.as_mut().is_aborted();
        let poll = |cx: &mut Context<'_>| task.as_mut().poll(ends, cx);
        let own = Waker::from(waker.clone());
        let (shown, events) = (Some(waker.id), event::elsewhere());
        let outcome = poll_task(waker.id, shown, &own, &mut row, events.as_deref(), poll);
        if outcome == Outcome::Pending {
            let slot = &mut self.slots.borrow_mut()[slot];
            (slot.task, slot.row) = (Some(task), row);
            waker.end_poll();
        } else {
            waker.end_task();
            self.slots.borrow_mut().remove(slot);
            task.as_mut().complete();
        }
    }

    /// Takes the future out of its slot, and returns it with its waker and its entry.
    fn check_out(&self, slot: usize) -> (Arc<LocalWaker>, Pin<Box<dyn LocalTask>>, RowGuard) {
        let Slot { waker, task, row } = &mut self.slots.borrow_mut()[slot];
        (waker.clone(), task.take().expect("a queued task has its future"), mem::take(row))
    }

    /// Drops every task in the order of spawning, because the set is being dropped.
    fn end(&self) {
        let rest = self.queue.close();
        let mut wakers: Vec<_> =
            self.slots.borrow().iter().map(|(_, slot)| slot.waker.clone()).collect();
        wakers.sort_unstable_by_key(|waker| waker.id);
        for waker in wakers {
            waker.wake_here(Cause::Runtime);
            self.poll(waker.slot as usize, true);
        }
        self.scope.borrow_mut().end(None);
        drop((rest, self.queue.close())); // some are in the queue, since they were woken here
    }
}

/// A poll of a set, which during the poll is current on its thread and doesn't wake its host.
struct Polling<'a> {
    tasks: &'a LocalTasks,
    /// Whether this is inside a poll of one of the set's own tasks.
    nested: bool,
    _current: LocalEnterGuard,
}

impl Polling<'_> {
    fn begin(set: &LocalSet) -> Polling<'_> {
        let nested = set.tasks.queue.enter_poll();
        set.tasks.scope.borrow_mut().polled(ScopeKind::LocalSet, 0);
        Polling { tasks: &set.tasks, nested, _current: set.enter() }
    }

    /// Polls some of the ready tasks. If more are then ready, the host is woken at the end of the
    /// turn, otherwise by the next task that becomes ready.
    fn run_some(&self, cx: &Context<'_>) {
        let LocalTasks { slots, queue, .. } = self.tasks;
        queue.take_in();
        self.tasks.run(PER_POLL);
        if slots.borrow().is_empty() && slots.borrow().capacity() > KEEP {
            slots.take();
        }
        queue.set_host(self.nested, cx); // only now, since a poll inside a task's stores its own
        match queue.last_look(self.nested) {
            true if self.nested => cx.waker().wake_by_ref(), // the turn may wait for this poll
            true => defer(cx, Deferral::Yield),
            false => {}
        }
    }
}

impl Drop for Polling<'_> {
    fn drop(&mut self) {
        self.tasks.queue.leave_poll(self.nested);
    }
}

impl LocalSet {
    /// Makes an empty set.
    pub fn new() -> LocalSet {
        let (id, slots, queue) = (RuntimeId::next(), RefCell::default(), LocalQueue::new());
        let scope = RefCell::new(Scope::of(id.id()));
        LocalSet { tasks: Rc::new(LocalTasks { id, slots, queue, scope }) }
    }

    /// Returns the set's number, which differs from every other set's and runtime's.
    ///
    /// ```
    /// use kettle::task::LocalSet;
    /// assert_ne!(LocalSet::new().id(), LocalSet::new().id());
    /// ```
    pub fn id(&self) -> RuntimeId {
        self.tasks.id
    }

    /// Spawns a future as a task of this set, which runs when the set is polled.
    #[track_caller]
    pub fn spawn_local<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        let (at, task) = (Location::caller(), Local::boxed(future));
        event::done_here(|| self.tasks.spawn(task, at))
    }

    /// Runs `future` and the set's tasks until `future` is ready. The remaining tasks continue when
    /// the set is polled again. Only one task at a time should poll the set, because the set wakes
    /// only the one that polled it last.
    ///
    /// # Cancel safety
    ///
    /// The set keeps its tasks. `future` is dropped, so the call is as cancel safe as `future`.
    pub fn run_until<F: Future>(&self, future: F) -> impl Future<Output = F::Output> {
        // An `async fn` would reserve room for `future` twice.
        RunUntil { set: self, future, still: PhantomPinned }
    }

    /// Drops every task and, from now on, each new one as well.
    pub(crate) fn end(&self) {
        let _polling = Polling::begin(self);
        self.tasks.end();
    }

    /// Makes `spawn_local` on this thread use this set until the guard is dropped.
    pub fn enter(&self) -> LocalEnterGuard {
        LocalEnterGuard { before: set_current(Some(self.tasks.clone())) }
    }
}

impl Future for LocalSet {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let polling = Polling::begin(&self);
        polling.run_some(cx);
        if self.tasks.slots.borrow().is_empty() { Poll::Ready(()) } else { Poll::Pending }
    }
}

pin_project! {
    struct RunUntil<'a, F> {
        set: &'a LocalSet,
        #[pin]
        future: F,
        // Makes it `!Unpin` like tokio's, which is the future of an `async fn`.
        #[pin]
        still: PhantomPinned,
    }
}

impl<F: Future> Future for RunUntil<'_, F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let polling = Polling::begin(this.set);
        let polled = this.future.poll(cx);
        // A task of the set that awaits this leaves the other tasks to the outer poll, which goes
        // on. But a foreign `block_on` in a task may block that one until its own waker is called.
        if polled.is_pending() && !(polling.nested && is_own(cx)) {
            polling.run_some(cx);
        }
        polled
    }
}

impl Default for LocalSet {
    fn default() -> LocalSet {
        LocalSet::new()
    }
}

impl fmt::Debug for LocalSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalSet").finish_non_exhaustive()
    }
}

/// Drops every task while the set is current.
impl Drop for LocalSet {
    fn drop(&mut self) {
        let _line = event::in_a_drop();
        self.end();
    }
}

thread_local! {
    /// The set that is being polled or is entered. Never destroyed, since a set may live in another
    /// thread-local.
    static CURRENT: ManuallyDrop<RefCell<Option<Rc<LocalTasks>>>> =
        const { ManuallyDrop::new(RefCell::new(None)) };
}

/// Returns the set that is being polled or is entered on this thread.
pub(super) fn current() -> Option<Rc<LocalTasks>> {
    CURRENT.with(|current| current.borrow().clone())
}

/// For the end of `advance`: runs those of the current set's urgent tasks that have been woken by
/// now.
#[cfg(feature = "test-util")]
pub(crate) async fn let_urgent_run() {
    let Some(set) = current().map(|set| set.id) else { return };
    let counts = || current().filter(|here| here.id == set)?.queue.urgent_counts();
    if counts().is_some_and(|(pushed, left)| left < pushed) {
        kettle_runtime::budget::let_urgent_run(counts).await;
    }
}

/// Makes a set current and returns the previous one.
fn set_current(set: Option<Rc<LocalTasks>>) -> Option<Rc<LocalTasks>> {
    CURRENT.with(|current| current.replace(set))
}

/// Keeps a local set current on this thread.
#[must_use = "the set is current only as long as the guard lives"]
pub struct LocalEnterGuard {
    before: Option<Rc<LocalTasks>>,
}

impl Drop for LocalEnterGuard {
    fn drop(&mut self) {
        drop(set_current(self.before.take()));
    }
}

impl fmt::Debug for LocalEnterGuard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalEnterGuard").finish_non_exhaustive()
    }
}
