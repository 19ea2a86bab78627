//! What does the loop do, and in which order?
//!
//! [`drive`] is the whole of it: one turn after another until `block_on`'s own future is ready.
//!
//! 1. *Run*: poll tasks off the front of the run queue, a bounded number of them.
//! 2. *Deferred wakers*: who spent his budget, or yields under a foreign waker, is woken.
//! 3. *Letters*: what was asked for from elsewhere is done, a bounded number of them.
//! 4. *Timers*: who waits for a deadline that has passed is woken.
//! 5. *Reactor*: nobody ready: **park** until the next deadline, a socket or a letter (`park.rs`).
//!    Else, if anybody was polled, look at the sockets without waiting, if there are any.
//!
//! Interface: [`drive`]; for other files [`run_tasks`], [`as_polled`], [`settle`].
//! Invariants: the engine is borrowed for a few fields at a time; what is polled, woken or dropped
//! is taken out first. Nothing that a spawned task does ends the loop: panics are caught at poll
//! (`stage.rs`) and drop (`foreign.rs`). Timers, sockets and letters wait for at most 61 polls
//! (`Config::event_interval`); with no timer and no socket, letters for some 1,024.
//!
//! tokio: `runtime/scheduler/current_thread/mod.rs`, `CoreGuard::block_on`; it polls its own
//! future first in every turn, while here that future stands in the queue like any task.

use std::ops::ControlFlow::{self, Break, Continue};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll};

use futures_task::waker_ref;

use crate::deferred::wake_deferred;
use crate::engine::engine;
use crate::event::{self, Cause, Outcome, emit};
use crate::foreign::quietly;
use crate::id::Id;
use crate::letters::open_letters;
use crate::park::ask_reactor;
use crate::polling::{self, phase, poll_box};
use crate::seat::{Seat, with_seat};
use crate::task::{Joiner, Key, Leftovers, Lent, SendTask};
use crate::timer::fire_timers;
use crate::waker::Header;

/// Runs the seated engine until `future` is ready.
pub(crate) fn drive<F: Future>(mut future: Pin<&mut F>) -> F::Output {
    loop {
        begin_turn();
        let polls = match with_seat(|seat| run_tasks(seat, future.as_mut())) {
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
        emit(|| engine.at_turn());
        engine.shared.alive.store(engine.scheduler.alive, Ordering::Relaxed);
        engine.scheduler.queue.give_back();
    });
}

/// The output of `block_on`'s own future, or how many polls were made.
type Turn<F> = ControlFlow<<F as Future>::Output, usize>;

/// Polls those who are ready, until `block_on`'s own future has its output, nobody is left, or this
/// turn's polls are used up.
pub(crate) fn run_tasks<F: Future>(seat: &Seat, future: Pin<&mut F>) -> Turn<F> {
    // Compiled twice: where nobody records, no poll asks whether somebody does (7 % of a yield).
    if event::on() { run::<true, F>(seat, future) } else { run::<false, F>(seat, future) }
}

fn run<const RECORDED: bool, F: Future>(seat: &Seat, mut future: Pin<&mut F>) -> Turn<F> {
    let _outer = polling::in_a_row(seat.engine().home);
    let (mut polls, mut until) = (0, 0); // `may_go_on` is asked again only after `until`
    while (polls < until || seat.engine().may_go_on(polls, &mut until))
        && let Some(Lent { key, header, task, cancelled }) = seat.next()
    {
        polls += 1;
        if let Some(mut task) = task {
            let poll = |cx: &mut Context<'_>| poll_box(task.as_mut(), key.id, cancelled, cx);
            let outcome = as_polled::<RECORDED>(key, &header, poll);
            // `Lent` is put together in each branch: so it stays in registers (7 % of a yield).
            if outcome == Outcome::Pending {
                seat.engine().scheduler.put_back(Lent { key, header, task: Some(task), cancelled });
            } else {
                end(seat, key, header, Some(task));
            }
        } else {
            poll_main(seat, key, header, future.as_mut())?;
        }
        if RECORDED {
            event::flush();
        }
    }
    Continue(polls)
}

/// One poll, with all that belongs to it: the waker that is lent, the running task, its budget, and
/// if it may be recorded, its events.
#[inline]
pub(crate) fn as_polled<const RECORDED: bool>(
    key: Key,
    header: &Arc<Header>,
    poll: impl FnOnce(&mut Context<'_>) -> Outcome,
) -> Outcome {
    let waker = waker_ref(header);
    polling::run(key, &waker);
    let mut cx = Context::from_waker(&waker);
    if !RECORDED {
        return poll(&mut cx);
    }
    event::begin_poll(key.id);
    let outcome = poll(&mut cx);
    event::end_poll(key.id, outcome, || Arc::strong_count(header) - 1);
    outcome
}

/// `block_on`'s own future stands on its stack. A panic in it is its caller's: it ends the loop.
/// (A function of its own: else each poll of a task would carry a place for this output along.)
fn poll_main<F: Future>(
    seat: &Seat,
    key: Key,
    header: Arc<Header>,
    future: Pin<&mut F>,
) -> ControlFlow<F::Output> {
    let mut output = Poll::Pending;
    as_polled::<true>(key, &header, |cx| {
        output = future.poll(cx);
        if output.is_ready() { Outcome::Ready } else { Outcome::Pending }
    });
    if let Poll::Ready(output) = output {
        end(seat, key, header, None);
        return Break(output);
    }
    seat.engine().scheduler.put_back(Lent { key, header, task: None, cancelled: false });
    Continue(())
}

/// Takes a task back that has ended. (Its parts come one by one: so they stay in registers.)
fn end(seat: &Seat, key: Key, header: Arc<Header>, task: Option<Pin<Box<SendTask>>>) {
    polling::step(Cause::Task(key.id)); // what follows is its doing, but it is no longer running
    let leftovers = seat.engine().scheduler.end(Lent { key, header, task, cancelled: false });
    if let Some(leftovers) = leftovers {
        settle(key.id, leftovers);
    }
}

/// Does what a task's poll left to do: tells who waits for its end, drops what nobody wants.
#[inline(never)]
pub(crate) fn settle(id: Id, Leftovers { mut task, joiner }: Leftovers<SendTask>) {
    match joiner {
        Joiner::Nobody | Joiner::Task(_) => {} // a task joins by a handle: `end` has woken it
        Joiner::Parked(parked) => phase(Cause::Task(id), || quietly(|| parked.wake())),
        Joiner::Reply(reply) => phase(Cause::Engine, || quietly(|| reply.answer(task.take()))),
    }
    if task.is_some() {
        phase(Cause::Engine, || quietly(|| drop(task)));
    }
}
