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
//! Interface: [`Engine`], [`drive`]; [`fire_timers`] for the virtual clock, [`leaving`] and
//! [`shut_down`] for the ends. Invariants: the engine is reached by `with_current` only, a few
//! fields at a time; whatever is polled, woken or dropped is taken out first. Nothing that a task
//! does ends the loop: panics are caught at the poll and at each drop. After an event from outside
//! at most `event_interval` polls pass until the loop looks, and its task is then polled in turn
//! with the others (`task.rs`, the prompt line).
//!
//! tokio: `runtime/scheduler/current_thread/mod.rs`, `CoreGuard::block_on`; it polls its own
//! future first in every turn, while here that future stands in the queue like any task.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_task::waker_ref;

use crate::budget;
use crate::context::{SendScheduler, phase, running, with_current};
use crate::event::{self, Cause, Event, Outcome, Tape, emit};
use crate::letterbox::Inside;
use crate::reactor::Reactor;
use crate::remote::{HomeId, Letter, unregister};
use crate::rng::Rng;
use crate::runtime::Shared;
use crate::task::{Joined, Joiner, Key, Leftovers, Running, SendTask, Task};
use crate::timer::{Waiter, Wheel, cancel_for};
use crate::waker::Parked;

/// Everything that one runtime consists of. Plain fields: who holds the box holds them all.
pub(crate) struct Engine {
    /// What other threads may know of it.
    pub(crate) shared: Arc<Shared>,
    pub(crate) scheduler: SendScheduler,
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

    fn is_idle(&self) -> bool {
        self.scheduler.queued_len() == 0 && self.deferred.is_empty()
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        unregister(self.home());
    }
}

/// The engine's fields, in the loop: there is always one.
fn engine<R>(f: impl FnOnce(&mut Engine) -> R) -> R {
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

fn poll_task(mut running: Running<SendTask>) {
    let outcome = poll_one(&mut running);
    let leftovers = engine(|engine| engine.scheduler.put_back(running, outcome));
    settle(leftovers);
}

/// Polls a task that has been taken out of its slot, of an engine or of a local set.
pub(crate) fn poll_one<T: Task + ?Sized>(lent: &mut Running<T>) -> Outcome {
    let Running { key, header, task, cancelled } = lent;
    let task = task.as_mut().expect("a task has its box").as_mut();
    let waker = waker_ref(header);
    running(header.remote().home, *key, &waker, || {
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
    let polled = running(lent.header.remote().home, lent.key, &waker, || {
        emit(Event::PollStart { task: id });
        let polled = budget::with_new(|| future.poll(&mut Context::from_waker(&waker)));
        let outcome = if polled.is_ready() { Outcome::Ready } else { Outcome::Pending };
        emit(Event::PollEnd { task: id, outcome });
        polled
    });
    drop(waker);
    let outcome = if polled.is_ready() { Outcome::Ready } else { Outcome::Pending };
    engine(|engine| engine.scheduler.put_back(lent, outcome));
    polled
}

/// Does what a poll left to do: tells who waits for the task's end, drops what nobody wants.
pub(crate) fn settle(leftovers: Leftovers<SendTask>) {
    let Leftovers { mut task, joiner } = leftovers;
    match joiner {
        Joiner::Nobody => {}
        Joiner::Parked(parked) => quietly(|| parked.wake()),
        Joiner::Reply(reply) => quietly(|| reply.answer(task.take())),
    }
    quietly(|| drop(task));
}

/// Runs foreign code that has no caller to panic to. What it panics with has been printed by the
/// panic hook; the value is leaked, because dropping it might panic again.
pub(crate) fn quietly(foreign: impl FnOnce()) {
    if let Err(panic) = catch_unwind(AssertUnwindSafe(foreign)) {
        std::mem::forget(panic);
    }
}

// ---- 2 deferred wakers, 3 letters, 4 timers -----------------------------------------------------

fn wake_deferred() {
    if engine(|engine| engine.deferred.is_empty()) {
        return;
    }
    let mut deferred = engine(|engine| std::mem::take(&mut engine.deferred));
    for parked in deferred.drain(..) {
        quietly(|| parked.wake());
    }
    engine(|engine| {
        deferred.append(&mut engine.deferred);
        engine.deferred = deferred;
    });
}

/// Opens the letters that are there now; those that arrive meanwhile wait for the next turn.
pub(crate) fn open_letters() {
    for _ in 0..engine(|engine| engine.letters.len()) {
        if let Some(letter) = engine(|engine| engine.letters.open()) {
            emit(Event::Letter { kind: letter.kind() });
            obey(letter);
        }
    }
}

fn obey(letter: Letter) {
    match letter {
        Letter::Spawn(newcomer) => newcomer.admit(),
        Letter::Wake(key) => engine(|engine| {
            engine.scheduler.letter_opened(key);
            engine.scheduler.wake(key);
        }),
        Letter::Abort(key) => engine(|engine| engine.scheduler.cancel(key)),
        Letter::Join { key, reply } => answer(key, Joiner::Reply(reply)),
        Letter::Detach(key) => {
            settle(engine(|engine| engine.scheduler.detach(key)));
            let moved = engine(|engine| engine.shared.remote.finished.lock().remove(&key.id));
            quietly(|| drop(moved));
        }
        Letter::TimerAdd(entry) => entry.add(),
        Letter::TimerCancel(name) => cancel_for(name),
        Letter::BlockingDone(task) => {
            emit(Event::BlockingEnd { task });
            engine(|engine| engine.shared.blocking_out.fetch_sub(1, Ordering::Relaxed));
        }
    }
}

/// Answers a handle that is polled elsewhere, now or at its task's end.
fn answer(key: Key, mut waiter: Joiner) {
    let found = match engine(|engine| engine.scheduler.join(key, &mut waiter)) {
        Joined::Over(task) => Some(task),
        Joined::Gone => engine(|engine| engine.shared.remote.finished.lock().remove(&key.id)),
        Joined::Waiting => None,
    };
    // What `waiter` holds now is the reply, or what the reply replaced.
    settle(Leftovers { task: found, joiner: waiter });
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

// ---- 5 the reactor ------------------------------------------------------------------------------

fn ask_reactor(polls: usize) {
    event::flush();
    if engine(|engine| engine.is_idle()) {
        park();
    } else if polls > 0 && engine(|engine| !engine.shared.sources.is_empty()) {
        wait(Some(Duration::ZERO));
    }
}

/// Sleeps until the next deadline, a socket or a letter.
fn park() {
    let may_sleep = engine(|engine| {
        engine.scheduler.give_back();
        engine.letters.prepare_to_park(&engine.shared.remote.letters)
    });
    if !may_sleep {
        return;
    }
    let timeout = engine(|engine| {
        let paused = engine.shared.clock.is_paused();
        // The virtual clock jumps there, and must not stop where nothing is. The machine's clock
        // may: to come once too early costs less than to look for the exact deadline.
        let timers = &engine.timers;
        let deadline = if paused { timers.next_deadline() } else { timers.next_look() };
        deadline.map(|tick| engine.shared.clock.until(tick))
    });
    if engine(|engine| engine.shared.clock.is_paused()) {
        sleep_in_virtual_time(timeout);
    } else {
        emit(Event::Park { timeout });
        event::flush();
        // A sink is foreign code: it may have woken somebody.
        let woken = engine(|engine| !engine.is_idle());
        let (events, rung) = wait(if woken { Some(Duration::ZERO) } else { timeout });
        emit(Event::Unpark { events, rung });
    }
    engine(|engine| engine.letters.unparked(&engine.shared.remote.letters));
}

/// With the clock paused nobody waits: time jumps to the next deadline. Unless something is on its
/// way from outside, from a socket or from blocking work: then that comes first.
fn sleep_in_virtual_time(timeout: Option<Duration>) {
    let blocking = engine(|engine| engine.shared.blocking_out.load(Ordering::Relaxed) > 0);
    let jump = timeout.filter(|_| !blocking);
    emit(Event::Park { timeout: if blocking { None } else { timeout } });
    event::flush();
    let woken = engine(|engine| !engine.is_idle());
    let (events, rung) = wait(if woken || jump.is_some() { Some(Duration::ZERO) } else { None });
    if let Some(by) = jump
        && !rung
        && engine(|engine| engine.is_idle())
    {
        engine(|engine| engine.shared.clock.advance(by));
        emit(Event::Advance { by, auto: true });
    }
    emit(Event::Unpark { events, rung });
}

/// Asks the selector, then wakes whose sockets are ready.
fn wait(timeout: Option<Duration>) -> (usize, bool) {
    let (polled, mut due) = engine(|engine| {
        let polled = engine.reactor.poll(timeout).expect("the selector answers");
        (polled, engine.reactor.take_due())
    });
    phase(Cause::Io, || due.drain(..).for_each(|parked| quietly(|| parked.wake())));
    engine(|engine| engine.reactor.put_back(due));
    (polled.events, polled.rung)
}

// ---- the ends -----------------------------------------------------------------------------------

/// The engine is about to leave its seat: finished tasks go where their handles will find them.
/// The letters come after that: a handle posts its letter first and then looks there, so one of
/// the two sees the other.
pub(crate) fn leaving() {
    let unclaimed = engine(|engine| engine.scheduler.take_unclaimed());
    engine(|engine| {
        engine.shared.remote.finished.lock().extend(unclaimed);
        engine.shared.alive.store(engine.scheduler.alive(), Ordering::Relaxed);
    });
    phase(Cause::Letter, open_letters);
    if !engine(|engine| engine.closing) {
        // The end of a run. What a runtime's own end drops has been told one by one.
        emit(engine(|engine| Event::RunEnd {
            tasks: engine.scheduler.alive(),
            timers: engine.timers.len(),
            sources: engine.shared.sources.len(),
        }));
    }
    event::flush();
}

/// Ends all that the seated engine holds: every future is dropped here and now.
pub(crate) fn shut_down() {
    engine(|engine| engine.closing = true);
    loop {
        engine(|engine| engine.scheduler.cancel_all());
        while let Some(running) = engine(|engine| engine.scheduler.next()) {
            poll_task(running);
            event::flush();
        }
        phase(Cause::Letter, open_letters);
        // Dropping a future may have written letters and deferred wakers; none makes a new task.
        let deferred = engine(|engine| std::mem::take(&mut engine.deferred));
        deferred.into_iter().for_each(|parked| quietly(|| parked.wake()));
        if engine(|engine| engine.is_idle() && engine.letters.len() == 0) {
            break;
        }
    }
    let timers = engine(|engine| engine.timers.drain());
    timers.into_iter().for_each(|waiter| quietly(|| waiter.end()));
    let shared = engine(|engine| engine.shared.clone());
    shared.sources.close().into_iter().for_each(|parked| quietly(|| parked.wake()));
}

/// Closes the letterbox for good. What still lies in it is dropped with the engine seated.
pub(crate) fn close_letters() {
    let unopened = engine(|engine| engine.letters.close());
    quietly(|| drop(unopened));
}
