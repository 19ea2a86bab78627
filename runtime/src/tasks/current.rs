//! Which scheduler is this thread's, and what does every wake and abort do?
//!
//! Wakers, `spawn` and `yield_now` are called by user code, which holds no reference to a
//! scheduler. So while a thread drives a runtime, the runtime's scheduler is in a thread-local: it
//! is *current* there. Every wake, abort and new task follows one rule: *if the task's scheduler is
//! current on this thread, act at once; otherwise send a message to its inbox.*
//!
//! Interface: [`with_scheduler`], [`with_scheduler_of`]; [`swap`], for the guard that brings a
//! runtime to a thread. The rule: what a task's `Waker` does, [`abort`], [`submit`]; [`receive`],
//! for the messages. Invariants: no closure given to `with_scheduler` calls user code, whose wakes
//! would find it borrowed. As `ManuallyDrop` never destroys the thread-local, a waker called by the
//! destructor of another one still sends a message.
//!
//! tokio: the thread-local holds the handle and, in a `RefCell`, the core.

use std::cell::RefCell;
use std::mem::{self, ManuallyDrop};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use futures_task::ArcWake;
use kettle_events::{Event, Kind, MessageKind, Place, calls_for, change, emit};

use super::header::{BoxedTask, Header, Message, NewTask};
use super::scheduler::Scheduler;
use super::scope::cause;
use crate::inbox::Inbox;

thread_local! {
    static CURRENT: ManuallyDrop<RefCell<Option<Box<Scheduler>>>> =
        const { ManuallyDrop::new(RefCell::new(None)) };
}

/// Exchanges the scheduler that is current on this thread, if any, with `other`.
pub(crate) fn swap(other: &mut Option<Box<Scheduler>>) {
    CURRENT.with(|current| mem::swap(&mut *current.borrow_mut(), other));
}

/// Calls `f` with this thread's current scheduler, if there is one. `f` must not run user code.
#[inline]
pub(crate) fn with_scheduler<R>(f: impl FnOnce(&mut Scheduler) -> R) -> Option<R> {
    CURRENT.with(|current| current.borrow_mut().as_deref_mut().map(f))
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
    let is_first = header.hand_over.abort();
    if is_first && with_scheduler_of(header.inbox(), |it| it.abort(header, cause())).is_none() {
        header.send_abort();
    }
    header.check_aborted(is_first);
}

/// Brings a new task to its scheduler, from any thread.
pub(crate) fn submit(header: Arc<Header>, task: BoxedTask, at: Place) {
    if with_scheduler_of(header.inbox(), |_| ()).is_some() {
        admit(header, task, at);
    } else if let Some(inbox) = header.inbox().cloned() {
        inbox.spawns.fetch_add(1, Ordering::Relaxed);
        inbox.send(Message::Spawn(NewTask { header, task: Some(task), at }));
    }
}

/// Takes in a new task, unless the runtime is ending.
fn admit(header: Arc<Header>, task: BoxedTask, at: Place) {
    if with_scheduler(|scheduler| scheduler.closed) != Some(false) {
        return header.cancel(task);
    }
    let (what, size) = task.what();
    let (id, kind, set) = (header.id, Kind::Task, None);
    let row = change(|| Event::Spawn { task: id, kind, at, size, what, set });
    with_scheduler(|scheduler| scheduler.insert(header, Some(task), row));
}

/// Does what another thread has asked for.
pub(crate) fn receive(message: Message) {
    let record = |kind| emit(|| Event::Message { kind });
    match message {
        Message::Spawn(mut new) => {
            record(MessageKind::Spawn);
            let task = new.task.take().expect("tasks/header.rs: a new task is received once");
            admit(new.header.clone(), task, new.at);
        }
        Message::Wake(header, wait) => {
            record(MessageKind::Wake);
            header.wake_sent.end(); // the next wake from elsewhere needs a message of its own
            let wake = |scheduler: &mut Scheduler| scheduler.wake(&header, cause());
            let _call = calls_for(wait);
            with_scheduler_of(header.inbox(), wake);
        }
        Message::Abort(header) => {
            record(MessageKind::Abort);
            with_scheduler_of(header.inbox(), |scheduler| scheduler.abort(&header, cause()));
        }
    }
}
