//! In which order are tasks polled?
//!
//! A woken task is pushed here, and a task that is popped is polled next. A task is named by a
//! number, that of its slot. It is here at most once at a time: `scheduler.rs` sees to that.
//!
//! There are two queues. Most tasks are in the *ordinary* one. Those that a timer, a socket or
//! another thread woke are in the *urgent* one beside it, and `pop` takes from both in turn.
//!
//! `pub` is what a local set uses, too: it has such a queue of its own.
//!
//! Replace each `todo!()`, and give the struct the fields that you need.

use kettle_events::Cause;

/// Slots of tasks that are ready to be polled.
#[derive(Default)]
pub struct RunQueue {}

impl RunQueue {
    /// Puts a task at the back of its queue: the urgent one if `by` is `Cause::Timer`, `Cause::Io`
    /// or `Cause::Message`, otherwise the ordinary one. Returns its place there: 1 is the front.
    pub fn push(&mut self, slot: u32, by: Cause) -> usize {
        todo!("put {slot} at the back of the queue for {by:?}")
    }

    /// Puts a task before all others: at the front of the ordinary queue, and if there are urgent
    /// ones, it is the ordinary queue's turn now. (`block_on` does that with its own future, once.)
    pub(crate) fn push_front(&mut self, slot: u32) {
        todo!("put {slot} at the front of the ordinary queue")
    }

    /// Takes the next task.
    ///
    /// While the urgent queue is empty, this takes from the ordinary one. While there is a task in
    /// the urgent queue, it takes from the two in turn, from the urgent one first. If it is the
    /// ordinary queue's turn and that is empty, it takes from the urgent one. Apart from
    /// `push_front`, the turn passes only at calls that find a task in the urgent queue. (A replay
    /// follows the tasks by the same rule.)
    ///
    /// `nth` is 0, unless a seed decides which task goes first. Then `pop` takes the task `nth`
    /// places behind the next one, counted on in the same queue and, where that ends, from the
    /// front of the other.
    pub fn pop(&mut self, nth: usize) -> Option<u32> {
        todo!("take the front of the queue whose turn it is, or the one {nth} places behind it")
    }

    /// The task that `pop` would take. (A schedule looks at all ready tasks before it chooses.)
    pub fn peek(&self, nth: usize) -> Option<u32> {
        todo!("look at the task {nth} places behind the next one")
    }

    /// Takes a task out, wherever it is. If it isn't there, nothing happens.
    pub(crate) fn remove(&mut self, slot: u32) {
        todo!("take {slot} out of its queue")
    }

    /// How many tasks were put into the urgent queue so far, and how many have left it. (`advance`
    /// moves the clock, and returns when all that were put in by then have left.)
    pub fn urgent_counts(&self) -> (u64, u64) {
        todo!("count what is put into the urgent queue")
    }

    /// How many tasks are in both queues.
    pub fn len(&self) -> usize {
        todo!("count both queues")
    }

    /// Is no task in either queue?
    pub fn is_empty(&self) -> bool {
        todo!("look into both queues")
    }

    /// Gives back the memory that a burst has left behind: neither queue keeps room for more than
    /// `capacity` tasks, or for those in it, if these are more. A queue with less room keeps it,
    /// because it would only grow again. The loop calls this before it sleeps.
    pub fn shrink_to(&mut self, capacity: usize) {
        todo!("keep room for {capacity} tasks in each queue")
    }

    /// How many tasks fit without another allocation, those that are in it included.
    pub fn capacity(&self) -> usize {
        todo!("the room of both queues")
    }
}
