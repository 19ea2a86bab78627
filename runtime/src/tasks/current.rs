//! Which scheduler is this thread's, and what does every wake and abort do?
//!
//! Wakers, `spawn` and `yield_now` are called by user code, which holds no reference to a
//! scheduler. So while a thread drives a runtime, the runtime's scheduler is in a thread-local: it
//! is *current* there. Every wake, abort and new task follows one rule: *if the task's scheduler is
//! current on this thread, act at once; otherwise send a message to its inbox.*
//!
//! Interface: what a task's `Waker` does, [`abort`], [`submit`], [`receive`]; [`with_scheduler`];
//! [`cause`] and [`caused_by`]; [`shown_id`], the id that a program sees; [`swap`], for the guard
//! that brings a runtime to a thread. Invariants: no closure given to `with_scheduler` calls user
//! code. The thread-local is never destroyed, so a waker called by another thread-local's
//! destructor still sends a message.
//!
//! tokio: the thread-local holds the handle and, in a `RefCell`, the core.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::mem::ManuallyDrop;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::Waker;

use futures_task::ArcWake;
use kettle_events::{self as events, Cause, Event, Id, Kind, Place, calls_for, emit, emit_lasting};
use scopeguard::guard;

use super::header::{BoxedTask, Header, Message, NewTask};
use super::schedule::choose_task;
use super::scheduler::Scheduler;
use crate::base::user_code::catch_panic;
use crate::inbox::Inbox;

/// What this floor keeps per thread. A runtime that no thread drives has its `Locals` in its core.
pub(crate) struct Locals {
    scheduler: RefCell<Option<Scheduler>>,
    /// Wakers that the loop will call in phase 2 (`budget.rs`).
    pub(super) deferred: RefCell<VecDeque<Waker>>,
    pub(super) scope: Cell<PollScope>,
}

/// What is set around a poll, and restored after it.
#[derive(Clone, Copy)]
pub(super) struct PollScope {
    pub(super) cause: Cause,
    /// The id that a program sees.
    pub(super) shown: Option<Id>,
    /// How many operations this poll may still make, or [`UNLIMITED`].
    pub(super) budget: u8,
}

/// The budget when there is no limit.
pub(super) const UNLIMITED: u8 = u8::MAX;

const OUTSIDE: PollScope = PollScope { cause: Cause::Runtime, shown: None, budget: UNLIMITED };

thread_local! {
    pub(super) static LOCALS: ManuallyDrop<Locals> = const { ManuallyDrop::new(Locals::new(None)) };
}

impl Locals {
    pub(crate) const fn new(scheduler: Option<Scheduler>) -> Locals {
        Locals {
            scheduler: RefCell::new(scheduler),
            deferred: RefCell::new(VecDeque::new()),
            scope: Cell::new(OUTSIDE),
        }
    }
}

impl PollScope {
    /// Makes these values current until the guard is dropped.
    #[inline]
    pub(super) fn enter(self) -> impl Drop {
        let before = LOCALS.with(|locals| locals.scope.replace(self));
        guard(before, |before| LOCALS.with(|locals| locals.scope.set(before)))
    }
}

/// Calls `f` with this thread's current scheduler, if there is one. `f` must not run user code.
#[inline]
pub(crate) fn with_scheduler<R>(f: impl FnOnce(&mut Scheduler) -> R) -> Option<R> {
    LOCALS.with(|locals| locals.scheduler.borrow_mut().as_mut().map(f))
}

/// The same, but only if it is the scheduler that receives from this inbox.
#[inline]
pub(crate) fn with_scheduler_of<R>(
    inbox: Option<&Arc<Inbox<Message>>>,
    f: impl FnOnce(&mut Scheduler) -> R,
) -> Option<R> {
    let inbox = inbox?;
    let own = |it: &mut Scheduler| if Arc::ptr_eq(&it.inbox, inbox) { Some(f(it)) } else { None };
    with_scheduler(own).flatten()
}

/// A task's `Waker` wakes it, from any thread.
impl ArcWake for Header {
    fn wake_by_ref(this: &Arc<Header>) {
        if with_scheduler_of(this.inbox(), |scheduler| scheduler.wake(this, cause())).is_none() {
            this.send_wake();
        }
    }
}

/// Asks a task to end, from any thread. Its future is dropped where it would have been polled.
pub(crate) fn abort(header: &Arc<Header>) {
    if !header.hand_over.abort() {
        return;
    }
    if with_scheduler_of(header.inbox(), |scheduler| scheduler.abort(header, cause())).is_none() {
        header.send_abort();
    }
}

/// What would cause a wake on this thread now: the running task, or a phase of a turn.
#[inline]
pub fn cause() -> Cause {
    LOCALS.with(|locals| locals.scope.get().cause)
}

/// The id of the task or blocking job whose code is running on this thread. `block_on`'s own future
/// is a task only to the loop: the program sees the id that was shown around `block_on`.
pub fn shown_id() -> Option<Id> {
    LOCALS.with(|locals| locals.scope.get().shown)
}

/// Shows this id until the guard is dropped, around a job, or around the drop of an unwanted output
/// or of a future that never ran.
pub(crate) fn show_id(shown: Option<Id>) -> impl Drop {
    PollScope { shown, ..LOCALS.with(|locals| locals.scope.get()) }.enter()
}

/// Runs code that isn't part of a poll: its wakes have this cause, its budget has no limit, and its
/// events have no task.
pub(crate) fn caused_by<R>(cause: Cause, code: impl FnOnce() -> R) -> R {
    let _scope = PollScope { cause, ..OUTSIDE }.enter();
    let _no_task = events::run_as(None);
    code()
}

/// Hands the events to the runtime's sink, which is user code: nothing may be borrowed.
#[inline]
pub(crate) fn flush_events() {
    if events::on() {
        caused_by(Cause::Runtime, events::flush);
    }
}

/// If there is a reason to look, records from here on, beginning with what exists now.
#[inline]
pub(crate) fn look_if(reason: bool) {
    if reason {
        events::look(&with_scheduler(|scheduler| scheduler.there()).unwrap_or_default());
    }
}

#[inline]
pub(super) fn flush_if_live() {
    if events::is_live() {
        caused_by(Cause::Runtime, events::flush);
    }
}

/// Records, before a sleep, how many clones are left of the wakers of tasks that are waiting for
/// something other than a timer, source or primitive of kettle's.
pub(crate) fn tell_clones() {
    let silent = events::take_silent();
    let tell = |(task, count, _)| emit(|| Event::Clones { task, count });
    if !silent.is_empty() {
        with_scheduler(|it| it.waiting().filter(|one| silent.contains(&one.0)).for_each(tell));
    }
}

pub(crate) fn queued() -> usize {
    with_scheduler(|scheduler| scheduler.queue.len()).unwrap_or_default()
}

/// Which task in the queue does the schedule want polled next?
pub(crate) fn choose_next() -> usize {
    let choose = |it: &mut Scheduler| choose_task(it.queue.len(), it.ready());
    with_scheduler(choose).unwrap_or_default()
}

/// Is there nothing to poll and no waker to call on this thread?
pub(crate) fn is_idle() -> bool {
    queued() == 0 && LOCALS.with(|locals| locals.deferred.borrow().is_empty())
}

pub(crate) fn capacity() -> usize {
    LOCALS.with(|locals| locals.deferred.borrow().capacity())
}

pub(crate) fn shrink_to(capacity: usize) {
    with_scheduler(|scheduler| scheduler.shrink_to(capacity));
    LOCALS.with(|locals| locals.deferred.borrow_mut().shrink_to(capacity));
}

/// Exchanges what is current on this thread, except for the id that the program sees.
pub(crate) fn swap(other: &Locals) {
    LOCALS.with(|locals| {
        locals.scheduler.swap(&other.scheduler);
        locals.deferred.swap(&other.deferred);
        let shown = locals.scope.get().shown;
        locals.scope.swap(&other.scope);
        locals.scope.set(PollScope { shown, ..locals.scope.get() });
    });
}

/// Brings a new task to its scheduler, from any thread.
pub(crate) fn submit(header: Arc<Header>, task: BoxedTask, at: Place, size: usize) {
    if with_scheduler_of(header.inbox(), |_| ()).is_some() {
        admit(header, task, at, size);
    } else if let Some(inbox) = header.inbox().cloned() {
        inbox.spawns.fetch_add(1, Ordering::Relaxed);
        inbox.send(Message::Spawn(NewTask { header, task: Some(task), at, size }));
    }
}

/// Takes in a new task, unless the runtime is ending.
fn admit(header: Arc<Header>, task: BoxedTask, at: Place, size: usize) {
    if with_scheduler(|scheduler| scheduler.closed) != Some(false) {
        return cancel(&header, task);
    }
    let what = task.what();
    emit_lasting(|| Event::Spawn { task: header.id, kind: Kind::Task, at, size, what, set: None });
    with_scheduler(|scheduler| scheduler.insert(header, task));
}

/// The task was received, or a runtime that has ended drops it.
impl Drop for NewTask {
    fn drop(&mut self) {
        if let Some(inbox) = self.header.inbox() {
            inbox.spawns.fetch_sub(1, Ordering::Relaxed);
        }
        if let Some(task) = self.task.take() {
            cancel(&self.header, task);
        }
    }
}

/// Ends a task that was never polled.
fn cancel(header: &Header, task: BoxedTask) {
    let id = show_id(Some(header.id));
    catch_panic(|| drop(task));
    drop(id);
    if let (Some(waker), _) = header.hand_over.finish(None) {
        catch_panic(|| waker.wake());
    }
}

pub(crate) fn receive(message: Message) {
    emit(|| Event::Message { kind: message.kind() });
    match message {
        Message::Spawn(mut new) => {
            let task = new.task.take().expect("a message is received once");
            admit(new.header.clone(), task, new.at, new.size);
        }
        Message::Wake(header, wait) => {
            header.wake_sent.end(); // the next wake from elsewhere needs a message of its own
            let wake = |scheduler: &mut Scheduler| scheduler.wake(&header, cause());
            calls_for(wait, || _ = with_scheduler_of(header.inbox(), wake));
        }
        Message::Abort(header) => {
            with_scheduler_of(header.inbox(), |scheduler| scheduler.abort(&header, cause()));
        }
    }
}
