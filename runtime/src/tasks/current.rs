//! Which scheduler is this thread's, and what happens when a waker is called?
//!
//! Wakers, `spawn` and `yield_now` are called by user code, which holds no reference to a
//! scheduler. So while a thread drives a runtime, the runtime's scheduler is in a thread-local:
//! it is *current* there. Calling a waker follows one rule: *if the task's scheduler is current on
//! this thread, the task is woken at once; otherwise a message goes to its inbox.*
//!
//! Interface: [`wake`] (which is what a task's `Waker` does), [`abort`]; [`with_scheduler`];
//! [`poll_task`]; [`cause`] and [`in_step`]; [`install`] for the guard that brings a runtime to a
//! thread. Invariants: no closure given to `with_scheduler` calls user code. Nothing here is ever
//! destroyed: a waker called in another thread-local's destructor finds no scheduler, and sends a
//! message. After a poll, even one that panics, all is as it was before.
//!
//! tokio: `runtime/context.rs`; its thread-local has the scheduler's handle, and the core (queue
//! and driver) in a `RefCell`.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::mem::{self, ManuallyDrop};
use std::sync::Arc;
use std::task::{Context, RawWakerVTable, Waker};

use futures_task::ArcWake;
use kettle_events::{self as events, Cause, Event, Id, Kind, Outcome, emit};
use scopeguard::guard;

use super::header::{Header, Message, NewTask};
use super::scheduler::Scheduler;

/// What this floor keeps per thread.
pub(super) struct Locals {
    scheduler: RefCell<Option<Scheduler>>,
    pub(super) deferred: RefCell<Deferred>,
    cause: Cell<Cause>,
    pub(super) budget: Cell<u8>,
    /// The waker that the running task is polled with, by its address and functions.
    own_waker: Cell<Option<(usize, &'static RawWakerVTable)>>,
}

/// Wakers that will be called later in the loop.
#[derive(Default)]
pub(crate) struct Deferred {
    /// Spent budgets and foreign yields: at the end of this step.
    pub(crate) step: VecDeque<Waker>,
    /// Tasks that moved the clock: behind those that this woke.
    pub(crate) clock: VecDeque<Waker>,
}

/// What is left of the budget where there is no limit.
pub(super) const UNLIMITED: u8 = u8::MAX;
/// Operations per poll of a task.
pub const UNITS: u8 = 128;

const OUTSIDE: PollScope = PollScope { cause: Cause::Runtime, budget: UNLIMITED, own_waker: None };

thread_local! {
    pub(super) static LOCALS: ManuallyDrop<Locals> = const {
        ManuallyDrop::new(Locals {
            scheduler: RefCell::new(None),
            deferred: RefCell::new(Deferred { step: VecDeque::new(), clock: VecDeque::new() }),
            cause: Cell::new(OUTSIDE.cause),
            budget: Cell::new(OUTSIDE.budget),
            own_waker: Cell::new(OUTSIDE.own_waker),
        })
    };
}

/// Reaches the scheduler that is current on this thread, if one is. Never around user code.
#[inline]
pub(crate) fn with_scheduler<R>(f: impl FnOnce(&mut Scheduler) -> R) -> Option<R> {
    LOCALS.with(|locals| locals.scheduler.borrow_mut().as_mut().map(f))
}

/// The same, if it is this task's.
#[inline]
fn with_scheduler_of<R>(header: &Header, f: impl FnOnce(&mut Scheduler) -> R) -> Option<R> {
    let own = |scheduler: &mut Scheduler| {
        if header.belongs_to(&scheduler.inbox) { Some(f(scheduler)) } else { None }
    };
    with_scheduler(own).flatten()
}

/// Wakes a task, from any thread.
pub(crate) fn wake(header: &Arc<Header>) {
    if with_scheduler_of(header, |scheduler| scheduler.wake(header, cause())).is_none() {
        header.send_wake();
    }
}

/// A task's `Waker`.
impl ArcWake for Header {
    fn wake_by_ref(this: &Arc<Header>) {
        wake(this);
    }
}

/// Asks for a task's end, from any thread. Its future is dropped where it would have been polled.
pub(crate) fn abort(header: &Arc<Header>) {
    if !header.hand_over.abort() {
        return;
    }
    if with_scheduler_of(header, |scheduler| scheduler.abort(header, cause())).is_none() {
        header.send_abort();
    }
}

/// What changes around a poll, and is restored after it.
#[derive(Clone, Copy)]
struct PollScope {
    cause: Cause,
    budget: u8,
    own_waker: Option<(usize, &'static RawWakerVTable)>,
}

impl PollScope {
    /// From now on this is so; gives back what was.
    #[inline]
    fn replace(self) -> PollScope {
        LOCALS.with(|locals| PollScope {
            cause: locals.cause.replace(self.cause),
            budget: locals.budget.replace(self.budget),
            own_waker: locals.own_waker.replace(self.own_waker),
        })
    }

    /// The same, until the guard is dropped.
    #[inline]
    fn enter(self) -> impl Drop {
        guard(self.replace(), |before| {
            before.replace();
        })
    }
}

/// Polls a task: names it as the running one, gives it a budget, and emits the events of the poll.
/// `kept` counts the task's wakers and handles. For any code that polls tasks of its own: the
/// executor, a local set.
#[inline]
pub fn poll_task(
    task: Id,
    waker: &Waker,
    kept: impl FnOnce() -> (usize, usize),
    poll: impl FnOnce(&mut Context<'_>) -> Outcome,
) -> Outcome {
    let own_waker = Some((waker.data().addr(), waker.vtable()));
    let _scope = PollScope { cause: Cause::Task(task), budget: UNITS, own_waker }.enter();
    let poll = || {
        flush_if_live();
        poll(&mut Context::from_waker(waker))
    };
    let outcome = events::record_poll(task, poll, kept);
    flush_if_live();
    outcome
}

/// Is this the waker that the running task is polled with? (A combinator may poll with one of its
/// own.)
#[inline]
pub(super) fn is_own_waker(waker: &Waker) -> bool {
    let own = LOCALS.with(|locals| locals.own_waker.get());
    own.is_some_and(|(address, vtable)| {
        waker.data().addr() == address && std::ptr::eq(waker.vtable(), vtable)
    })
}

/// What causes the wakes of this moment on this thread: the running task, or a step of the loop.
#[inline]
pub fn cause() -> Cause {
    LOCALS.with(|locals| locals.cause.get())
}

/// Makes one step of the loop under its name, with no limit to its budget and no task running.
pub(crate) fn in_step<R>(cause: Cause, step: impl FnOnce() -> R) -> R {
    let _scope = PollScope { cause, ..OUTSIDE }.enter();
    let _no_task = events::pause_running();
    step()
}

/// Hands the events to the runtime's sink. That is user code: not to be called with anything
/// borrowed.
#[inline]
pub(crate) fn flush_events() {
    if events::on() {
        in_step(Cause::Runtime, events::flush);
    }
}

#[inline]
pub(super) fn flush_if_live() {
    if events::is_live() {
        in_step(Cause::Runtime, events::flush);
    }
}

/// The wakers that were deferred until now. What is deferred while they are called stays.
pub(crate) fn take_deferred() -> Deferred {
    LOCALS.with(|locals| mem::take(&mut *locals.deferred.borrow_mut()))
}

/// Puts back deferred wakers that were not called, before those that came meanwhile.
pub(crate) fn put_back_deferred(mut left: Deferred) {
    LOCALS.with(|locals| {
        let mut deferred = locals.deferred.borrow_mut();
        left.step.append(&mut deferred.step);
        left.clock.append(&mut deferred.clock);
        *deferred = left;
    });
}

/// Is there nothing to poll and no waker to call on this thread?
pub(crate) fn is_idle() -> bool {
    let deferred = LOCALS.with(|locals| {
        let deferred = locals.deferred.borrow();
        deferred.step.len() + deferred.clock.len()
    });
    deferred == 0 && with_scheduler(|scheduler| scheduler.is_idle()) != Some(false)
}

/// What a runtime brings to the thread that drives it, on this floor.
pub(crate) struct Installed {
    scheduler: Option<Scheduler>,
    deferred: Deferred,
    poll: PollScope,
}

impl Installed {
    pub(crate) fn new(scheduler: Scheduler) -> Installed {
        let scheduler = Some(scheduler);
        Installed { scheduler, deferred: Deferred::default(), poll: OUTSIDE }
    }
}

/// Exchanges what is current on this thread.
pub(crate) fn install(other: &mut Installed) {
    LOCALS.with(|locals| {
        mem::swap(&mut *locals.scheduler.borrow_mut(), &mut other.scheduler);
        mem::swap(&mut *locals.deferred.borrow_mut(), &mut other.deferred);
    });
    other.poll = other.poll.replace();
}

/// Brings a new task to its scheduler, from any thread.
pub(crate) fn submit(new: NewTask) {
    let Some((header, _)) = &new.parts else { return };
    if with_scheduler_of(header, |_| ()).is_some() {
        admit(new);
    } else if let Some(inbox) = header.inbox().cloned() {
        drop(inbox.send(Message::Spawn(new))); // refused: the runtime is gone, and drops it here
    }
}

/// Takes a new task in. The runtime that ends drops it: it ends as cancelled.
fn admit(mut new: NewTask) {
    if with_scheduler(|scheduler| scheduler.closed) != Some(false) {
        return;
    }
    let (at, size) = (new.at, new.size);
    if let Some((header, task)) = new.parts.take() {
        let what = task.what();
        emit(|| Event::Spawn { task: header.id, kind: Kind::Task, at, size, what });
        with_scheduler(|scheduler| scheduler.insert(header, task));
    }
}

/// Does what another thread has asked for.
pub(crate) fn receive(message: Message) {
    emit(|| Event::Message { kind: message.kind() });
    match message {
        Message::Spawn(new) => admit(new),
        Message::Wake(header) => {
            header.wake_received();
            with_scheduler_of(&header, |scheduler| scheduler.wake(&header, cause()));
        }
        Message::Abort(header) => {
            with_scheduler_of(&header, |scheduler| scheduler.abort(&header, cause()));
        }
    }
}
