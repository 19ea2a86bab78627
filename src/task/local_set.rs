//! How do futures that are not `Send` become tasks?
//!
//! In a [`LocalSet`]: a scheduler of its own, without reactor, wheel or clock, that never leaves
//! its thread. To whoever polls it, it is one future; while it is polled it is seated beside the
//! engine, and its tasks are woken there directly. Otherwise a wake goes by letter, and the bell
//! is the newest waker of its host.
//!
//! Interface: [`LocalSet`], [`spawn_local`]. Invariants: at most `PER_POLL` tasks are polled per
//! poll of the set, so that the host's other tasks have their turn; the host's latest waker is
//! stored before the letterbox is looked into for the last time.
//!
//! tokio: `task/local.rs`, an owned list with a local and a shared queue.

use std::any::type_name;
use std::cell::{Cell, RefCell, RefMut};
use std::fmt;
use std::panic::Location;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use crate::cell::{self, Delivered, Link};
use crate::context;
use crate::deferred::defer;
use crate::event::{Cause, Deferral, Event, Kind, Outcome, Place, emit};
use crate::executor::as_polled;
use crate::foreign::quietly;
use crate::id::Id;
use crate::join::JoinHandle;
use crate::letterbox::Inside;
use crate::letters::PER_TURN;
use crate::polling::{self, poll_box};
use crate::remote::{Bell, HomeId, Letter, Remote, register, unregister};
use crate::runtime::Runtime;
use crate::spawn::refuse;
use crate::stage::Task;
use crate::task::{Lent, Scheduler};

/// Polls per poll of the set.
const PER_POLL: usize = 61;

/// A local set's tasks, shared with the thread while the set is polled or entered.
pub(crate) struct LocalTasks {
    scheduler: RefCell<Scheduler<dyn Task>>,
    letters: Inside<Letter>,
    remote: Arc<Remote>,
    polled: Cell<bool>,
    /// The set has gone: new tasks are refused.
    closed: Cell<bool>,
}

impl LocalTasks {
    pub(crate) fn home(&self) -> HomeId {
        self.remote.home
    }

    /// Is it being polled? Only then is it at home: who queues a task otherwise must ring.
    pub(crate) fn is_polled(&self) -> bool {
        self.polled.get()
    }

    pub(crate) fn scheduler(&self) -> RefMut<'_, Scheduler<dyn Task>> {
        self.scheduler.borrow_mut()
    }

    fn spawn<F>(&self, future: F, at: Place) -> JoinHandle<F::Output>
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        if self.closed.get() {
            return JoinHandle::from_cell(refuse(future));
        }
        let link = Link::new(Id::next());
        let (id, size) = (link.id(), size_of::<F>());
        let cell = cell::Cell::new(link.clone());
        let task: Pin<Box<dyn Task>> = Box::pin(Delivered::new(future, cell.clone()));
        emit(|| Event::Spawn { task: id, kind: Kind::Local, at, size, what: type_name::<F>() });
        let header = self.scheduler().admit(id, task, false);
        link.admitted(&header);
        if !self.is_polled() {
            self.remote.letters.bell.ring();
        }
        JoinHandle::from_cell(cell)
    }

    /// Does what other threads, and this one while the set was not polled, asked for.
    fn open_letters(&self) {
        for _ in 0..self.letters.len().min(PER_TURN) {
            match self.letters.open() {
                Some(Letter::Wake(key)) => {
                    self.scheduler().letter_opened(key);
                    self.scheduler().wake(key);
                }
                Some(Letter::Abort(key)) => self.scheduler().cancel(key),
                // No key of a local set gives rise to any other letter.
                _ => {}
            }
        }
    }

    fn run(&self, limit: usize) {
        let _outer = polling::in_a_row(self.home());
        let next = || self.scheduler().next();
        for _ in 0..limit {
            let Some(Lent { key, header, mut task, cancelled }) = next() else { return };
            let outcome = as_polled::<true>(key, &header, |cx| {
                let task = task.as_mut().expect("a task of a set has its box");
                poll_box(task.as_mut(), key.id, cancelled, cx)
            });
            let running = Lent { key, header, task, cancelled };
            if outcome == Outcome::Pending {
                self.scheduler().put_back(running);
            } else {
                // What follows is its doing, but it is no longer running.
                polling::step(Cause::Task(key.id));
                let leftovers = self.scheduler().end(running);
                quietly(|| drop(leftovers));
            }
        }
    }
}

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

impl LocalSet {
    /// An empty set.
    pub fn new() -> LocalSet {
        let (remote, letters) = register(Bell::Host(None.into()));
        let scheduler = RefCell::new(Scheduler::new(remote.clone()));
        let (polled, closed) = (Cell::new(false), Cell::new(false));
        LocalSet { tasks: Rc::new(LocalTasks { scheduler, letters, remote, polled, closed }) }
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
    /// As [`Runtime::block_on`].
    #[track_caller]
    pub fn block_on<F: Future>(&self, runtime: &impl AsRef<Runtime>, future: F) -> F::Output {
        runtime.as_ref().block_on(self.run_until(future))
    }

    /// Makes this the set that [`spawn_local`] means on this thread, until the guard is dropped.
    pub fn enter(&self) -> LocalEnterGuard {
        LocalEnterGuard { before: context::set_local(Some(self.tasks.clone())) }
    }

    /// Seats the set for a poll.
    fn seat(&self) -> impl Drop {
        struct Seated(Option<LocalEnterGuard>, Rc<LocalTasks>, bool);
        impl Drop for Seated {
            fn drop(&mut self) {
                self.1.polled.set(self.2);
                drop(self.0.take());
            }
        }
        Seated(Some(self.enter()), self.tasks.clone(), self.tasks.polled.replace(true))
    }

    /// Polls some of the tasks that are ready. Afterwards the host is woken if there is more to
    /// do, or rung when there will be.
    fn tick(&self, cx: &Context<'_>) {
        let remote = &self.tasks.remote;
        if let Bell::Host(host) = &remote.letters.bell {
            let newest = Some(cx.waker().clone());
            let old = std::mem::replace(&mut *host.lock(), newest);
            drop(old);
        }
        remote.letters.awake();
        self.tasks.open_letters();
        self.tasks.run(PER_POLL);
        let ready = self.tasks.scheduler().queue.len() > 0;
        if ready || !self.tasks.letters.prepare_to_sleep(&remote.letters) {
            defer(cx, Deferral::Yield);
        }
        self.tasks.scheduler().give_back();
    }
}

impl Future for LocalSet {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let _seat = self.seat();
        self.tick(cx);
        let alive = self.tasks.scheduler().alive;
        if alive == 0 { Poll::Ready(()) } else { Poll::Pending }
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
        // Inside one of the set's own tasks: whoever polls that task goes on with the others. With
        // this waker for its host the set would wait for itself.
        let nested = this.set.tasks.is_polled();
        let _seat = this.set.seat();
        let polled = this.future.poll(cx);
        if polled.is_pending() && !nested {
            this.set.tick(cx);
        } else if this.set.tasks.scheduler().queue.len() > 0 {
            // Another future of this same host may wait for what this one has just set going.
            this.set.tasks.remote.letters.bell.ring();
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

/// Every task is dropped, with the set seated.
impl Drop for LocalSet {
    fn drop(&mut self) {
        let _seat = self.seat();
        self.tasks.closed.set(true);
        while self.tasks.scheduler().alive > 0 {
            self.tasks.scheduler().cancel_all();
            self.tasks.run(usize::MAX);
        }
        unregister(self.tasks.home());
    }
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
        drop(context::set_local(self.before.take()));
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
    let Some(local) = context::local() else {
        panic!(
            "`spawn_local` was called outside of a `LocalSet`: run this code by \
             `LocalSet::run_until`, or use `spawn` for a future that is `Send`"
        )
    };
    local.spawn(future, Location::caller())
}
