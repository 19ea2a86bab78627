//! Rung 3 of 7: how do many futures share one thread?
//!
//! Each becomes a *task*: a future in a list, known by its number there. A *run queue* holds the
//! numbers of the tasks that are to be polled, and a waker puts its task's number at the end of it.
//! [`block_on`] polls from the front and parks when the queue is empty. [`spawn`] adds a task.
//!
//! Can: any number of tasks. Channels and locks between them (`sync.rs`) need nothing but wakers.
//! Flaw: each wake is an entry in the queue. A task that is woken a thousand times is polled a
//! thousand times. A task that has ended still gets entries, and the list never forgets a number.
//! Each wake takes a lock, though most wakes come from the thread itself. Each poll makes a new
//! waker.
//! Next: in rung 4 a waker knows whether its task is in the queue already.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::mem;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use guard::EnterGuard;
use play::story;

type Task = Pin<Box<dyn Future<Output = ()>>>;

/// The number of `block_on`'s own future. It stays on the stack: its place in the list is empty.
const MAIN: usize = 0;

thread_local! {
    static RUNTIME: RefCell<Option<Runtime>> = const { RefCell::new(None) };
}

struct Runtime {
    /// By number. Empty: the task has ended, or is being polled.
    tasks: Vec<Option<Task>>,
    queue: Arc<RunQueue>,
}

/// Reaches the runtime of this thread, if there is one. Never poll, wake or drop anything in `f`:
/// those may reach for the runtime, too.
fn try_runtime<R>(f: impl FnOnce(&mut Runtime) -> R) -> Option<R> {
    RUNTIME.try_with(|runtime| runtime.borrow_mut().as_mut().map(f)).ok().flatten()
}

fn runtime<R>(f: impl FnOnce(&mut Runtime) -> R) -> R {
    try_runtime(f).expect("no runtime here: call this inside `block_on`")
}

/// Runs `future` on this thread, to its end, and all spawned tasks meanwhile. Tasks that have not
/// ended by then are dropped.
pub fn block_on<F: Future>(future: F) -> F::Output {
    let _guard = EnterGuard::new(Runtime::new());
    let mut future = pin!(future);
    runtime(|runtime| runtime.queue.push(MAIN));
    loop {
        let turn = runtime(Runtime::turn);
        if turn.is_empty() {
            // A wake since `turn` is not lost: because of its `unpark`, `park` returns at once.
            story::parked();
            thread::park();
            story::back();
        }
        for number in turn {
            let waker = runtime(|runtime| runtime.waker(number));
            let mut cx = Context::from_waker(&waker);
            if number != MAIN {
                poll_task(number, &mut cx);
                continue;
            }
            story::polled(MAIN);
            if let Poll::Ready(output) = future.as_mut().poll(&mut cx) {
                return output;
            }
            story::pending(MAIN);
        }
    }
}

fn poll_task(number: usize, cx: &mut Context<'_>) {
    // Taken out for its poll: it may spawn others, or wake itself. Not there: it has ended.
    let Some(mut task) = runtime(|runtime| runtime.tasks[number].take()) else { return };
    story::polled(number);
    if task.as_mut().poll(cx).is_pending() {
        story::pending(number);
        runtime(|runtime| runtime.tasks[number] = Some(task));
    }
}

/// Adds a task. It is polled when its turn comes, not here.
pub fn spawn(future: impl Future<Output = ()> + 'static) {
    runtime(|runtime| {
        runtime.queue.push(runtime.tasks.len());
        runtime.tasks.push(Some(Box::pin(future)));
    });
}

impl Runtime {
    fn new() -> Runtime {
        let queue = RunQueue { numbers: Mutex::default(), thread: thread::current() };
        Runtime { tasks: vec![None], queue: Arc::new(queue) }
    }

    /// All tasks that are to be polled now. A task that is woken meanwhile is in the next turn.
    fn turn(&mut self) -> VecDeque<usize> {
        mem::take(&mut *self.queue.numbers.lock().unwrap())
    }

    fn waker(&self, number: usize) -> Waker {
        Waker::from(Arc::new(TaskWaker { number, queue: Arc::clone(&self.queue) }))
    }
}

/// The tasks that are to be polled. Shared with all wakers, on all threads.
struct RunQueue {
    numbers: Mutex<VecDeque<usize>>,
    /// The thread that polls the tasks.
    thread: Thread,
}

impl RunQueue {
    fn push(&self, number: usize) {
        story::queued(number);
        self.numbers.lock().unwrap().push_back(number);
        self.thread.unpark();
    }
}

/// What a task's wakers point to.
struct TaskWaker {
    number: usize,
    queue: Arc<RunQueue>,
}

impl Wake for TaskWaker {
    fn wake(self: Arc<Self>) {
        story::woken(self.number);
        self.queue.push(self.number);
    }
}

/// A future that is ready when `duration` has passed, counted from this call.
pub fn sleep(duration: Duration) -> Sleep {
    Sleep { deadline: Instant::now() + duration, alarm: None }
}

pub struct Sleep {
    deadline: Instant,
    /// Shared with the helper thread, once there is one.
    alarm: Option<Arc<Mutex<Alarm>>>,
}

struct Alarm {
    rang: bool,
    waker: Waker,
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if let Some(alarm) = &self.alarm {
            let mut alarm = alarm.lock().unwrap();
            if alarm.rang {
                return Poll::Ready(());
            }
            // The newest waker counts: another task may poll the future by now.
            alarm.waker.clone_from(cx.waker());
        } else {
            let alarm = Alarm { rang: false, waker: cx.waker().clone() };
            let alarm = Arc::new(Mutex::new(alarm));
            self.alarm = Some(Arc::clone(&alarm));
            let deadline = self.deadline;
            thread::spawn(move || ring_at(deadline, &alarm));
        }
        Poll::Pending
    }
}

/// The helper thread's work.
fn ring_at(deadline: Instant, alarm: &Mutex<Alarm>) {
    thread::sleep(deadline.saturating_duration_since(Instant::now()));
    let mut alarm = alarm.lock().unwrap();
    alarm.rang = true;
    let waker = alarm.waker.clone();
    drop(alarm); // release the lock first, then wake
    waker.wake();
}

/// Channels and locks: all that they need of a runtime is wakers.
#[path = "sync.rs"]
mod sync;

/// How `block_on` ends: all tasks are dropped, whatever their destructors do.
#[path = "guard.rs"]
mod guard;

// The programs that this runtime can run. `main` plays them.
#[macro_use]
#[path = "programs/play.rs"]
mod play;
programs! { make_tea errors channel mutex three_cooks }
