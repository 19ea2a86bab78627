//! How does one wait for a task's end, ask for it, and learn how it came?
//!
//! Through a handle: [`JoinHandle`] for the output, [`AbortHandle`] for the end alone,
//! [`JoinError`] says why there is no output.
//!
//! A handle has two shapes. Of a task spawned where its engine is seated it knows the slot; the
//! finished task waits there in its box. Of any other (also a local set's) it holds a cell. A slot's handle may travel, too: polled where
//! the engine is not seated, it writes a letter and gets the box as answer, or finds it in
//! `Remote::finished` if the engine has left its seat. Letter first, look second: the engine does
//! it the other way round when it leaves, so one of the two sees the other.
//!
//! Interface: [`JoinHandle`] (the others: `abort_handle.rs`, `join_error.rs`). Invariants: the newest
//! waker is the one that is woken; the output is given once; a dropped handle detaches its task and
//! does not end it.
//!
//! tokio: `runtime/task/join.rs`; one shape, a reference-counted pointer to the task.

use std::fmt;
use std::marker::PhantomData;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, ready};

use crate::abort_handle::{AbortHandle, Target};
use crate::budget;
use crate::cell::{Answer, Answered, Cell, Reply};
use crate::context::engine_if_seated;
use crate::event::{Event, Outcome, Replaced, Resource, awaited, emit};
use crate::foreign::quietly;
use crate::id::Id;
use crate::join_error::{JoinError, outcome};
use crate::parked::Parked;
use crate::polling::{own_task, running_task};
use crate::remote::{HomeId, Letter};
use crate::task::{Joiner, Key, SendTask};
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
    /// `None`: the output was given.
    shape: Option<Shape<T>>,
    /// tokio's auto traits: `Send` and `Sync` if the output may be sent.
    output: PhantomData<Mutex<T>>,
}

/// Takes an output out of a box, with the type that only `spawn` knew.
type Take<T> = fn(Id, BoxedTask) -> Result<T, JoinError>;

enum Shape<T> {
    /// The task's slot.
    Slot { header: Arc<Header>, take: Take<T> },
    /// The same, but it was polled elsewhere: the engine has been asked for the box.
    Asked(Box<Asked<T>>),
    /// A cell that the task fills.
    Cell(Arc<Cell<T>>),
}

/// Boxed, because it is rare, and would make each handle a quarter bigger.
struct Asked<T> {
    header: Arc<Header>,
    take: Take<T>,
    answer: Arc<Answer>,
}

impl<T> JoinHandle<T> {
    pub(crate) fn of_slot(id: Id, header: Arc<Header>) -> JoinHandle<T>
    where
        T: 'static,
    {
        let shape = Some(Shape::Slot { header, take: take_output });
        JoinHandle { id, shape, output: PhantomData }
    }

    pub(crate) fn from_cell(cell: Arc<Cell<T>>) -> JoinHandle<T> {
        JoinHandle { id: cell.link.id(), shape: Some(Shape::Cell(cell)), output: PhantomData }
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
        if let Some(header) = self.header() {
            header.cancel();
        } else if let Some(Shape::Cell(cell)) = &self.shape {
            cell.link.abort();
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
            Some(Shape::Cell(cell)) => cell.link.is_finished(),
            _ => self.header().is_none_or(|header| header.is_done()),
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
            Some(Shape::Cell(cell)) => Target::Link(cell.link.clone()),
            _ => self.header().cloned().map_or(Target::Over, Target::Header),
        };
        AbortHandle::new(self.id, target)
    }

    /// Its task's, of one in a slot.
    fn header(&self) -> Option<&Arc<Header>> {
        match &self.shape {
            Some(Shape::Slot { header, .. }) => Some(header),
            Some(Shape::Asked(asked)) => Some(&asked.header),
            Some(Shape::Cell(_)) | None => None,
        }
    }

    /// The common end of a wait: at home, and the task has ended. By itself, because all other
    /// cases save and restore more registers than this one: a tenth of a spawn with its join.
    #[inline]
    fn claim(&mut self) -> Option<Result<T, JoinError>> {
        let Some(Shape::Slot { header, take }) = &self.shape else { return None };
        let (home, key, take) = (header.remote().home, header.key(), *take);
        let shape = &mut self.shape;
        let spare = || match shape.take() {
            Some(Shape::Slot { header, .. }) => Some(header),
            _ => None,
        };
        let task = engine_if_seated(home, |engine| engine.scheduler.claim(key, spare));
        Some(take(self.id, task.flatten()?))
    }

    /// All that is not the common end.
    #[inline(never)]
    fn poll_apart(&mut self, cx: &Context<'_>) -> Poll<Result<T, JoinError>> {
        let stored = match &self.shape {
            Some(Shape::Slot { header, take }) => {
                let (home, key) = (header.remote().home, header.key());
                match engine_if_seated(home, |engine| engine.scheduler.has(key)) {
                    None => return self.ask(cx), // not at home: by letter
                    Some(true) => return self.wait_at_home(home, key, cx), // not over yet
                    // The engine has moved it when it left its seat, or it was taken.
                    Some(false) => {
                        Ok(self.output_of(*take, header.remote().take_finished(self.id)))
                    }
                }
            }
            Some(Shape::Asked(asked)) => self.poll_answer(asked, cx),
            Some(Shape::Cell(cell)) => cell.poll(cx),
            None => panic!("JoinHandle polled after it was ready"),
        };
        let output = match stored {
            Ok(output) => output,
            Err(replaced) => return self.waits(|| replaced),
        };
        self.shape = None;
        Poll::Ready(output)
    }

    /// The slot remembers who asks: a task of its own home by its key.
    fn wait_at_home(&self, home: HomeId, key: Key, cx: &Context<'_>) -> Poll<Result<T, JoinError>> {
        let before = match own_task(cx.waker()) {
            Some((own, waiting)) if own == home => {
                engine_if_seated(home, |engine| engine.scheduler.wait(key, Joiner::Task(waiting)))
            }
            _ => {
                let waiter = Joiner::Parked(Parked::new(cx));
                engine_if_seated(home, |engine| engine.scheduler.wait(key, waiter))
            }
        };
        self.waits(|| replaced(before.as_ref(), cx))
    }

    fn waits(&self, replaced: impl FnOnce() -> Replaced) -> Poll<Result<T, JoinError>> {
        emit(|| Event::Wait { on: Resource::Task(self.id), replaced: replaced() });
        Poll::Pending
    }

    /// Not at home: write first, then look.
    fn ask(&mut self, cx: &Context<'_>) -> Poll<Result<T, JoinError>> {
        let Some(Shape::Slot { header, take }) = self.shape.take() else {
            unreachable!("only a slot's handle asks by letter")
        };
        let (reply, answer) = Reply::new();
        // Refused: the reply is dropped, and the answer says so.
        drop(header.remote().letters.post(Letter::Join { key: header.key(), reply }));
        let moved = header.remote().take_finished(self.id);
        if moved.is_some() {
            return Poll::Ready(self.output_of(take, moved));
        }
        self.shape = Some(Shape::Asked(Box::new(Asked { header, take, answer })));
        self.poll_apart(cx)
    }

    fn poll_answer(
        &self,
        Asked { header, take, answer }: &Asked<T>,
        cx: &Context<'_>,
    ) -> Result<Result<T, JoinError>, Replaced> {
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

fn take_output<T: 'static>(id: Id, task: BoxedTask) -> Result<T, JoinError> {
    let mut output = Err(JoinError::cancelled(id));
    task.take_output(&mut output);
    output
}

impl<T> Future for JoinHandle<T> {
    type Output = Result<T, JoinError>;

    #[track_caller]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        awaited();
        let permit = ready!(budget::poll_proceed(cx));
        let output = match self.claim() {
            Some(output) => output,
            None => ready!(self.poll_apart(cx)),
        };
        permit.made_progress();
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
    #[inline]
    fn drop(&mut self) {
        if let Some(shape) = self.shape.take() {
            detach(self.id, shape);
        }
    }
}

#[inline(never)]
fn detach<T>(id: Id, shape: Shape<T>) {
    let header = match shape {
        Shape::Slot { header, .. } => header,
        Shape::Asked(asked) => {
            let Asked { header, answer, .. } = *asked;
            quietly(|| answer.forget_waiter());
            quietly(|| drop(answer)); // the output may lie in it
            header
        }
        Shape::Cell(cell) => {
            emit(|| Event::Detach { task: id });
            quietly(|| cell.forget_waiter());
            return quietly(|| drop(cell));
        }
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

impl<T> fmt::Debug for JoinHandle<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JoinHandle").field("id", &self.id).finish_non_exhaustive()
    }
}
