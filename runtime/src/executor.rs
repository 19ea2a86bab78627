//! What does the loop do, and in which order?
//!
//! [`drive`] is the whole of it: one turn after another until `block_on`'s own future is ready.
//!
//! 1. *Run*: poll tasks off the front of the run queue, a bounded number of them.
//! 2. *Deferred wakers*: who gave way during the polls is queued again.
//! 3. *Letters*: what other threads asked for is done.
//! 4. *Timers*: who waits for a deadline that has passed is woken.
//! 5. *Reactor*: with work left, look at the sockets without waiting (not at all while none is
//!    registered); with none, **park** until the next deadline, a socket or a letter.
//!
//! Interface: [`Engine`], [`drive`]; for the other files of the loop [`poll_one`], [`settle`];
//! for the virtual clock [`fire_timers`]. Invariants: the engine is reached by `with_current` only, a few
//! fields at a time; whatever is polled, woken or dropped is taken out first. Nothing that a task
//! does ends the loop: panics are caught at the poll and at each drop. After an event from outside
//! at most `event_interval` polls pass until the loop looks, and its task is then polled in turn
//! with the others (`task.rs`, the prompt line).
//!
//! tokio: `runtime/scheduler/current_thread/mod.rs`, `CoreGuard::block_on`; it polls its own
//! future first in every turn, while here that future stands in the queue like any task.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll};

use futures_task::waker_ref;

use crate::budget;
use crate::context::with_current;
use crate::event::{self, Cause, Event, Outcome, Tape, emit};
use crate::foreign::{quietly, wake_all};
use crate::id::Id;
use crate::letterbox::Inside;
use crate::letters::open_letters;
use crate::park::ask_reactor;
use crate::parked::Parked;
use crate::polling::{as_running, phase};
use crate::reactor::Reactor;
use crate::remote::{HomeId, Letter, unregister};
use crate::rng::Rng;
use crate::runtime::Shared;
use crate::stage::Task;
use crate::task::{Joiner, Leftovers, Running, Scheduler, SendTask};
use crate::timer::{Waiter, Wheel};

/// Everything that one runtime consists of. Plain fields: who holds the box holds them all.
pub(crate) struct Engine {
    /// What other threads may know of it.
    pub(crate) shared: Arc<Shared>,
    pub(crate) scheduler: Scheduler<SendTask>,
    pub(crate) timers: Wheel<Waiter>,
    pub(crate) reactor: Reactor,
    pub(crate) letters: Inside<Letter>,
    /// Wakers to be called at the end of this step.
    pub(crate) deferred: Vec<Parked>,
    /// Timers that are due, on their way out of the wheel; kept for its capacity.
    pub(crate) due: Vec<Waiter>,
    pub(crate) event_interval: usize,
    pub(crate) rng: Rng,
    pub(crate) tape: Option<Box<Tape>>,
    /// It is being shut down: new tasks are refused.
    pub(crate) closing: bool,
}

/// Polls per turn while nothing outside can become ready.
const UNDISTURBED: usize = 1024;

impl Engine {
    pub(crate) fn home(&self) -> HomeId {
        self.shared.remote.home
    }

    /// May one more task be polled in this turn?
    fn may_poll(&self, polls: usize) -> bool {
        let disturbed = !self.timers.is_empty() || !self.shared.sources.is_empty();
        polls < self.event_interval || (!disturbed && polls < UNDISTURBED)
    }

    pub(crate) fn is_idle(&self) -> bool {
        self.scheduler.queued_len() == 0 && self.deferred.is_empty()
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        unregister(self.home());
    }
}

/// The engine's fields, in the loop: there is always one.
pub(crate) fn engine<R>(f: impl FnOnce(&mut Engine) -> R) -> R {
    with_current(f).expect("the loop runs with its engine seated")
}

/// Runs the seated engine until `future` is ready.
pub(crate) fn drive<F: Future>(mut future: Pin<&mut F>) -> F::Output {
    loop {
        begin_turn();
        let polls = match run_tasks(future.as_mut()) {
            Run::Ready(output) => return output,
            Run::Polled(polls) => polls,
        };
        phase(Cause::Deferred, wake_deferred);
        phase(Cause::Letter, open_letters);
        fire_timers();
        ask_reactor(polls);
    }
}

fn begin_turn() {
    engine(|engine| {
        emit(Event::Turn { queued: engine.scheduler.queued_len() });
        engine.shared.alive.store(engine.scheduler.alive(), Ordering::Relaxed);
    });
}

// ---- 1 run --------------------------------------------------------------------------------------

enum Run<T> {
    /// `block_on`'s own future is ready.
    Ready(T),
    /// So many polls were made.
    Polled(usize),
}

fn run_tasks<F: Future>(mut future: Pin<&mut F>) -> Run<F::Output> {
    let mut polls = 0;
    let next = |polls| engine(|e| if e.may_poll(polls) { e.scheduler.next() } else { None });
    while let Some(running) = next(polls) {
        polls += 1;
        if running.task.is_some() {
            poll_task(running);
        } else if let Poll::Ready(output) = poll_main(running, future.as_mut()) {
            return Run::Ready(output);
        }
        event::flush();
    }
    Run::Polled(polls)
}

pub(crate) fn poll_task(mut running: Running<SendTask>) {
    let id = running.key.id;
    let outcome = poll_one(&mut running);
    let leftovers = engine(|engine| engine.scheduler.put_back(running, outcome));
    settle(id, leftovers);
}

/// Polls a task that has been taken out of its slot, of an engine or of a local set.
pub(crate) fn poll_one<T: Task + ?Sized>(lent: &mut Running<T>) -> Outcome {
    let Running { key, header, task, cancelled } = lent;
    let task = task.as_mut().expect("a task has its box").as_mut();
    let waker = waker_ref(header);
    as_running(header.remote().home, *key, &waker, || {
        emit(Event::PollStart { task: key.id });
        let outcome = budget::with_new(|| {
            if *cancelled {
                task.cancel(key.id)
            } else {
                task.poll(key.id, &mut Context::from_waker(&waker))
            }
        });
        emit(Event::PollEnd { task: key.id, outcome });
        outcome
    })
}

/// The same for `block_on`'s own future, which stands on its stack. A panic in it is its caller's.
fn poll_main<F: Future>(lent: Running<SendTask>, future: Pin<&mut F>) -> Poll<F::Output> {
    let id = lent.key.id;
    let waker = waker_ref(&lent.header);
    let polled = as_running(lent.header.remote().home, lent.key, &waker, || {
        emit(Event::PollStart { task: id });
        let polled = budget::with_new(|| future.poll(&mut Context::from_waker(&waker)));
        let outcome = if polled.is_ready() { Outcome::Ready } else { Outcome::Pending };
        emit(Event::PollEnd { task: id, outcome });
        polled
    });
    let outcome = if polled.is_ready() { Outcome::Ready } else { Outcome::Pending };
    engine(|engine| engine.scheduler.put_back(lent, outcome));
    polled
}

/// Does what a task's poll left to do: tells who waits for its end, drops what nobody wants.
pub(crate) fn settle(id: Id, leftovers: Leftovers<SendTask>) {
    let Leftovers { mut task, joiner } = leftovers;
    match joiner {
        Joiner::Nobody => {}
        Joiner::Parked(parked) => phase(Cause::Task(id), || quietly(|| parked.wake())),
        Joiner::Reply(reply) => quietly(|| reply.answer(task.take())),
    }
    quietly(|| drop(task));
}

// ---- 2 deferred wakers, 3 letters, 4 timers -----------------------------------------------------

fn wake_deferred() {
    if engine(|engine| engine.deferred.is_empty()) {
        return;
    }
    let mut deferred = engine(|engine| std::mem::take(&mut engine.deferred));
    wake_all(&mut deferred);
    engine(|engine| {
        deferred.append(&mut engine.deferred);
        engine.deferred = deferred;
    });
}

/// Wakes who waits for a deadline that has passed. The clock is read only if somebody does.
pub(crate) fn fire_timers() {
    let due = with_current(|engine| {
        if engine.timers.is_empty() {
            return None;
        }
        let mut due = std::mem::take(&mut engine.due);
        engine.timers.advance(engine.shared.clock.tick_now(), &mut due);
        Some(due)
    });
    let Some(mut due) = due.flatten() else { return };
    phase(Cause::Timer, || due.drain(..).for_each(|waiter| quietly(|| waiter.wake())));
    engine(|engine| engine.due = due);
}
