//! How do several tasks wait until all of them have reached the same point?
//!
//! A [`Barrier`] counts the tasks that arrive. Each one except the last joins a line and waits. The
//! last one opens the barrier: it releases everyone in the line and begins a new *generation* with
//! the count reset. A waiting task compares the generation in which it arrived with the current
//! one.
//!
//! Invariant: fewer tasks have arrived in this generation than the barrier needs. A task counts
//! from its first poll onwards, even if its future is dropped.
//!
//! tokio: a `watch` channel carries the generation.

use std::fmt;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use kettle_runtime::budget;
use kettle_runtime::event::{self, Act, StateLock, SyncKind, Units};

use super::pinned::pinned;
use super::report::{Report, Reports};
use super::wait_list::{Key, ToWake, WaitList};
use super::wait_together::{leave, poll_until};

const ONE: Units = Units::Count(1);

/// A point at which tasks wait until a fixed number of them have arrived.
///
/// A barrier can be reused: after it has opened, it waits for as many tasks as before.
///
/// ```
/// use kettle::sync::Barrier;
/// use std::sync::Arc;
///
/// # #[kettle::main] async fn main() {
/// let barrier = Arc::new(Barrier::new(3));
/// let tasks: Vec<_> = (0..3)
///     .map(|_| {
///         let barrier = barrier.clone();
///         kettle::spawn(async move {
///             // Each prepares something, and waits until all are ready.
///             barrier.wait().await.is_leader()
///         })
///     })
///     .collect();
/// let mut leaders = 0;
/// for task in tasks {
///     leaders += usize::from(task.await.unwrap());
/// }
/// assert_eq!(leaders, 1);
/// # }
/// ```
pub struct Barrier {
    /// How many tasks it takes to open it.
    tasks: usize,
    state: StateLock<State>,
    report: Report,
}

struct State {
    /// How many more tasks it takes to open it.
    missing: usize,
    /// How often it has opened.
    generation: usize,
    line: WaitList,
}

/// The output of [`Barrier::wait`], which says whether the task opened the barrier.
#[derive(Clone, Debug)]
pub struct BarrierWaitResult(bool);

impl Barrier {
    /// Makes a barrier for `n` tasks, where 0 counts as 1.
    #[track_caller]
    pub fn new(n: usize) -> Barrier {
        let tasks = n.max(1);
        let state = State { missing: tasks, generation: 0, line: WaitList::new() };
        let report = Report::new(SyncKind::Barrier, tasks);
        report.made();
        Barrier { tasks, state: StateLock::new(state), report }
    }

    /// Waits until as many tasks have arrived as the barrier needs.
    ///
    /// The task that arrives last is the leader, and its output says so.
    ///
    /// # Cancel safety
    ///
    /// Not cancel safe: a task that has arrived counts, even if its future is dropped.
    ///
    /// ```
    /// # #[kettle::main] async fn main() {
    /// let barrier = kettle::sync::Barrier::new(2);
    /// let (one, other) = kettle::join!(barrier.wait(), barrier.wait());
    /// assert!(!one.is_leader() && other.is_leader());
    /// # }
    /// ```
    #[track_caller]
    pub fn wait(&self) -> impl Future<Output = BarrierWaitResult> {
        pinned(Wait { barrier: self, stage: Stage::New, place: None })
    }

    /// Counts an arriving task. Returns the generation in which it waits, unless it is the last.
    fn arrive(&self) -> Option<usize> {
        let mut to_wake = ToWake::none();
        let mut state = self.state.lock();
        state.missing -= 1;
        let (missing, generation) = (state.missing, state.generation);
        if missing == 0 {
            (state.missing, state.generation) = (self.tasks, generation.wrapping_add(1));
            state.line.serve_all(&mut to_wake);
        }
        drop(state);
        if missing > 0 {
            self.report.act(Act::Put, ONE, missing);
            return Some(generation);
        }
        self.report.act(Act::Put, Units::All, self.tasks);
        self.report.serves(to_wake.calls());
        to_wake.wake();
        None
    }

    /// Waits until the barrier has opened at least once since generation `joined`.
    fn poll_open(&self, joined: usize, place: &mut Option<Key>, cx: &mut Context<'_>) -> Poll<()> {
        let permit = ready!(budget::poll_proceed(cx));
        let opened = |state: &mut State| (state.generation != joined).then_some(());
        let waits = |wait: &mut event::Wait, ticket| self.report.waits(wait, ONE, ticket);
        ready!(poll_until(&self.state, |state| &mut state.line, place, cx, opened, waits));
        permit.made_progress();
        Poll::Ready(())
    }
}

/// The future returned by [`Barrier::wait`].
struct Wait<'a> {
    barrier: &'a Barrier,
    stage: Stage,
    place: Option<Key>,
}

enum Stage {
    New,
    /// The task arrived in this generation.
    Arrived(usize),
    Done,
}

impl Future for Wait<'_> {
    type Output = BarrierWaitResult;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<BarrierWaitResult> {
        let Wait { barrier, stage, place } = self.get_mut();
        if let Stage::New = stage {
            *stage = barrier.arrive().map_or(Stage::Done, Stage::Arrived);
            if let Stage::Done = stage {
                return Poll::Ready(BarrierWaitResult(true));
            }
        }
        let Stage::Arrived(generation) = *stage else {
            panic!("`Barrier::wait` polled after completion");
        };
        ready!(barrier.poll_open(generation, place, cx));
        *stage = Stage::Done;
        Poll::Ready(BarrierWaitResult(false))
    }
}

impl Drop for Wait<'_> {
    fn drop(&mut self) {
        let Some(place) = self.place.take() else { return };
        leave(&self.barrier.state, |state| &mut state.line, place);
    }
}

impl BarrierWaitResult {
    /// Returns whether this task opened the barrier.
    pub fn is_leader(&self) -> bool {
        self.0
    }
}

// No foreign code runs under the lock, so a panic can't leave the state half changed.
impl UnwindSafe for Barrier {}
impl RefUnwindSafe for Barrier {}

impl fmt::Debug for Barrier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let missing = self.state.lock().missing;
        let mut barrier = f.debug_struct("Barrier");
        barrier.field("tasks", &self.tasks).field("missing", &missing).finish_non_exhaustive()
    }
}
