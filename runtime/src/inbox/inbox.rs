//! How does a message from another thread get in, and when is the loop unparked?
//!
//! Any thread sends into the [`Inbox`]; the loop receives once in each turn. If the loop sleeps in
//! the selector it must be unparked, and only then: that costs a system call.
//!
//! The danger. The loop sees an empty inbox and goes to sleep; between these two a
//! message arrives, and is never received. So looking and falling asleep are one step under the
//! lock, and so are sending and asking whether the loop sleeps:
//!
//! ```text
//!   loop (prepare_to_sleep)                    other thread (send)
//!   lock: messages? then don't sleep           lock: put the message in
//!         otherwise asleep = true                    asleep? then it is false from now on, and …
//!   sleep in the selector                      … unlock, unpark
//! ```
//!
//! Whichever comes first, the second one sees it. An unpark between `prepare_to_sleep` and the
//! sleep is not lost: it ends the sleep as it begins.
//!
//! Interface: [`Inbox`]; [`InFlight`], which says whether a task has such a message on its way.
//! Invariants: `asleep` is true only between `prepare_to_sleep` and `awake`; at most one unpark per
//! sleep; messages are received in the order in which they were sent. Modelled with loom as it is
//! (`tests/models`).
//!
//! tokio: the injection queue with a mutex, and an unpark for each message.

use std::collections::VecDeque;
use std::mem;

use super::unpark::Unpark;
use crate::base::sync::{Arc, AtomicBool, Mutex, Ordering};

/// Messages to one loop.
pub(crate) struct Inbox<M> {
    state: Mutex<State<M>>,
    unpark: Arc<Unpark>,
}

struct State<M> {
    messages: VecDeque<M>,
    /// Does the loop sleep, or is it about to?
    asleep: bool,
    /// Will anything that is sent be received?
    open: bool,
}

impl<M> Inbox<M> {
    pub(crate) fn new(unpark: Arc<Unpark>) -> Inbox<M> {
        let state = State { messages: VecDeque::new(), asleep: false, open: true };
        Inbox { state: Mutex::new(state), unpark }
    }

    /// Sends a message, and unparks the loop if it sleeps. Gives the message back if the runtime
    /// has ended.
    pub(crate) fn send(&self, message: M) -> Result<(), M> {
        let mut state = self.state.lock();
        if !state.open {
            return Err(message);
        }
        state.messages.push_back(message);
        let asleep = mem::take(&mut state.asleep);
        drop(state);
        if asleep {
            self.unpark.unpark();
        }
        Ok(())
    }

    /// Unparks the loop if it sleeps, so that it looks anew at what another thread has changed.
    pub(crate) fn unpark_if_asleep(&self) {
        let asleep = mem::take(&mut self.state.lock().asleep);
        if asleep {
            self.unpark.unpark();
        }
    }

    /// The next message, if there is one.
    pub(crate) fn receive(&self) -> Option<M> {
        self.state.lock().messages.pop_front()
    }

    /// How many messages there are now.
    pub(crate) fn len(&self) -> usize {
        self.state.lock().messages.len()
    }

    /// How many messages there are of some kind.
    pub(crate) fn count(&self, fits: impl Fn(&M) -> bool) -> usize {
        self.state.lock().messages.iter().filter(|message| fits(message)).count()
    }

    /// Says that the loop is about to sleep. False: a message is there, don't.
    #[must_use]
    pub(crate) fn prepare_to_sleep(&self) -> bool {
        let mut state = self.state.lock();
        state.asleep = state.messages.is_empty();
        state.asleep
    }

    /// Says that the loop is awake: from here on nobody needs to unpark it.
    pub(crate) fn awake(&self) {
        self.state.lock().asleep = false;
    }

    /// Gives back what a burst has grown.
    pub(crate) fn shrink_to(&self, capacity: usize) {
        self.state.lock().messages.shrink_to(capacity);
    }

    /// Closes the inbox: sending fails from now on. What was not received is given back, to be
    /// dropped with no lock held.
    pub(crate) fn close(&self) -> VecDeque<M> {
        let mut state = self.state.lock();
        state.open = false;
        mem::take(&mut state.messages)
    }
}

/// Is a message of this kind in the inbox for this task? A thousand wakes from other threads are
/// one message.
#[derive(Debug)]
pub(crate) struct InFlight(AtomicBool);

impl InFlight {
    pub(crate) fn new() -> InFlight {
        InFlight(AtomicBool::new(false))
    }

    /// True for the thread that must send the message. The others need not: one is on its way, and
    /// the poll that it causes sees what they wrote before this call.
    pub(crate) fn begin(&self) -> bool {
        !self.0.swap(true, Ordering::AcqRel)
    }

    /// Called when the message is received, before its task is queued. It is a swap, not a store,
    /// because a swap also *reads* what the last `begin` wrote. So this thread sees all that the
    /// other one wrote before. After a store the poll could miss what it is woken for. (On x86
    /// thousands of wakes were lost in a few million rounds.)
    pub(crate) fn end(&self) {
        self.0.swap(false, Ordering::AcqRel);
    }

    pub(crate) fn is_on_its_way(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}
