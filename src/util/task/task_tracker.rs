//! How does a program wait until all tasks of a kind have ended, without keeping their handles?
//!
//! By counting them. Each tracked future has a token, which is counted until it is dropped, after
//! the future. A tracker can be closed: then the program expects no more tasks, and [`wait`] ends
//! when the count is 0. As long as it is open, `wait` goes on even while there is no task.
//!
//! Interface: [`TaskTracker`] and its futures.
//!
//! Invariants: `idles` counts how often the tracker has become closed and empty, and changes under
//! the lock that the line is behind. A `wait` ends if the tracker is closed and empty, or has been
//! since the `wait` was made. So it can't miss that, even if the tracker is opened again at once.
//!
//! tokio: `tokio_util::task::task_tracker`; the count and the flag are one atomic number.
//!
//! [`wait`]: TaskTracker::wait

use std::fmt;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use kettle_runtime::event::{Act, SyncKind, Units};
use parking_lot::Mutex;
use pin_project_lite::pin_project;

use crate::sync::pinned::{Pinned, pinned};
use crate::sync::report::Report;
use crate::sync::wait_list::{Key, ToWake, WaitList};
use crate::sync::wait_together::{Waits, leave, poll_until};

/// Counts tasks, so that others can wait until all of them have ended.
///
/// Clones count together. Dropping it doesn't abort the tasks. Unlike a `JoinSet` it keeps no
/// outputs: a task that ends leaves nothing behind.
///
/// tokio: `tokio_util::task::TaskTracker`.
///
/// ```
/// use kettle::util::sync::CancellationToken;
/// use kettle::util::task::TaskTracker;
///
/// # #[kettle::main]
/// # async fn main() {
/// let (tracker, stop) = (TaskTracker::new(), CancellationToken::new());
/// for _ in 0..3 {
///     tracker.spawn(stop.clone().cancelled_owned());
/// }
/// tracker.close();
/// stop.cancel();
/// tracker.wait().await;
/// assert!(tracker.is_empty());
/// # }
/// ```
pub struct TaskTracker {
    shared: Arc<Shared>,
}

struct Shared {
    state: Mutex<State>,
    report: Report,
}

struct State {
    tasks: usize,
    closed: bool,
    /// How often it has become closed and empty.
    idles: u64,
    line: WaitList,
}

// No code of the program runs under the lock.
impl UnwindSafe for Shared {}
impl RefUnwindSafe for Shared {}

impl TaskTracker {
    /// An open tracker with no tasks.
    ///
    /// tokio: `tokio_util::task::TaskTracker::new`.
    #[must_use]
    #[track_caller]
    pub fn new() -> TaskTracker {
        let state = State { tasks: 0, closed: false, idles: 0, line: WaitList::new() };
        let report = Report::new(SyncKind::TaskTracker, 0);
        report.made();
        TaskTracker { shared: Arc::new(Shared { state: Mutex::new(state), report }) }
    }

    /// Waits until the tracker is closed and has no tasks, both at the same time.
    ///
    /// If that happens after this call, even for a moment and before the future is first polled,
    /// the future ends.
    ///
    /// tokio: `tokio_util::task::TaskTracker::wait`.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe, but a new call only learns what happens after it.
    #[track_caller]
    pub fn wait(&self) -> TaskTrackerWaitFuture<'_> {
        let state = self.shared.state.lock();
        let since = if state.is_idle() { None } else { Some(state.idles) };
        drop(state);
        TaskTrackerWaitFuture { wait: pinned(Wait { shared: &self.shared, since, place: None }) }
    }

    /// Closes it: no more tasks are expected. (They can still be added.) Returns whether it was
    /// open.
    ///
    /// tokio: `tokio_util::task::TaskTracker::close`.
    ///
    /// ```
    /// let tracker = kettle::util::task::TaskTracker::new();
    /// assert!(tracker.close());
    /// assert!(!tracker.close());
    /// ```
    // Called for its effect as often as for its answer.
    #[expect(clippy::must_use_candidate, reason = "see above")]
    pub fn close(&self) -> bool {
        let mut state = self.shared.state.lock();
        let first = !std::mem::replace(&mut state.closed, true);
        let served = if first { state.serve_if_idle() } else { None };
        drop(state);
        self.shared.tell(served);
        first
    }

    /// Opens it again: `wait` goes on even while there is no task. Returns whether it was closed.
    ///
    /// tokio: `tokio_util::task::TaskTracker::reopen`.
    pub fn reopen(&self) -> bool {
        std::mem::take(&mut self.shared.state.lock().closed)
    }

    /// Is it closed?
    ///
    /// tokio: `tokio_util::task::TaskTracker::is_closed`.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.shared.state.lock().closed
    }

    /// How many tasks there are. A task that has ended is counted until its future is dropped.
    ///
    /// tokio: `tokio_util::task::TaskTracker::len`.
    #[must_use]
    pub fn len(&self) -> usize {
        self.shared.state.lock().tasks
    }

    /// Is there no task?
    ///
    /// tokio: `tokio_util::task::TaskTracker::is_empty`.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The same future, counted until it is dropped.
    ///
    /// tokio: `tokio_util::task::TaskTracker::track_future`.
    pub fn track_future<F: Future>(&self, future: F) -> TrackedFuture<F> {
        TrackedFuture { future, token: self.token() }
    }

    /// A token that is counted as a task until it is dropped.
    ///
    /// tokio: `tokio_util::task::TaskTracker::token`.
    ///
    /// ```
    /// let tracker = kettle::util::task::TaskTracker::new();
    /// let token = tracker.token();
    /// assert_eq!(tracker.len(), 1);
    /// drop(token);
    /// assert!(tracker.is_empty());
    /// ```
    pub fn token(&self) -> TaskTrackerToken {
        let mut state = self.shared.state.lock();
        state.tasks += 1;
        let tasks = state.tasks;
        drop(state);
        self.shared.report.act(Act::Put, Units::Count(1), tasks);
        TaskTrackerToken { tracker: self.clone() }
    }

    /// Are both clones of one tracker?
    ///
    /// tokio: `tokio_util::task::TaskTracker::ptr_eq`.
    #[must_use]
    pub fn ptr_eq(left: &TaskTracker, right: &TaskTracker) -> bool {
        Arc::ptr_eq(&left.shared, &right.shared)
    }
}

impl Shared {
    /// A task has ended.
    fn drop_task(&self) {
        let mut state = self.state.lock();
        state.tasks -= 1;
        let tasks = state.tasks;
        let served = state.serve_if_idle();
        drop(state);
        self.report.act(Act::Get, Units::Count(1), tasks);
        self.tell(served);
    }

    /// Emits that it has become closed and empty, and wakes the tasks that wait for that.
    fn tell(&self, served: Option<ToWake>) {
        if let Some(to_wake) = served {
            self.report.act(Act::Put, Units::All, 0);
            to_wake.wake();
        }
    }
}

impl State {
    fn is_idle(&self) -> bool {
        self.closed && self.tasks == 0
    }

    /// Called when it may just have become closed and empty. Returns the tasks to wake if it has.
    fn serve_if_idle(&mut self) -> Option<ToWake> {
        if !self.is_idle() {
            return None;
        }
        let mut to_wake = ToWake::none();
        self.idles += 1;
        self.line.serve_all(&mut to_wake);
        Some(to_wake)
    }

    fn line(&mut self) -> &mut WaitList {
        &mut self.line
    }
}

impl Clone for TaskTracker {
    fn clone(&self) -> TaskTracker {
        TaskTracker { shared: self.shared.clone() }
    }
}

impl Default for TaskTracker {
    #[track_caller]
    fn default() -> TaskTracker {
        TaskTracker::new()
    }
}

impl fmt::Debug for TaskTracker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.shared.state.lock();
        let (tasks, closed) = (state.tasks, state.closed);
        drop(state);
        f.debug_struct("TaskTracker")
            .field("len", &tasks)
            .field("is_closed", &closed)
            .finish_non_exhaustive()
    }
}

/// Counted as a task until it is dropped. A clone is counted, too.
///
/// tokio: `tokio_util::task::task_tracker::TaskTrackerToken`.
#[must_use = "it is counted only as long as it is there"]
#[derive(Debug)]
pub struct TaskTrackerToken {
    tracker: TaskTracker,
}

impl TaskTrackerToken {
    /// The tracker that counts it.
    ///
    /// tokio: `tokio_util::task::task_tracker::TaskTrackerToken::task_tracker`.
    #[must_use]
    pub fn task_tracker(&self) -> &TaskTracker {
        &self.tracker
    }
}

impl Clone for TaskTrackerToken {
    fn clone(&self) -> TaskTrackerToken {
        self.tracker.token()
    }
}

impl Drop for TaskTrackerToken {
    fn drop(&mut self) {
        self.tracker.shared.drop_task();
    }
}

pin_project! {
    /// A future that is counted as a task until it is dropped.
    ///
    /// tokio: `tokio_util::task::task_tracker::TrackedFuture`.
    #[must_use = "futures do nothing unless polled"]
    pub struct TrackedFuture<F> {
        #[pin]
        future: F,
        // After the future: what has been dropped entirely is no longer counted.
        token: TaskTrackerToken,
    }
}

impl<F: Future> Future for TrackedFuture<F> {
    type Output = F::Output;

    #[track_caller]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        self.project().future.poll(cx)
    }
}

impl<F: fmt::Debug> fmt::Debug for TrackedFuture<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TrackedFuture")
            .field("future", &self.future)
            .field("task_tracker", self.token.task_tracker())
            .finish()
    }
}

pin_project! {
    /// The future of [`TaskTracker::wait`].
    ///
    /// tokio: `tokio_util::task::task_tracker::TaskTrackerWaitFuture`.
    #[must_use = "futures do nothing unless polled"]
    pub struct TaskTrackerWaitFuture<'a> {
        #[pin]
        wait: Pinned<Wait<'a>>,
    }
}

impl Future for TaskTrackerWaitFuture<'_> {
    type Output = ();

    #[track_caller]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        self.project().wait.poll(cx)
    }
}

impl fmt::Debug for TaskTrackerWaitFuture<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TaskTrackerWaitFuture").finish_non_exhaustive()
    }
}

struct Wait<'a> {
    shared: &'a Shared,
    /// `idles` when it was made; `None` if the tracker was closed and empty then, or has been.
    since: Option<u64>,
    place: Option<Key>,
}

impl Future for Wait<'_> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let Wait { shared, since, place } = self.get_mut();
        let polled = poll_until(&shared.state, State::line, place, cx, |state| {
            (*since != Some(state.idles)).then_some(())
        });
        let Err(Waits { ticket, replaced, old }) = polled else {
            *since = None;
            return Poll::Ready(());
        };
        shared.report.waits(Units::Count(1), ticket, replaced);
        drop(old);
        Poll::Pending
    }
}

impl Drop for Wait<'_> {
    fn drop(&mut self) {
        if let Some(place) = self.place.take()
            && let Some(ticket) = leave(&self.shared.state, State::line, place)
        {
            self.shared.report.leaves(Units::Count(1), ticket);
        }
    }
}
