//! How does an output reach a handle that does not share the task's home?
//!
//! Through a cell that both hold. A task that was spawned from another thread, a local task and a
//! blocking job put their output into a [`Cell`]; a handle that leaves home while its task still
//! runs sends the engine a [`Reply`] to fill. Tasks spawned and joined at home need neither.
//!
//! Interface: [`Cell`] and [`Link`] (a task's end and its abort, without the output's type),
//! [`Delivered`] (the task that fills a cell), [`Reply`]. Invariants: a cell is filled exactly
//! once: by the output, or when its task is dropped unfinished, by "cancelled". A reply that
//! nobody answers wakes its handle all the same, which then looks for itself. Wakers are called
//! and outputs dropped with no lock held.
//!
//! tokio: every task has such a cell inside its allocation.

use std::any::{Any, type_name};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Waker};

use parking_lot::Mutex;
use pin_project_lite::pin_project;

use crate::event::{Outcome, Replaced};
use crate::foreign::quietly;
use crate::id::Id;
use crate::join_error::JoinError;
use crate::stage::{Stage, Task};
use crate::task::SendTask;
use crate::waker::Header;

/// What a task and its abort handles share.
pub(crate) struct Link {
    id: Id,
    state: Mutex<LinkState>,
}

#[derive(Default)]
struct LinkState {
    /// Known once the home has taken the task in.
    header: Option<Arc<Header>>,
    aborted: bool,
    finished: bool,
}

impl Link {
    pub(crate) fn new(id: Id) -> Arc<Link> {
        Arc::new(Link { id, state: Mutex::default() })
    }

    pub(crate) fn id(&self) -> Id {
        self.id
    }

    /// Asks for the task's end; if it has not been taken in yet, when it is.
    pub(crate) fn abort(&self) {
        let header = {
            let mut state = self.state.lock();
            state.aborted = true;
            state.header.clone()
        };
        if let Some(header) = header {
            header.cancel();
        }
    }

    /// The home has taken the task in.
    pub(crate) fn admitted(&self, header: &Arc<Header>) {
        let aborted = {
            let mut state = self.state.lock();
            state.header = Some(header.clone());
            state.aborted
        };
        if aborted {
            header.cancel();
        }
    }

    pub(crate) fn is_aborted(&self) -> bool {
        self.state.lock().aborted
    }

    pub(crate) fn is_finished(&self) -> bool {
        self.state.lock().finished
    }
}

/// One output on its way, and who waits for it.
pub(crate) struct Cell<T> {
    pub(crate) link: Arc<Link>,
    state: Mutex<CellState<T>>,
}

struct CellState<T> {
    output: Option<Result<T, JoinError>>,
    filled: bool,
    waker: Option<Waker>,
}

impl<T> Cell<T> {
    pub(crate) fn new(link: Arc<Link>) -> Arc<Cell<T>> {
        let state = CellState { output: None, filled: false, waker: None };
        Arc::new(Cell { link, state: Mutex::new(state) })
    }

    /// Puts the output in and wakes who waits. The second filling is dropped: a task's own
    /// "cancelled" when it is dropped after its end.
    pub(crate) fn fill(&self, output: Result<T, JoinError>) {
        let mut refused = None;
        let waker = {
            let mut state = self.state.lock();
            if state.filled {
                refused = Some(output);
            } else {
                state.output = Some(output);
                state.filled = true;
            }
            state.waker.take()
        };
        drop(refused);
        // The task is over for whoever asks: nothing of it is needed any more.
        let header = {
            let mut link = self.link.state.lock();
            link.finished = true;
            link.header.take()
        };
        drop(header);
        if let Some(waker) = waker {
            quietly(|| waker.wake());
        }
    }

    /// Takes the output, or stores the newest waker and says whose it replaced.
    pub(crate) fn poll(&self, cx: &Context<'_>) -> Result<Result<T, JoinError>, Replaced> {
        let newest = cx.waker().clone();
        let mut state = self.state.lock();
        if let Some(output) = state.output.take() {
            return Ok(output);
        }
        assert!(!state.filled, "JoinHandle polled after its output was taken");
        let old = state.waker.replace(newest);
        drop(state);
        Err(replaced(old, cx))
    }

    /// The handle goes: nobody waits any more.
    pub(crate) fn forget_waiter(&self) {
        let waker = self.state.lock().waker.take();
        drop(waker);
    }
}

pin_project! {
    /// A task that puts its output into a cell.
    pub(crate) struct Delivered<F: Future> {
        #[pin]
        stage: Stage<F>,
        cell: Arc<Cell<F::Output>>,
    }

    impl<F: Future> PinnedDrop for Delivered<F> {
        fn drop(this: Pin<&mut Self>) {
            // Dropped unfinished, by a home that is gone: the handle must not wait for ever.
            let mut this = this.project();
            this.stage.as_mut().discard();
            this.cell.fill(Err(JoinError::cancelled(this.cell.link.id())));
        }
    }
}

impl<F: Future> Delivered<F> {
    pub(crate) fn new(future: F, cell: Arc<Cell<F::Output>>) -> Delivered<F> {
        Delivered { stage: Stage::new(future), cell }
    }

    fn deliver(self: Pin<&mut Self>, outcome: Outcome) -> Outcome {
        let this = self.project();
        if let Some(output) = this.stage.take() {
            this.cell.fill(output);
        }
        outcome
    }
}

impl<F: Future> Task for Delivered<F>
where
    F::Output: 'static,
{
    fn poll(mut self: Pin<&mut Self>, id: Id, cx: &mut Context<'_>) -> Outcome {
        let outcome = self.as_mut().project().stage.poll(id, cx);
        self.deliver(outcome)
    }

    fn cancel(mut self: Pin<&mut Self>, id: Id) -> Outcome {
        let outcome = self.as_mut().project().stage.cancel(id);
        self.deliver(outcome)
    }

    /// Its output never waits in the box.
    fn take_output(self: Pin<Box<Self>>, _into: &mut dyn Any) {}

    fn what(&self) -> &'static str {
        type_name::<F>()
    }
}

/// Whose waker was there? It is dropped here, with no lock held.
fn replaced(old: Option<Waker>, cx: &Context<'_>) -> Replaced {
    match old {
        None => Replaced::None,
        Some(old) if old.will_wake(cx.waker()) => Replaced::Same,
        Some(_) => Replaced::Other,
    }
}

/// An engine's answer to a handle that is polled elsewhere: the finished task itself.
pub(crate) struct Reply(Arc<Answer>);

/// The handle's end of a [`Reply`].
pub(crate) struct Answer(Mutex<AnswerState>);

#[derive(Default)]
struct AnswerState {
    task: Option<Pin<Box<SendTask>>>,
    answered: bool,
    waker: Option<Waker>,
}

/// What a handle finds in its [`Answer`].
pub(crate) enum Answered {
    /// Not yet; the newest waker is stored in this one's place.
    Waiting(Replaced),
    /// The finished task.
    Task(Pin<Box<SendTask>>),
    /// The letter was dropped unanswered: look for yourself.
    Nothing,
}

impl Reply {
    pub(crate) fn new() -> (Reply, Arc<Answer>) {
        let answer = Arc::new(Answer(Mutex::default()));
        (Reply(answer.clone()), answer)
    }

    pub(crate) fn answer(self, task: Option<Pin<Box<SendTask>>>) {
        self.0.0.lock().task = task;
        // Dropping the reply tells the handle.
    }
}

impl Drop for Reply {
    fn drop(&mut self) {
        let waker = {
            let mut state = self.0.0.lock();
            state.answered = true;
            state.waker.take()
        };
        if let Some(waker) = waker {
            quietly(|| waker.wake());
        }
    }
}

impl Answer {
    pub(crate) fn poll(&self, cx: &Context<'_>) -> Answered {
        let newest = cx.waker().clone();
        let mut state = self.0.lock();
        if state.answered {
            return state.task.take().map_or(Answered::Nothing, Answered::Task);
        }
        let old = state.waker.replace(newest);
        drop(state);
        Answered::Waiting(replaced(old, cx))
    }

    /// The handle goes: nobody waits any more.
    pub(crate) fn forget_waiter(&self) {
        let waker = self.0.lock().waker.take();
        drop(waker);
    }
}
