//! A runtime for many futures on one thread: a list of tasks and a queue of those to be polled.
//!
//! `spawn` finds the list by a thread-local. It is borrowed for a few instructions at a time, and
//! never while a future is polled, woken or dropped: each of these may run code that spawns.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::future::Future;
use std::mem;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};

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
    let current = Current::enter();
    let mut future = pin!(future);
    current.queue.push(MAIN);
    loop {
        let Some(number) = current.queue.pop() else {
            thread::park();
            continue;
        };
        let waker = Waker::from(Arc::new(TaskWaker { number, queue: current.queue.clone() }));
        let mut cx = Context::from_waker(&waker);
        if number != MAIN {
            poll_task(number, &mut cx);
        } else if let Poll::Ready(output) = future.as_mut().poll(&mut cx) {
            return output;
        }
    }
}

/// Makes a task of `future`. It is polled later, not here.
pub fn spawn(future: impl Future<Output = ()> + 'static) {
    let task: Task = Box::pin(future);
    scheduler(|scheduler| {
        let number = scheduler.tasks.len();
        scheduler.tasks.push(Some(task));
        scheduler.queue.push(number);
    });
}

fn poll_task(number: usize, cx: &mut Context<'_>) {
    let Some(mut task) = scheduler(|scheduler| scheduler.tasks[number].take()) else { return };
    if task.as_mut().poll(cx).is_pending() {
        scheduler(|scheduler| scheduler.tasks[number] = Some(task));
    }
}

/// Reaches the scheduler of this thread. Never poll, wake or drop a future in `f`.
fn scheduler<R>(f: impl FnOnce(&mut Scheduler) -> R) -> R {
    SCHEDULER.with_borrow_mut(|scheduler| {
        f(scheduler.as_mut().expect("no scheduler here: call this inside `block_on`"))
    })
}

/// While it lives, this thread has a scheduler.
struct Current {
    queue: Arc<Queue>,
}

impl Current {
    fn enter() -> Current {
        let queue = Arc::new(Queue { numbers: Mutex::default(), thread: thread::current() });
        let scheduler = Scheduler { tasks: vec![None], queue: queue.clone() };
        SCHEDULER.with_borrow_mut(|place| {
            assert!(place.is_none(), "`block_on` inside `block_on`");
            *place = Some(scheduler);
        });
        Current { queue }
    }
}

impl Drop for Current {
    fn drop(&mut self) {
        // A destructor may spawn: what it spawns is dropped in the next round.
        loop {
            let left = scheduler(|scheduler| mem::take(&mut scheduler.tasks));
            if left.is_empty() {
                break;
            }
            drop(left);
        }
        SCHEDULER.take();
    }
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
    queue: Arc<Queue>,
}

impl Wake for TaskWaker {
    fn wake(self: Arc<Self>) {
        self.queue.push(self.number);
    }
}
