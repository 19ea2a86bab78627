//! A runtime for many futures on one thread: a list of tasks and a queue of those to be polled.
//!
//! The scheduler is in a thread-local, where `spawn` finds it. What may not happen while that is
//! borrowed?

use std::cell::RefCell;
use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Wake};
use std::thread::Thread;

type Task = Pin<Box<dyn Future<Output = ()>>>;

/// The number of `block_on`'s own future, which is on its stack: its place in the list is empty.
const MAIN: usize = 0;

thread_local! {
    static SCHEDULER: RefCell<Option<Scheduler>> = const { RefCell::new(None) };
}

struct Scheduler {
    /// By number. Empty: the task has ended, or is being polled.
    tasks: Vec<Option<Task>>,
    queue: Arc<Queue>,
}

/// The numbers of the tasks to be polled. Wakers on any thread reach it.
struct Queue {
    numbers: Mutex<VecDeque<usize>>,
    thread: Thread,
}

/// Runs `future` to its end, and meanwhile all tasks that are spawned. Those that are left are
/// dropped.
pub fn block_on<F: Future>(future: F) -> F::Output {
    todo!("enter; poll what is in the queue, park while it is empty; leave, also by a panic")
}

/// Makes a task of `future`. It is polled later, not here.
///
/// # Panics
///
/// Outside `block_on`.
pub fn spawn(future: impl Future<Output = ()> + 'static) {
    todo!("a place in the list, and its number in the queue")
}

fn poll_task(number: usize, cx: &mut Context<'_>) {
    todo!("poll the task of this number; if it has ended, drop it")
}

/// Reaches the scheduler of this thread.
fn scheduler<R>(f: impl FnOnce(&mut Scheduler) -> R) -> R {
    SCHEDULER.with_borrow_mut(|scheduler| {
        f(scheduler.as_mut().expect("no scheduler here: call this inside `block_on`"))
    })
}

impl Queue {
    fn push(&self, number: usize) {
        self.numbers.lock().unwrap_or_else(PoisonError::into_inner).push_back(number);
        self.thread.unpark();
    }

    fn pop(&self) -> Option<usize> {
        self.numbers.lock().unwrap_or_else(PoisonError::into_inner).pop_front()
    }
}

struct TaskWaker {
    number: usize,
}

impl Wake for TaskWaker {
    fn wake(self: Arc<Self>) {
        todo!("the task's number goes to the end of the queue; this may be any thread")
    }
}
