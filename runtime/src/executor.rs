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
//! Interface: [`drive`]; for the other files of the loop [`poll_task`], [`poll_one`], [`settle`].
//! Invariants: the engine is borrowed for a few fields at a time; whatever is polled, woken or
//! dropped is taken out first. Nothing that a task does ends the loop: panics are caught at the
//! poll and at each drop. While timers or sockets are registered, at most `event_interval` polls
//! pass until the loop looks at them; whom they wake is polled in turn with the rest (`queue.rs`).
//!
//! tokio: `runtime/scheduler/current_thread/mod.rs`, `CoreGuard::block_on`; it polls its own
//! future first in every turn, while here that future stands in the queue like any task.

use std::ops::ControlFlow::{self, Break, Continue};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll};

use futures_task::waker_ref;

use crate::budget;
use crate::deferred::wake_deferred;
use crate::engine::engine;
use crate::event::{self, Cause, Event, Outcome, emit};
use crate::foreign::quietly;
use crate::id::Id;
use crate::letters::open_letters;
use crate::park::ask_reactor;
use crate::polling::{as_running, phase};
use crate::stage::Task;
use crate::task::{Joiner, Key, Leftovers, Lent, SendTask};
use crate::timer::fire_timers;
use crate::waker::Header;

/// Runs the seated engine until `future` is ready.
pub(crate) fn drive<F: Future>(mut future: Pin<&mut F>) -> F::Output {
    loop {
        begin_turn();
        let polls = match run_tasks(future.as_mut()) {
            Break(output) => return output,
            Continue(polls) => polls,
        };
        wake_deferred();
        phase(Cause::Letter, open_letters);
        fire_timers();
        ask_reactor(polls);
    }
}

fn begin_turn() {
    engine(|engine| {
        emit(|| Event::Turn { queued: engine.scheduler.queue.len() });
        engine.shared.alive.store(engine.scheduler.alive, Ordering::Relaxed);
    });
}

/// Polls those who are ready, until `block_on`'s own future has its output (`Break`), nobody is
/// left, or this turn's polls are used up (`Continue`, with their number).
fn run_tasks<F: Future>(mut future: Pin<&mut F>) -> ControlFlow<F::Output, usize> {
    let mut polls = 0;
    let next = |polls| engine(|e| if e.may_poll(polls) { e.scheduler.next() } else { None });
    while let Some(running) = next(polls) {
        polls += 1;
        if running.task.is_some() {
            poll_task(running);
        } else if let Poll::Ready(output) = poll_main(running, future.as_mut()) {
            return Break(output);
        }
        event::flush();
    }
    Continue(polls)
}

#[inline]
pub(crate) fn poll_task(mut running: Lent<SendTask>) {
    let id = running.key.id;
    if poll_one(&mut running) == Outcome::Pending {
        engine(|engine| engine.scheduler.put_back(running));
    } else {
        settle(id, engine(|engine| engine.scheduler.end(running)));
    }
}

/// Polls a task that has been taken out of its slot, of an engine or of a local set.
#[inline]
pub(crate) fn poll_one<T: Task + ?Sized>(lent: &mut Lent<T>) -> Outcome {
    let Lent { key, header, task, cancelled } = lent;
    let task = task.as_mut().expect("a task has its box").as_mut();
    as_polled(
        *key,
        header,
        |cx| {
            if *cancelled { task.cancel(key.id) } else { task.poll(key.id, cx) }
        },
    )
}

/// The same for `block_on`'s own future, which stands on its stack. A panic in it is its caller's.
fn poll_main<F: Future>(lent: Lent<SendTask>, future: Pin<&mut F>) -> Poll<F::Output> {
    let mut polled = Poll::Pending;
    let outcome = as_polled(lent.key, &lent.header, |cx| {
        polled = future.poll(cx);
        if polled.is_ready() { Outcome::Ready } else { Outcome::Pending }
    });
    if outcome == Outcome::Pending {
        engine(|engine| engine.scheduler.put_back(lent));
    } else {
        engine(|engine| engine.scheduler.end(lent));
    }
    polled
}

/// One poll, with all that belongs to it: the waker that is lent, the running task, its budget.
#[inline]
fn as_polled(
    key: Key,
    header: &Arc<Header>,
    poll: impl FnOnce(&mut Context<'_>) -> Outcome,
) -> Outcome {
    let waker = waker_ref(header);
    as_running(header.remote().home, key, &waker, || {
        emit(|| Event::PollStart { task: key.id });
        let outcome = budget::with_new(|| poll(&mut Context::from_waker(&waker)));
        emit(|| Event::PollEnd { task: key.id, outcome });
        outcome
    })
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
