//! How does a task wait for many tasks and take each output once it is ready?
//!
//! With a [`JoinSet`], which spawns the tasks and keeps their join handles. It polls each new
//! handle once, with a waker that puts the handle's key into a queue when the task has ended
//! (`ready.rs`). From then on the set polls only handles whose key it takes from that queue, so
//! outputs come in the order in which the tasks end.
//!
//! Interface: [`JoinSet`]. Invariants: a task is a member until [`join_next`](JoinSet::join_next)
//! takes its output, and dropping the set aborts all members. A handle whose task turns out not to
//! have ended stays in the set. Each output is handed out once. An empty set has freed the memory
//! that a burst of tasks needed.
//!
//! In a recording each member is a task with its own events, and its `Join` says when its output
//! was taken. The set itself records only when a task begins to wait for a member to end and when
//! that wait is over, because a member has ended or the set was dropped.
//!
//! tokio: `task/join_set.rs`.

mod ready;
mod spawning;

use std::fmt;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker, ready};

use kettle_runtime::event::{Scope, StateLock, Wait, awaited, done_here, in_a_drop};
use kettle_runtime::{Id, JoinError, JoinHandle, budget, own_waker};
use slab::Slab;

use self::ready::ReadySet;
use crate::origin::located;
use crate::sync::pinned::pinned;
use crate::sync::trim::KEEP;

/// Tasks with outputs of the same type, awaited together.
///
/// [`join_next`](JoinSet::join_next) returns the outputs one by one, in the order in which the
/// tasks end. Dropping the set aborts every task that is still in it.
///
/// ```
/// use kettle::task::JoinSet;
/// use kettle::time::{Duration, sleep};
///
/// # #[kettle::main(start_paused = true)] async fn main() {
/// let mut teas = JoinSet::new();
/// for minutes in [5, 3, 4] {
///     teas.spawn(async move {
///         sleep(Duration::from_secs(60 * minutes)).await;
///         minutes
///     });
/// }
/// let mut ready = Vec::new();
/// while let Some(tea) = teas.join_next().await {
///     ready.push(tea.unwrap());
/// }
/// assert_eq!(ready, [3, 4, 5]);
/// # }
/// ```
#[must_use = "dropping a `JoinSet` aborts its tasks"]
pub struct JoinSet<T> {
    members: Slab<Member<T>>,
    ready: Arc<ReadySet>,
    scope: Scope,
    /// `poll_join_next`'s wait, for which we have no future.
    wait: Wait,
}

/// A task in the set.
enum Member<T> {
    /// Its handle, and the waker that the handle is polled with.
    Running(JoinHandle<T>, Waker),
    /// It had ended before it was inserted. The lock is only for `Sync`, and it is boxed because it
    /// is rare.
    Ended(Id, Box<StateLock<Option<Result<T, JoinError>>>>),
}

type Ended<T> = (Id, Result<T, JoinError>);

impl<T> JoinSet<T> {
    /// Makes an empty set.
    #[track_caller]
    pub fn new() -> JoinSet<T> {
        JoinSet {
            members: Slab::new(),
            ready: ReadySet::new(),
            scope: Scope::NEW,
            wait: Wait::NONE,
        }
    }

    /// Returns how many tasks are in the set, that is, tasks whose output hasn't been taken.
    pub fn len(&self) -> usize {
        self.members.len()
    }

    /// Returns whether the set is empty.
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }
}

/// Polls a handle without a budget, because the set has taken a unit itself or must not wait.
fn poll_handle<T>(handle: &mut JoinHandle<T>, waker: &Waker) -> Poll<Result<T, JoinError>> {
    let (_own, mut cx) = (own_waker(waker), Context::from_waker(waker));
    budget::with_unconstrained(|| Pin::new(handle).poll(&mut cx))
}

/// Taking outputs out of the set.
impl<T: 'static> JoinSet<T> {
    /// Waits until a task in the set has ended and takes its output. Returns `None` for an empty
    /// set.
    ///
    /// # Errors
    ///
    /// If the task panicked or was aborted.
    ///
    /// # Cancel safety
    ///
    /// Cancel safe: if the future is dropped, all tasks are still in the set.
    #[track_caller]
    pub fn join_next(&mut self) -> impl Future<Output = Option<Result<T, JoinError>>> {
        pinned(JoinNext { set: self, wait: Wait::NONE, output: |_, output| output })
    }

    /// Like [`join_next`](JoinSet::join_next), and as cancel safe, but also returns the task's id,
    /// which an error contains.
    #[track_caller]
    pub fn join_next_with_id(
        &mut self,
    ) -> impl Future<Output = Option<Result<(Id, T), JoinError>>> {
        pinned(JoinNext { set: self, wait: Wait::NONE, output: with_id })
    }

    /// Takes the output of a task that has ended, or returns `None` if there is none.
    ///
    /// # Errors
    ///
    /// If the task panicked or was aborted.
    ///
    /// ```
    /// # #[kettle::main] async fn main() {
    /// let mut set = kettle::task::JoinSet::new();
    /// set.spawn(async { "tea" });
    /// assert!(set.try_join_next().is_none(), "it has not been polled yet");
    /// kettle::task::yield_now().await;
    /// assert_eq!(set.try_join_next().unwrap().unwrap(), "tea");
    /// # }
    /// ```
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn try_join_next(&mut self) -> Option<Result<T, JoinError>> {
        done_here(|| self.next_ended().map(|(_, output)| output))
    }

    /// Like [`try_join_next`](JoinSet::try_join_next), but also returns the task's id.
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn try_join_next_with_id(&mut self) -> Option<Result<(Id, T), JoinError>> {
        done_here(|| self.next_ended().map(|(id, output)| with_id(id, output)))
    }

    /// [`join_next`](JoinSet::join_next) for hand-written futures. `Ready(None)` means that the set
    /// is empty. After `Pending`, only the latest poll's waker is called.
    #[track_caller]
    pub fn poll_join_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<T, JoinError>>> {
        let _line = awaited(None);
        self.poll_ended(None, cx).map(|ended| ended.map(|(_, output)| output))
    }

    /// Like [`poll_join_next`](JoinSet::poll_join_next), but also returns the task's id.
    pub fn poll_join_next_with_id(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<(Id, T), JoinError>>> {
        self.poll_ended(None, cx).map(|ended| ended.map(|(id, output)| with_id(id, output)))
    }

    /// Waits for all tasks and returns their outputs in the order in which they ended.
    ///
    /// # Panics
    ///
    /// With the value of a task's panic, or if a task was aborted. The remaining tasks are aborted.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future drops the set, so tasks are aborted and outputs are lost.
    ///
    /// ```
    /// # #[kettle::main] async fn main() {
    /// let set: kettle::task::JoinSet<_> = (1..=3).map(|n| async move { n * n }).collect();
    /// assert_eq!(set.join_all().await, [1, 4, 9]);
    /// # }
    /// ```
    #[track_caller]
    pub fn join_all(mut self) -> impl Future<Output = Vec<T>> {
        located(async move {
            let mut outputs = Vec::with_capacity(self.len());
            while let Some(output) = self.join_next().await {
                match output.map_err(JoinError::try_into_panic) {
                    Ok(output) => outputs.push(output),
                    Err(Ok(panic)) => resume_unwind(panic),
                    Err(Err(cancelled)) => panic!("{cancelled}"),
                }
            }
            outputs
        })
    }

    /// Aborts all tasks and waits until they have ended. Their outputs are dropped.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped after its first poll, all tasks have been aborted, and those that
    /// haven't ended are still in the set.
    ///
    /// ```
    /// # #[kettle::main] async fn main() {
    /// let mut set = kettle::task::JoinSet::new();
    /// set.spawn(std::future::pending::<()>());
    /// set.shutdown().await;
    /// assert!(set.is_empty());
    /// # }
    /// ```
    #[track_caller]
    pub fn shutdown(&mut self) -> impl Future<Output = ()> {
        located(async move {
            self.abort_all();
            while self.join_next().await.is_some() {}
        })
    }

    /// Aborts every task. Each stays in the set until its output is taken.
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn abort_all(&mut self) {
        done_here(|| self.members.iter().for_each(|(_, member)| member.abort()));
    }

    /// Takes all tasks out of the set without ending them: they carry on, and their outputs are
    /// lost. A task in `join_next` is woken at once; tokio wakes it only when a task spawned later
    /// ends.
    ///
    /// ```
    /// # #[kettle::main] async fn main() {
    /// let mut set = kettle::task::JoinSet::new();
    /// let task = set.spawn(kettle::task::yield_now());
    /// set.detach_all();
    /// assert!(set.is_empty() && !task.is_finished());
    /// # }
    /// ```
    #[track_caller]
    pub fn detach_all(&mut self) {
        // The members' wakers keep the old `ReadySet`, which this set no longer checks.
        let waiting = mem::replace(&mut self.ready, ReadySet::new()).leave();
        self.scope = Scope::NEW;
        drop_all(mem::take(&mut self.members));
        if let Some(waiting) = waiting {
            waiting.wake();
        }
    }

    fn poll_ended(
        &mut self,
        mut own: Option<&mut Wait>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Ended<T>>> {
        while !self.is_empty() {
            // First the budget, then the key, because a key can't be put back.
            let permit = ready!(budget::poll_proceed(cx));
            let wait = own.as_deref_mut().unwrap_or(&mut self.wait);
            let Some(key) = self.ready.pop_or_wait(wait, cx) else { return Poll::Pending };
            if let Some(ended) = self.take_if_ended(key) {
                permit.made_progress();
                return Poll::Ready(Some(ended));
            }
        }
        Poll::Ready(None)
    }

    fn next_ended(&mut self) -> Option<Ended<T>> {
        loop {
            let key = self.ready.pop()?;
            if let Some(ended) = self.take_if_ended(key) {
                return Some(ended);
            }
        }
    }

    /// Takes the member with this key out of the set, if it is there and has ended.
    fn take_if_ended(&mut self, key: usize) -> Option<Ended<T>> {
        if let Member::Running(handle, waker) = self.members.get_mut(key)? {
            let Poll::Ready(output) = poll_handle(handle, waker) else { return None };
            let ended = (handle.id(), output);
            self.remove(key);
            return Some(ended);
        }
        match self.remove(key) {
            Member::Ended(id, mut output) => Some((id, output.get_mut().take()?)),
            Member::Running(..) => unreachable!("it was no running one a moment ago"),
        }
    }

    fn remove(&mut self, key: usize) -> Member<T> {
        let member = self.members.remove(key);
        if self.members.is_empty() && self.members.capacity() > KEEP {
            self.members = Slab::new();
        }
        member
    }
}

fn with_id<T>(id: Id, output: Result<T, JoinError>) -> Result<(Id, T), JoinError> {
    output.map(|output| (id, output))
}

impl<T> Member<T> {
    fn abort(&self) {
        if let Member::Running(handle, _) = self {
            handle.abort();
        }
    }
}

/// Drops members. A panic while an output is dropped is caught, as in the drop of any join handle.
fn drop_all<T>(members: Slab<Member<T>>) {
    for (_, member) in members {
        mem::forget(catch_unwind(AssertUnwindSafe(|| drop(member))));
    }
}

/// The future returned by [`JoinSet::join_next`] and [`JoinSet::join_next_with_id`].
struct JoinNext<'a, T, R> {
    set: &'a mut JoinSet<T>,
    wait: Wait,
    output: fn(Id, Result<T, JoinError>) -> R,
}

impl<T: 'static, R> Future for JoinNext<'_, T, R> {
    type Output = Option<R>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<R>> {
        let JoinNext { set, wait, output } = &mut *self;
        let ended = ready!(set.poll_ended(Some(wait), cx));
        Poll::Ready(ended.map(|(id, result)| output(id, result)))
    }
}

/// Aborts every task.
impl<T> Drop for JoinSet<T> {
    fn drop(&mut self) {
        let _line = in_a_drop();
        let _waiting = self.ready.leave();
        self.members.iter().for_each(|(_, member)| member.abort());
        drop_all(mem::take(&mut self.members));
    }
}

impl<T> Default for JoinSet<T> {
    #[track_caller]
    fn default() -> JoinSet<T> {
        JoinSet::new()
    }
}

impl<T> fmt::Debug for JoinSet<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JoinSet").field("len", &self.len()).finish()
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
