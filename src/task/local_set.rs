//! How do futures that are not `Send` become tasks?
//!
//! In a [`LocalSet`]: a small scheduler that never leaves its thread. To the task that polls it, its
//! *host*, it is one future. Its own tasks have a waker each, which puts them into the set's queue and
//! wakes the host.
//!
//! ```text
//!   a task's waker, on this thread:    queue the task, wake the host
//!   on another thread:                 note the wake, wake the host; the set queues it when polled
//! ```
//!
//! The set is built on four doors of the engine: `completion` makes its join handles, `poll_task`
//! gives each poll its budget and its events, `cause` says what woke a task, and `defer` lets a busy
//! set give way to the host's other tasks.
//!
//! Interface: [`LocalSet`], [`spawn_local`]. Invariants: at most `PER_POLL` tasks are polled per poll
//! of the set. The host's latest waker is stored before the set looks for the last time whether there
//! is something to do. A task's state is changed on the set's own thread only.
//!
//! tokio: `task/local.rs`, an owned list with a local and a shared queue.

use std::any::type_name;
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::fmt;
use std::mem::{self, ManuallyDrop};
use std::panic::{AssertUnwindSafe, Location, catch_unwind};
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, ThreadId};

use kettle_runtime::event::{Cause, Deferral, Effect, Event, Kind, Outcome, Place, emit};
use kettle_runtime::{Completer, Id, JoinHandle, Runtime, cause, completion, defer, poll_task};
use parking_lot::Mutex;
use pin_project_lite::pin_project;
use slab::Slab;

/// Polls per poll of the set.
const PER_POLL: usize = 61;

/// Tasks that never leave their thread.
///
/// Awaited, it is ready when all its tasks have ended; [`LocalSet::run_until`] runs them until
/// another future is ready.
///
/// tokio: `tokio::task::LocalSet`.
///
/// ```
/// # #[kettle::main]
/// # async fn main() {
/// use std::rc::Rc;
/// use kettle::task::{LocalSet, spawn_local};
///
/// let cup = Rc::new(42);
/// let task = async move { spawn_local(async move { *cup }).await.unwrap() };
/// assert_eq!(LocalSet::new().run_until(task).await, 42);
/// # }
/// ```
pub struct LocalSet {
    tasks: Rc<LocalTasks>,
}

/// A set's tasks, shared with the thread while the set is polled or entered.
struct LocalTasks {
    slots: RefCell<Slab<Slot>>,
    queue: Arc<Queue>,
    /// The set has been dropped: new tasks are refused.
    closed: Cell<bool>,
}

struct Slot {
    waker: Arc<TaskWaker>,
    /// Out while it is polled.
    task: Option<Pin<Box<dyn LocalTask>>>,
}

/// What the wakers of a set's tasks reach, from any thread.
struct Queue {
    thread: ThreadId,
    state: Mutex<QueueState>,
}

#[derive(Default)]
struct QueueState {
    ready: VecDeque<Arc<TaskWaker>>,
    /// Tasks that other threads have woken, and that are not queued yet.
    woken_elsewhere: VecDeque<Arc<TaskWaker>>,
    /// The latest waker that the set was polled with, until it is called.
    host: Option<Waker>,
    /// Is the set being polled? Then it looks for itself, before it returns.
    polled: bool,
}

/// What a task's waker points to.
struct TaskWaker {
    id: Id,
    key: AtomicUsize,
    queue: Arc<Queue>,
    state: Mutex<TaskState>,
    /// Is it among `woken_elsewhere`?
    sent: AtomicBool,
}

/// As in the engine's `tasks/scheduler.rs`.
#[derive(Clone, Copy, PartialEq, Eq)]
enum TaskState {
    Idle,
    Queued,
    Running,
    RunningWoken,
    Ended,
}

impl Wake for TaskWaker {
    fn wake(self: Arc<TaskWaker>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<TaskWaker>) {
        if thread::current().id() == self.queue.thread {
            self.wake_here(cause());
        } else if !self.sent.swap(true, Ordering::AcqRel) {
            self.queue.state.lock().woken_elsewhere.push_back(self.clone());
        } else {
            return;
        }
        self.queue.wake_host();
    }
}

impl TaskWaker {
    /// On the set's own thread.
    fn wake_here(self: &Arc<TaskWaker>, by: Cause) {
        let effect = {
            let mut state = self.state.lock();
            match *state {
                TaskState::Idle => {
                    *state = TaskState::Queued;
                    Effect::Queued(self.queue.push(self.clone()))
                }
                TaskState::Running => {
                    *state = TaskState::RunningWoken;
                    Effect::DuringPoll
                }
                TaskState::Queued | TaskState::RunningWoken => Effect::Coalesced,
                TaskState::Ended => Effect::Stale,
            }
        };
        emit(|| Event::Wake { task: self.id, by, effect });
    }

    fn enter(&self, new: TaskState) -> TaskState {
        mem::replace(&mut *self.state.lock(), new)
    }
}

impl Queue {
    /// Returns the place in the queue: 1 is the front.
    fn push(&self, task: Arc<TaskWaker>) -> usize {
        let mut state = self.state.lock();
        state.ready.push_back(task);
        state.ready.len()
    }

    fn pop(&self) -> Option<Arc<TaskWaker>> {
        self.state.lock().ready.pop_front()
    }

    /// Is there anything to do for the set?
    fn is_empty(&self) -> bool {
        let state = self.state.lock();
        state.ready.is_empty() && state.woken_elsewhere.is_empty()
    }

    /// Stores the host's newest waker. The old one is dropped here, unlocked.
    fn set_host(&self, newest: Waker) {
        let old = self.state.lock().host.replace(newest);
        drop(old);
    }

    /// Wakes the host, if the set is not being polled. Once: when it polls the set, it leaves its
    /// waker anew.
    fn wake_host(&self) {
        let host = {
            let mut state = self.state.lock();
            if state.polled { None } else { state.host.take() }
        };
        if let Some(host) = host {
            host.wake();
        }
    }

    /// Queues what other threads have woken.
    fn take_in(&self) {
        let woken = self.state.lock().woken_elsewhere.len();
        for _ in 0..woken {
            let Some(task) = self.state.lock().woken_elsewhere.pop_front() else { return };
            // A swap: it must read what the waking thread wrote before (`inbox/inbox.rs`).
            task.sent.swap(false, Ordering::AcqRel);
            task.wake_here(Cause::Message);
        }
    }

    fn shrink(&self) {
        let mut state = self.state.lock();
        state.ready.shrink_to(1024);
        state.woken_elsewhere.shrink_to(1024);
    }
}

/// A task of any type.
trait LocalTask {
    /// Polls the future, or ends it.
    fn poll(self: Pin<&mut Self>, ends: bool, cx: &mut Context<'_>) -> Outcome;
    /// It has ended: the handle is told.
    fn complete(self: Pin<&mut Self>);
    fn is_aborted(&self) -> bool;
    fn handles(&self) -> usize;
}

pin_project! {
    struct Local<F: Future> {
        #[pin]
        future: Option<F>,
        // `None` in the end: cancelled.
        output: Option<thread::Result<F::Output>>,
        completer: Option<Completer<F::Output>>,
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
        // The future goes before anybody learns of its end. Of two panics the first is kept.
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| this.future.set(None)))
            && !matches!(this.output, Some(Err(_)))
        {
            let unwanted = this.output.replace(Err(panic));
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

    fn is_aborted(&self) -> bool {
        self.completer.as_ref().is_some_and(Completer::is_aborted)
    }

    fn handles(&self) -> usize {
        self.completer.as_ref().map_or(0, Completer::handles)
    }
}

impl LocalTasks {
    fn spawn<F>(self: &Rc<LocalTasks>, future: F, at: Place) -> JoinHandle<F::Output>
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        let id = Id::next();
        let waker = Arc::new(TaskWaker {
            id,
            key: AtomicUsize::new(0),
            queue: self.queue.clone(),
            state: Mutex::new(TaskState::Queued),
            sent: AtomicBool::new(false),
        });
        let (completer, handle) = completion(id, Waker::from(waker.clone()));
        if self.closed.get() {
            return handle; // future and completer are dropped: it says cancelled
        }
        let (size, what) = (size_of::<F>(), type_name::<F>());
        emit(|| Event::Spawn { task: id, kind: Kind::Local, at, size, what });
        let task: Pin<Box<dyn LocalTask>> =
            Box::pin(Local { future: Some(future), output: None, completer: Some(completer) });
        let slot = Slot { waker: waker.clone(), task: Some(task) };
        waker.key.store(self.slots.borrow_mut().insert(slot), Ordering::Relaxed);
        let effect = Effect::Queued(self.queue.push(waker));
        emit(|| Event::Wake { task: id, by: Cause::Runtime, effect });
        self.queue.wake_host();
        handle
    }

    /// Polls tasks that are ready, at most so many.
    fn run(&self, limit: usize) {
        for _ in 0..limit {
            let Some(task) = self.queue.pop() else { return };
            self.poll(&task);
        }
    }

    fn poll(&self, waker: &Arc<TaskWaker>) {
        let key = waker.key.load(Ordering::Relaxed);
        let taken = self.slots.borrow_mut().get_mut(key).and_then(|slot| slot.task.take());
        let mut task = taken.expect("a queued task has its future");
        waker.enter(TaskState::Running);
        let ends = task.is_aborted() || self.closed.get();
        if ends {
            emit(|| Event::Cancel { task: waker.id });
        }
        let handles = task.handles();
        // Beside those that the program keeps: the slot's, the queue's, the poll's, and the one for
        // aborting in the handle.
        let kept = || (Arc::strong_count(waker).saturating_sub(4), handles);
        let poll = |cx: &mut Context<'_>| task.as_mut().poll(ends, cx);
        let outcome = poll_task(waker.id, &Waker::from(waker.clone()), kept, poll);
        if outcome != Outcome::Pending {
            waker.enter(TaskState::Ended);
            self.slots.borrow_mut().remove(key);
            return task.as_mut().complete();
        }
        self.slots.borrow_mut()[key].task = Some(task);
        if waker.enter(TaskState::Idle) == TaskState::RunningWoken {
            waker.enter(TaskState::Queued);
            self.queue.push(waker.clone());
        }
    }

    /// Queues every task: the set is being dropped.
    fn wake_all(&self) {
        let wakers: Vec<_> =
            self.slots.borrow().iter().map(|(_, slot)| slot.waker.clone()).collect();
        wakers.iter().for_each(|waker| waker.wake_here(Cause::Runtime));
    }

    fn is_empty(&self) -> bool {
        self.slots.borrow().is_empty()
    }
}

impl LocalSet {
    /// An empty set.
    pub fn new() -> LocalSet {
        let (thread, state) = (thread::current().id(), Mutex::default());
        let queue = Arc::new(Queue { thread, state });
        let (slots, closed) = (RefCell::new(Slab::new()), Cell::new(false));
        LocalSet { tasks: Rc::new(LocalTasks { slots, queue, closed }) }
    }

    /// Makes a future a task of this set. It runs when the set is polled.
    #[track_caller]
    pub fn spawn_local<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        self.tasks.spawn(future, Location::caller())
    }

    /// Runs `future` and the set's tasks until `future` is ready. What is left runs on when the
    /// set is polled again. One task at a time should do that: only the one that has polled the
    /// set last is woken for it.
    ///
    /// # Cancel safety
    ///
    /// The set's tasks stay; what `future` loses is its own affair.
    pub async fn run_until<F: Future>(&self, future: F) -> F::Output {
        RunUntil { set: self, future }.await
    }

    /// The same, as a runtime's own future.
    ///
    /// # Panics
    ///
    /// As [`Runtime::block_on`](crate::runtime::Runtime::block_on).
    #[track_caller]
    pub fn block_on<F: Future>(&self, runtime: &impl AsRef<Runtime>, future: F) -> F::Output {
        runtime.as_ref().block_on(self.run_until(future))
    }

    /// Makes this the set that [`spawn_local`] means on this thread, until the guard is dropped.
    pub fn enter(&self) -> LocalEnterGuard {
        LocalEnterGuard { before: set_current(Some(self.tasks.clone())) }
    }

    /// Makes the set current for a poll.
    fn begin_poll(&self) -> impl Drop {
        struct Polling(Option<LocalEnterGuard>, Arc<Queue>, bool);
        impl Drop for Polling {
            fn drop(&mut self) {
                self.1.state.lock().polled = self.2;
                drop(self.0.take());
            }
        }
        let queue = self.tasks.queue.clone();
        let before = mem::replace(&mut queue.state.lock().polled, true);
        Polling(Some(self.enter()), queue, before)
    }

    /// Polls some of the tasks that are ready. Afterwards the host is woken if there is more to do,
    /// or later, when there will be.
    fn tick(&self, cx: &Context<'_>) {
        let queue = &self.tasks.queue;
        queue.set_host(cx.waker().clone());
        queue.take_in();
        self.tasks.run(PER_POLL);
        queue.state.lock().polled = false; // from here on a wake from another thread calls the host
        if !queue.is_empty() {
            defer(cx, Deferral::Yield);
        }
        queue.shrink();
    }
}

impl Future for LocalSet {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let _polling = self.begin_poll();
        self.tick(cx);
        if self.tasks.is_empty() { Poll::Ready(()) } else { Poll::Pending }
    }
}

pin_project! {
    struct RunUntil<'a, F> {
        set: &'a LocalSet,
        #[pin]
        future: F,
    }
}

impl<F: Future> Future for RunUntil<'_, F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let queue = &this.set.tasks.queue;
        // Inside one of the set's own tasks: the poll around that task goes on with the others. With
        // this waker for its host the set would wait for itself.
        let nested = queue.state.lock().polled;
        let polling = this.set.begin_poll();
        let polled = this.future.poll(cx);
        if polled.is_pending() && !nested {
            this.set.tick(cx);
        }
        drop(polling);
        if polled.is_ready() && !nested && !queue.is_empty() {
            // Another future of this same host may wait for what this one has just set going.
            queue.wake_host();
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

/// Every task is dropped, with the set current.
impl Drop for LocalSet {
    fn drop(&mut self) {
        let _polling = self.begin_poll();
        self.tasks.closed.set(true);
        while !self.tasks.is_empty() {
            self.tasks.wake_all();
            self.tasks.run(usize::MAX);
        }
        let rest = mem::take(&mut *self.tasks.queue.state.lock());
        drop(rest);
    }
}

thread_local! {
    /// The set that is polled or entered. Never destroyed: a set may be in another thread-local.
    static CURRENT: ManuallyDrop<RefCell<Option<Rc<LocalTasks>>>> =
        const { ManuallyDrop::new(RefCell::new(None)) };
}

/// Makes a set current; gives back the one that was.
fn set_current(set: Option<Rc<LocalTasks>>) -> Option<Rc<LocalTasks>> {
    CURRENT.with(|current| current.replace(set))
}

/// Keeps a local set current on this thread.
///
/// tokio: `tokio::task::LocalEnterGuard`.
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

/// Makes a future, which need not be `Send`, a task of the current local set.
///
/// # Panics
///
/// Outside of a local set.
///
/// tokio: `tokio::task::spawn_local`.
///
/// ```
/// # #[kettle::main]
/// # async fn main() {
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
    let current = CURRENT.with(|current| current.borrow().clone());
    let Some(set) = current else {
        panic!(
            "`spawn_local` was called outside of a `LocalSet`: run this code by \
             `LocalSet::run_until`, or use `spawn` for a future that is `Send`"
        )
    };
    set.spawn(future, Location::caller())
}
