//! How does a message from another thread get in, and when is the loop unparked?
//!
//! Any thread can send into the [`Inbox`], a lock-free queue. Only the loop has the other end of
//! the queue, and it receives once in each turn. If the loop is asleep in the selector, it must be
//! unparked; otherwise it must not be, because an unpark costs a system call.
//!
//! The danger is a message that arrives after the loop has found the inbox empty but before it
//! sleeps: it would never be received. So the sender puts its message in before it swaps `asleep`,
//! and the loop swaps before it checks:
//!
//! ```text
//!   loop (prepare_to_sleep)                    other thread (send)
//!   asleep.swap(true)                          put the message in
//!   messages? then asleep.swap(false),         asleep.swap(false)
//!             and don't sleep                  was it true? then unpark
//!   sleep in the selector
//! ```
//!
//! The swaps of one atomic have an order. If the sender's comes second, it finds `true` and
//! unparks. If the loop's comes second, it reads what the sender's swap wrote, and so sees all that
//! the sender did before: the message is there when the loop checks. *Every* change to `asleep` has
//! to be a swap, including the loop's when it wakes up. A plain store reads nothing, so it would
//! cut the chain that leads from a sender's swap to the loop's next check. Nor is an unpark between
//! `prepare_to_sleep` and the sleep lost: it ends the sleep at once.
//!
//! Interface: [`Inbox`]; [`InFlight`], which says whether a wake of a task is on its way.
//! Invariants: `asleep` is true only between `prepare_to_sleep` and `awake`, and each time it
//! becomes true there is at most one unpark. The messages of one thread are received in the order
//! in which it sent them. When the loop drops its end, all messages are dropped, and so are any
//! that arrive later. The loom models in `tests/models` run this file unchanged.
//!
//! tokio: the injection queue with a mutex, and an unpark for each message.

use super::unpark::Unpark;
use crate::base::sync::{Arc, AtomicBool, AtomicUsize, Ordering, Receiver, Sender, unbounded};

/// The messages to one loop. An inbox also identifies its loop, since no two loops share one.
pub(crate) struct Inbox<M> {
    sender: Sender<M>,
    /// Is the loop asleep, or about to be?
    asleep: AtomicBool,
    unpark: Arc<Unpark>,
    /// How many of the messages are new tasks. Counted where new tasks are made and dropped.
    pub(crate) spawns: AtomicUsize,
    /// Blocking jobs that may still send a message. A job leaves the count after its last message.
    pub(crate) jobs: AtomicUsize,
}

impl<M> Inbox<M> {
    pub(crate) fn new(unpark: Arc<Unpark>) -> (Arc<Inbox<M>>, Receiver<M>) {
        let (sender, messages) = unbounded();
        let [spawns, jobs] = [(); 2].map(|()| AtomicUsize::new(0));
        let asleep = AtomicBool::new(false);
        (Arc::new(Inbox { sender, asleep, unpark, spawns, jobs }), messages)
    }

    /// Sends a message, and unparks the loop if it is asleep. A runtime that has ended drops it.
    pub(crate) fn send(&self, message: M) {
        if self.sender.send(message).is_ok() {
            self.unpark_if_asleep();
        }
    }

    /// Unparks the loop if it is asleep, so that it notices what this thread has changed.
    pub(crate) fn unpark_if_asleep(&self) {
        if self.asleep.swap(false, Ordering::AcqRel) {
            self.unpark.unpark();
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.sender.len()
    }

    /// Is there no job and no message? Once no jobs are counted, their last messages are here.
    pub(crate) fn is_quiet(&self) -> bool {
        self.jobs.load(Ordering::Acquire) == 0 && self.sender.is_empty()
    }

    /// Announces that the loop is about to sleep. False: it must not, because a message is there.
    #[must_use]
    pub(crate) fn prepare_to_sleep(&self) -> bool {
        self.asleep.swap(true, Ordering::AcqRel);
        let empty = self.sender.is_empty();
        if !empty {
            self.awake();
        }
        empty
    }

    /// Has nothing come since the loop announced that it is about to sleep?
    pub(crate) fn is_asleep(&self) -> bool {
        self.asleep.load(Ordering::Relaxed)
    }

    /// Announces that the loop is awake, and need not be unparked any more.
    pub(crate) fn awake(&self) {
        self.asleep.swap(false, Ordering::AcqRel);
    }
}

/// Is a wake of this task already in the inbox? A thousand wakes need one message.
#[derive(Debug, Default)]
pub struct InFlight(AtomicBool);

impl InFlight {
    /// True for the thread that must send the message. The others need not, because a message is on
    /// its way, and the poll that it causes sees what they wrote before this call.
    pub fn begin(&self) -> bool {
        !self.0.swap(true, Ordering::AcqRel)
    }

    /// Called when the message is received, before its task is queued. A swap also *reads* what the
    /// last `begin` wrote, so this thread sees all that the other wrote before. After a plain store
    /// the poll could miss those writes: on x86 it lost thousands of wakes in a few million rounds.
    pub fn end(&self) {
        let was_sent = self.0.swap(false, Ordering::AcqRel);
        debug_assert!(was_sent, "inbox/inbox.rs: a wake that is received was in flight");
    }
}
