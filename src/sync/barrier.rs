//! How do several tasks wait until all of them have come to the same point?
//!
//! A [`Barrier`] counts the tasks that come. Each but the last one joins a line and waits. The last
//! one opens the barrier: it serves the whole line, and begins a new *generation* that counts from
//! the beginning. A task that waits compares the generation in which it came with the present one.
//!
//! Invariant: fewer tasks have come in this generation than the barrier is for. A task counts from
//! its first poll on, even if its future is dropped.
//!
//! tokio: a `watch` channel of the generation.

use std::fmt;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use kettle_runtime::budget;
use kettle_runtime::event::{Act, SyncKind, Units, in_a_drop};
use parking_lot::Mutex;

use super::pinned::pinned;
use super::report::{Report, Reports};
use super::wait_list::{Key, ToWake, WaitList};
use super::wait_together::{leave, poll_until};

const ONE: Units = Units::Count(1);

/// A point where tasks wait until so many of them have come.
///
/// It can be used again: when it has opened, it waits for as many tasks as before.
///
/// ```
/// use kettle::sync::Barrier;
/// use std::sync::Arc;
///
/// # #[kettle::main]
/// # async fn main() {
/// let barrier = Arc::new(Barrier::new(3));
/// let tasks: Vec<_> = (0..3)
///     .map(|_| {
///         let barrier = barrier.clone();
///         kettle::spawn(async move {
///             // Each prepares something, and none goes on before all are ready.
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
    /// For so many tasks.
    tasks: usize,
    state: Mutex<State>,
    report: Report,
}

struct State {
    /// So many more open it.
    missing: usize,
    /// How often it has opened.
    generation: usize,
    line: WaitList,
}

/// Is it the task that opened the barrier?
#[derive(Clone, Debug)]
pub struct BarrierWaitResult(bool);

impl Barrier {
    /// A barrier for so many tasks. One for 0 tasks is one for a single task.
    #[track_caller]
    pub fn new(n: usize) -> Barrier {
        let tasks = n.max(1);
        let state = State { missing: tasks, generation: 0, line: WaitList::new() };
        let report = Report::new(SyncKind::Barrier, tasks);
        report.made();
        Barrier { tasks, state: Mutex::new(state), report }
    }

    /// Waits until as many tasks have come as the barrier is for.
    ///
    /// One of them, the one that came last, is told that it is the leader.
    ///
    /// # Cancel safety
    ///
    /// Not cancel safe: a task that has come counts, even if its future is dropped.
    ///
    /// ```
    /// # #[kettle::main]
    /// # async fn main() {
    /// let barrier = kettle::sync::Barrier::new(2);
    /// let (one, other) = kettle::join!(barrier.wait(), barrier.wait());
    /// assert!(!one.is_leader() && other.is_leader());
    /// # }
    /// ```
    #[track_caller]
    pub fn wait(&self) -> impl Future<Output = BarrierWaitResult> {
        pinned(Wait { barrier: self, stage: Stage::New, place: None })
    }

    /// One more task has come. Returns the generation in which it waits, unless it is the last.
    fn come(&self) -> Option<usize> {
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
        to_wake.wake();
        None
    }

    /// Waits until the barrier has opened since that generation.
    fn poll_open(&self, came: usize, place: &mut Option<Key>, cx: &mut Context<'_>) -> Poll<()> {
        let permit = ready!(budget::poll_proceed(cx));
        let opened = |state: &mut State| (state.generation != came).then_some(());
        let waits = |ticket, replaced| self.report.waits(ONE, ticket, replaced);
        ready!(poll_until(&self.state, |state| &mut state.line, place, cx, opened, waits));
        permit.made_progress();
        Poll::Ready(())
    }
}

/// The future of [`Barrier::wait`].
struct Wait<'a> {
    barrier: &'a Barrier,
    stage: Stage,
    place: Option<Key>,
}

enum Stage {
    New,
    /// It has come in this generation.
    Came(usize),
    Over,
}

impl Future for Wait<'_> {
    type Output = BarrierWaitResult;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<BarrierWaitResult> {
        let Wait { barrier, stage, place } = self.get_mut();
        if let Stage::New = stage {
            *stage = barrier.come().map_or(Stage::Over, Stage::Came);
            if let Stage::Over = stage {
                return Poll::Ready(BarrierWaitResult(true));
            }
        }
        let Stage::Came(generation) = *stage else {
            panic!("the future of `Barrier::wait` is polled after it was ready");
        };
        ready!(barrier.poll_open(generation, place, cx));
        *stage = Stage::Over;
        Poll::Ready(BarrierWaitResult(false))
    }
}

impl Drop for Wait<'_> {
    fn drop(&mut self) {
        in_a_drop(|| {
            let Some(place) = self.place.take() else { return };
            let leaves = |ticket| self.barrier.report.leaves(ONE, ticket);
            leave(&self.barrier.state, |state| &mut state.line, place, leaves);
        });
    }
}

impl BarrierWaitResult {
    /// Did this task open the barrier?
    pub fn is_leader(&self) -> bool {
        self.0
    }
}

// A panic in foreign code never happens under the lock: the state is whole whatever happens.
impl UnwindSafe for Barrier {}
impl RefUnwindSafe for Barrier {}

impl fmt::Debug for Barrier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let missing = self.state.lock().missing;
        let mut barrier = f.debug_struct("Barrier");
        barrier.field("tasks", &self.tasks).field("missing", &missing).finish_non_exhaustive()
    }
}
