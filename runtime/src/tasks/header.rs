//! What do a task's scheduler, wakers and handles share?
//!
//! They share a [`Header`], with the task's id, the way to its scheduler, and the hand-over of its
//! output. `ArcWake` turns an `Arc` of the header into a waker, and join and abort handles hold
//! such an `Arc`, too. The header outlives the future, so a waker that is kept too long finds a
//! header without a slot, and has no effect.
//!
//! Interface: [`Header`]; [`Task`], a task's future; [`Message`], for threads where the task's
//! scheduler is not current; [`NewTask`]. Invariants: only the scheduler changes `slot`, which is
//! set as long as the slot is this task's. A new task is received once, or it is cancelled.
//!
//! tokio: a `Header` begins the task's one allocation, which also holds the future and the output;
//! references to it are counted by hand.

use std::any::Any;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::task::{Context, Waker};

use kettle_events::{Event, Id, Outcome, Place, called_for, emit};

use super::hand_over::HandOver;
use super::scope::show_id;
use crate::base::user_code::catch_panic;
use crate::inbox::{InFlight, Inbox};

/// What the executor and the join handle need from a future, whatever its type.
pub(crate) trait Task {
    /// Polls the future. A panic in it becomes its output.
    fn poll(self: Pin<&mut Self>, id: Id, cx: &mut Context<'_>) -> Outcome;
    /// Drops the future in place, and makes the output say that it was cancelled.
    fn cancel(self: Pin<&mut Self>, id: Id) -> Outcome;
    /// Moves the output into `into`, a `Result` of the handle's type, and frees the box.
    fn take_output(self: Pin<Box<Self>>, into: &mut dyn Any);
    /// The name of the future's type, and its size in bytes.
    fn what(&self) -> (&'static str, usize);
}

/// A task that may be dropped on another thread: one made by `spawn`.
pub(crate) type BoxedTask = Pin<Box<dyn Task + Send>>;

/// So ordered that a wake from another thread likely touches one cache line, with `Arc`'s counts.
#[repr(C)]
pub(crate) struct Header {
    /// The task's slot in its scheduler, or [`NONE`].
    slot: AtomicU32,
    /// Is a [`Message::Wake`] on its way?
    pub(super) wake_sent: InFlight,
    owner: Owner,
    pub(crate) id: Id,
    pub(crate) abort_handles: AtomicUsize,
    /// `None` instead of a box if the output is in a cell, as for a blocking job or a local task
    /// (`join/join_handle.rs`), or if the runtime refused the task because it had ended.
    pub(crate) hand_over: HandOver<Option<BoxedTask>>,
}

/// What polls the task.
pub(crate) enum Owner {
    /// The scheduler that receives from this inbox.
    Scheduler(Arc<Inbox<Message>>),
    /// A local set or the blocking pool. This waker is called when the task is aborted.
    Other(Waker),
}

/// What a thread asks of a scheduler that is not current there.
pub(crate) enum Message {
    Spawn(NewTask),
    /// Wakes the task for this wait, if it is recorded.
    Wake(Arc<Header>, Option<Id>),
    Abort(Arc<Header>),
}

/// A task on its way to its scheduler. If it is dropped on the way, the task is cancelled.
pub(crate) struct NewTask {
    pub(crate) header: Arc<Header>,
    /// `None` once the task has been received.
    pub(crate) task: Option<BoxedTask>,
    pub(crate) at: Place,
}

/// The task has no slot, because it has not reached its scheduler or has ended.
const NONE: u32 = u32::MAX;

impl Header {
    pub(crate) fn new(id: Id, owner: Owner) -> Arc<Header> {
        let (slot, wake_sent) = (AtomicU32::new(NONE), InFlight::default());
        let (abort_handles, hand_over) = (AtomicUsize::new(0), HandOver::new());
        Arc::new(Header { slot, wake_sent, owner, id, abort_handles, hand_over })
    }

    pub(crate) fn slot(&self) -> Option<u32> {
        Some(self.slot.load(Ordering::Relaxed)).filter(|slot| *slot != NONE)
    }

    pub(crate) fn set_slot(&self, slot: Option<u32>) {
        self.slot.store(slot.unwrap_or(NONE), Ordering::Relaxed);
    }

    #[inline]
    pub(super) fn inbox(&self) -> Option<&Arc<Inbox<Message>>> {
        if let Owner::Scheduler(inbox) = &self.owner { Some(inbox) } else { None }
    }

    /// A wake on a thread where the task's scheduler isn't current. One message serves many wakes.
    pub(crate) fn send_wake(self: &Arc<Header>) {
        if let Owner::Scheduler(inbox) = &self.owner
            && self.slot().is_some()
            && self.wake_sent.begin()
        {
            inbox.send(Message::Wake(self.clone(), called_for()));
        }
    }

    /// An abort on a thread where the task's scheduler isn't current, or of a task without one.
    pub(crate) fn send_abort(self: &Arc<Header>) {
        match &self.owner {
            Owner::Scheduler(inbox) => inbox.send(Message::Abort(self.clone())),
            Owner::Other(abort) => {
                emit(|| Event::Cancel { task: self.id });
                catch_panic(|| abort.wake_by_ref());
            }
        }
    }

    /// Ends a task that was never polled.
    pub(super) fn cancel(&self, task: BoxedTask) {
        let id = show_id(Some(self.id));
        catch_panic(|| drop(task));
        drop(id);
        if let (Some(waker), _) = self.hand_over.finish(None) {
            catch_panic(|| waker.wake());
        }
    }

    pub(crate) fn handles(&self) -> usize {
        usize::from(self.hand_over.has_handle()) + self.abort_handles.load(Ordering::Relaxed)
    }
}

/// The task was received, or a runtime that has ended drops it.
impl Drop for NewTask {
    fn drop(&mut self) {
        if let Some(inbox) = self.header.inbox() {
            inbox.spawns.fetch_sub(1, Ordering::Relaxed);
        }
        if let Some(task) = self.task.take() {
            self.header.cancel(task);
        }
    }
}
