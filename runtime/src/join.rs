//! How does one wait for a task's end, ask for it, and learn how it came?
//!
//! Through a handle: [`JoinHandle`] for the output, [`AbortHandle`] for the end alone,
//! [`JoinError`] says why there is no output.
//!
//! A handle has two shapes. Of a task spawned at home it knows the slot; the finished task waits
//! there in its box. Of any other it holds a cell. A slot's handle may travel, too: polled where
//! the engine is not seated, it writes a letter and gets the box as answer, or finds it in
//! `Remote::finished` if the engine has left its seat. Letter first, look second: the engine does
//! it the other way round when it leaves, so one of the two sees the other.
//!
//! Interface: the two handles (the error: `join_error.rs`). Invariants: the newest waker is the one
//! that is woken; the output is given once; a dropped handle detaches its task and does not end it.
//!
//! tokio: `runtime/task/join.rs`; one shape, a reference-counted pointer to the task.

use std::fmt;
use std::marker::PhantomData;
use std::mem;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, ready};

use crate::budget;
use crate::cell::{Answer, Answered, Cell, Link, Reply};
use crate::context::engine_if_seated;
use crate::event::{Event, Outcome, Replaced, Resource, awaited, emit};
use crate::foreign::quietly;
use crate::id::Id;
use crate::join_error::{JoinError, outcome};
use crate::parked::Parked;
use crate::polling::{own_task, running_task};
use crate::remote::Letter;
use crate::task::{Joined, Joiner, SendTask};
use crate::waker::Header;

type BoxedTask = Pin<Box<SendTask>>;

/// Owned permission to await a task's end. Dropped, it detaches the task, which runs on.
///
/// Awaiting it gives the task's output, or a [`JoinError`] if it panicked or was aborted.
///
/// # Cancel safety
///
/// `&mut handle` in a `select!` is cancel safe: the output stays for the next await.
///
/// # Panics
///
/// When polled again after it was ready.
///
/// tokio: `tokio::task::JoinHandle`.
///
/// ```
/// # #[kettle::main]
/// # async fn main() {
/// let handle = kettle::spawn(async { "tea" });
/// assert_eq!(handle.await.unwrap(), "tea");
/// # }
/// ```
pub struct JoinHandle<T> {
    id: Id,
    shape: Shape<T>,
    /// tokio's auto traits: `Send` and `Sync` if the output may be sent.
    output: PhantomData<Mutex<T>>,
}

/// Takes an output out of a box, with the type that only `spawn` knew.
type Take<T> = fn(Id, BoxedTask) -> Result<T, JoinError>;

enum Shape<T> {
    /// The task's slot.
    Slot { header: Arc<Header>, take: Take<T> },
    /// The same, but it was polled elsewhere: the engine has been asked for the box.
    Asked { header: Arc<Header>, take: Take<T>, answer: Arc<Answer> },
    /// A cell that the task fills.
    Cell(Arc<Cell<T>>),
    /// The output was given.
    Over,
}

impl<T> JoinHandle<T> {
    pub(crate) fn of_slot(id: Id, header: Arc<Header>) -> JoinHandle<T>
    where
        T: 'static,
    {
        JoinHandle { id, shape: Shape::Slot { header, take: take_output }, output: PhantomData }
    }

    pub(crate) fn from_cell(cell: Arc<Cell<T>>) -> JoinHandle<T> {
        JoinHandle { id: cell.link.id(), shape: Shape::Cell(cell), output: PhantomData }
    }

    /// Asks for the task's end: its future is dropped at its next turn, and the handle says
    /// cancelled. A task that has ended, or ends before that, is not affected. A blocking job that
    /// has started runs on.
    ///
    /// ```
    /// # #[kettle::main]
    /// # async fn main() {
    /// let handle = kettle::spawn(std::future::pending::<()>());
    /// handle.abort();
    /// assert!(handle.await.unwrap_err().is_cancelled());
    /// # }
    /// ```
    pub fn abort(&self) {
        match &self.shape {
            Shape::Slot { header, .. } | Shape::Asked { header, .. } => header.cancel(),
            Shape::Cell(cell) => cell.link.abort(),
            Shape::Over => {}
        }
    }

    /// Has the task ended? Can be asked from any thread.
    ///
    /// ```
    /// # #[kettle::main]
    /// # async fn main() {
    /// let handle = kettle::spawn(async {});
    /// assert!(!handle.is_finished());
    /// kettle::task::yield_now().await;
    /// assert!(handle.is_finished());
    /// # }
    /// ```
    pub fn is_finished(&self) -> bool {
        match &self.shape {
            Shape::Slot { header, .. } | Shape::Asked { header, .. } => header.is_done(),
            Shape::Cell(cell) => cell.link.is_finished(),
            Shape::Over => true,
        }
    }

    /// The task's id.
    ///
    /// ```
    /// # #[kettle::main]
    /// # async fn main() {
    /// let (a, b) = (kettle::spawn(async {}), kettle::spawn(async {}));
    /// assert_ne!(a.id(), b.id());
    /// assert!(matches!(kettle::join!(a, b), (Ok(()), Ok(()))));
    /// # }
    /// ```
    pub fn id(&self) -> Id {
        self.id
    }

    /// A handle that can end the task but not wait for it.
    ///
    /// ```
    /// # #[kettle::main]
    /// # async fn main() {
    /// let handle = kettle::spawn(std::future::pending::<()>());
    /// let abort = handle.abort_handle();
    /// abort.abort();
    /// assert!(handle.await.unwrap_err().is_cancelled());
    /// # }
    /// ```
    pub fn abort_handle(&self) -> AbortHandle {
        let target = match &self.shape {
            Shape::Slot { header, .. } | Shape::Asked { header, .. } => {
                Target::Header(header.clone())
            }
            Shape::Cell(cell) => Target::Link(cell.link.clone()),
            Shape::Over => Target::Over,
        };
        AbortHandle { id: self.id, target }
    }

    fn header(&self) -> Option<&Arc<Header>> {
        match &self.shape {
            Shape::Slot { header, .. } | Shape::Asked { header, .. } => Some(header),
            Shape::Cell(_) | Shape::Over => None,
        }
    }

    fn poll_output(&mut self, cx: &Context<'_>) -> Poll<Result<T, JoinError>> {
        let stored = match &self.shape {
            Shape::Slot { .. } => return self.poll_slot(cx),
            Shape::Asked { .. } => self.poll_answer(cx),
            Shape::Cell(cell) => cell.poll(cx),
            Shape::Over => panic!("JoinHandle polled after it was ready"),
        };
        stored.map_or_else(|replaced| self.waits(|| replaced), Poll::Ready)
    }

    fn waits(&self, replaced: impl FnOnce() -> Replaced) -> Poll<Result<T, JoinError>> {
        emit(|| Event::Wait { on: Resource::Task(self.id), replaced: replaced() });
        Poll::Pending
    }

    fn poll_slot(&mut self, cx: &Context<'_>) -> Poll<Result<T, JoinError>> {
        let Shape::Slot { header, take } = &self.shape else {
            unreachable!("only a slot's handle asks the slot")
        };
        let (home, key, take) = (header.remote().home, header.key(), *take);
        let shape = &mut self.shape;
        let joined = engine_if_seated(home, |engine| {
            let joined = engine.scheduler.join(key);
            if let Joined::Over(_) = joined
                && let Shape::Slot { header, .. } = mem::replace(shape, Shape::Over)
            {
                engine.scheduler.headers.give_back_handles(header);
            }
            joined
        });
        match joined {
            Some(Joined::Over(task)) => Poll::Ready(take(self.id, task)),
            Some(Joined::Running) => {
                let before = match own_task(cx.waker()) {
                    Some((own, waiting)) if own == home => engine_if_seated(home, |engine| {
                        engine.scheduler.wait(key, Joiner::Task(waiting))
                    }),
                    _ => {
                        let waiter = Joiner::Parked(Parked::new(cx));
                        engine_if_seated(home, |engine| engine.scheduler.wait(key, waiter))
                    }
                };
                self.waits(|| replaced(before.as_ref(), cx))
            }
            Some(Joined::Gone) => {
                let moved = self.header().and_then(|header| header.remote().take_finished(self.id));
                Poll::Ready(self.output_of(take, moved))
            }
            None => self.ask(cx),
        }
    }

    /// Not at home: write first, then look.
    fn ask(&mut self, cx: &Context<'_>) -> Poll<Result<T, JoinError>> {
        let Shape::Slot { header, take } = mem::replace(&mut self.shape, Shape::Over) else {
            unreachable!("only a slot's handle asks by letter")
        };
        let (reply, answer) = Reply::new();
        // Refused: the reply is dropped, and the answer says so.
        drop(header.remote().letters.post(Letter::Join { key: header.key(), reply }));
        let moved = header.remote().take_finished(self.id);
        if moved.is_some() {
            return Poll::Ready(self.output_of(take, moved));
        }
        self.shape = Shape::Asked { header, take, answer };
        self.poll_output(cx)
    }

    fn poll_answer(&self, cx: &Context<'_>) -> Result<Result<T, JoinError>, Replaced> {
        let Shape::Asked { header, take, answer } = &self.shape else {
            unreachable!("only a handle that has asked polls its answer")
        };
        let task = match answer.poll(cx) {
            Answered::Waiting(replaced) => return Err(replaced),
            Answered::Task(task) => Some(task),
            // The engine ended with the letter unopened; it has left the task for us to find.
            Answered::Nothing => header.remote().take_finished(self.id),
        };
        Ok(self.output_of(*take, task))
    }

    fn output_of(&self, take: Take<T>, task: Option<BoxedTask>) -> Result<T, JoinError> {
        match task {
            Some(task) => take(self.id, task),
            None => Err(JoinError::cancelled(self.id)),
        }
    }
}

/// Whose waker lies where the new one was put?
fn replaced(before: Option<&Joiner>, cx: &Context<'_>) -> Replaced {
    match before {
        None | Some(Joiner::Nobody) => Replaced::None,
        Some(Joiner::Parked(parked)) if parked.will_wake(cx) => Replaced::Same,
        Some(Joiner::Task(key)) if running_task() == Some(key.id) => Replaced::Same,
        _ => Replaced::Other,
    }
}

fn take_output<T: 'static>(id: Id, mut task: BoxedTask) -> Result<T, JoinError> {
    let mut output = Err(JoinError::cancelled(id));
    task.as_mut().take_output(&mut output);
    output
}

impl<T> Future for JoinHandle<T> {
    type Output = Result<T, JoinError>;

    #[track_caller]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        awaited();
        let permit = ready!(budget::poll_proceed(cx));
        let output = ready!(self.poll_output(cx));
        permit.made_progress();
        self.shape = Shape::Over;
        joined(self.id, outcome(&output));
        Poll::Ready(output)
    }
}

/// Apart, so that the event comes from this line and not from the awaiting one.
fn joined(task: Id, outcome: Outcome) {
    emit(|| Event::Join { task, outcome });
}

impl<T> Unpin for JoinHandle<T> {}
impl<T> UnwindSafe for JoinHandle<T> {}
impl<T> RefUnwindSafe for JoinHandle<T> {}

/// The task is detached. If it has ended, its output is dropped here.
impl<T> Drop for JoinHandle<T> {
    fn drop(&mut self) {
        if let Shape::Over = self.shape {
            return;
        }
        let header = match mem::replace(&mut self.shape, Shape::Over) {
            Shape::Slot { header, .. } => header,
            Shape::Asked { header, answer, .. } => {
                quietly(|| answer.forget_waiter());
                quietly(|| drop(answer)); // the output may lie in it
                header
            }
            Shape::Cell(cell) => {
                emit(|| Event::Detach { task: self.id });
                quietly(|| cell.forget_waiter());
                return quietly(|| drop(cell));
            }
            Shape::Over => return,
        };
        let (key, remote) = (header.key(), header.remote());
        match engine_if_seated(remote.home, |engine| engine.scheduler.detach(key)) {
            // Whoever waited through this handle waits no more.
            Some(leftovers) => {
                emit(|| Event::Detach { task: key.id });
                quietly(|| drop(leftovers));
            }
            None => drop(remote.letters.post(Letter::Detach(key))),
        }
        if header.is_done() {
            let moved = remote.take_finished(key.id);
            quietly(|| drop(moved));
        }
    }
}

impl<T> fmt::Debug for JoinHandle<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JoinHandle").field("id", &self.id).finish_non_exhaustive()
    }
}

/// Owned permission to ask for a task's end.
///
/// tokio: `tokio::task::AbortHandle`.
#[derive(Clone)]
pub struct AbortHandle {
    id: Id,
    target: Target,
}

#[derive(Clone)]
enum Target {
    Header(Arc<Header>),
    Link(Arc<Link>),
    Over,
}

impl AbortHandle {
    /// Asks for the task's end: see [`JoinHandle::abort`].
    pub fn abort(&self) {
        match &self.target {
            Target::Header(header) => header.cancel(),
            Target::Link(link) => link.abort(),
            Target::Over => {}
        }
    }

    /// Has the task ended?
    pub fn is_finished(&self) -> bool {
        match &self.target {
            Target::Header(header) => header.is_done(),
            Target::Link(link) => link.is_finished(),
            Target::Over => true,
        }
    }

    /// The task's id.
    pub fn id(&self) -> Id {
        self.id
    }
}

impl UnwindSafe for AbortHandle {}
impl RefUnwindSafe for AbortHandle {}

impl fmt::Debug for AbortHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AbortHandle").field("id", &self.id).finish_non_exhaustive()
    }
}
