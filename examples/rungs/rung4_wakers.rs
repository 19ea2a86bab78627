//! Rung 4 of 7: what is one wake, and what are a thousand?
//!
//! One poll. Each task has one waker for its whole life. A mark in the waker says whether the task
//! is in the run queue already: then a wake changes nothing. The mark is cleared before the poll,
//! so a wake during the poll means one more poll. After the task's end the mark stays set, so late
//! wakes do nothing. On the runtime's own thread the queue is a plain list. Wakes from other
//! threads go into an *inbox*, the only thing with a lock, which is emptied once in each turn.
//!
//! Can: what rung 3 can, with one poll for any number of wakes. An ended task leaves nothing.
//! Flaw: a thread for each sleep. A thousand sleeping tasks are a thousand and one threads. The
//! thread of a sleep that was dropped sleeps on until the deadline.
//! Next: in rung 5 the runtime keeps all deadlines itself.

use std::cell::RefCell;
use std::collections::HashMap;
use std::mem;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use guard::EnterGuard;
use play::story;

struct Task {
    future: Pin<Box<dyn Future<Output = ()>>>,
    waker: Arc<TaskWaker>,
}

/// The number of `block_on`'s own future. It stays on the stack, and not among the tasks.
const MAIN: usize = 0;
/// The next task's number. No number is used twice, by any runtime.
static NEXT: AtomicUsize = AtomicUsize::new(1);

thread_local! {
    static RUNTIME: RefCell<Option<Runtime>> = const { RefCell::new(None) };
}

struct Runtime {
    /// By number. Absent: the task has ended, or is being polled.
    tasks: HashMap<usize, Task>,
    /// The tasks that are to be polled. A number comes in only together with its waker's mark.
    queue: Vec<usize>,
    inbox: Arc<Inbox>,
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
    let main = runtime(|runtime| runtime.admit(MAIN));
    loop {
        let turn = runtime(Runtime::turn);
        if turn.is_empty() {
            // A wake since `turn` is not lost: because of its `unpark`, `park` returns at once.
            story::parked();
            thread::park();
            story::back();
        }
        for number in turn {
            if number != MAIN {
                poll_task(number);
            } else if let Poll::Ready(output) = main.poll(future.as_mut()) {
                return output;
            }
        }
    }
}

fn poll_task(number: usize) {
    // Taken out for its poll: it may spawn others, or wake itself. Not there: it has ended.
    let Some(mut task) = runtime(|runtime| runtime.tasks.remove(&number)) else { return };
    if task.waker.poll(task.future.as_mut()).is_pending() {
        runtime(|runtime| runtime.tasks.insert(number, task));
    } else {
        task.waker.queued.store(true, Ordering::Release); // and it stays set
    }
}

/// Adds a task. It is polled when its turn comes, not here.
pub fn spawn(future: impl Future<Output = ()> + 'static) {
    let future = Box::pin(future);
    runtime(|runtime| {
        let waker = runtime.admit(NEXT.fetch_add(1, Ordering::Relaxed));
        runtime.tasks.insert(waker.number, Task { future, waker });
    });
}

impl Runtime {
    fn new() -> Runtime {
        let inbox = Inbox { numbers: Mutex::default(), thread: thread::current() };
        Runtime { tasks: HashMap::new(), queue: Vec::new(), inbox: Arc::new(inbox) }
    }

    /// Puts a new task into the queue and makes its waker.
    fn admit(&mut self, number: usize) -> Arc<TaskWaker> {
        story::queued(number);
        self.queue.push(number);
        let inbox = Arc::clone(&self.inbox);
        Arc::new(TaskWaker { number, queued: AtomicBool::new(true), inbox })
    }

    /// All tasks that are to be polled now. A task that is woken meanwhile is in the next turn.
    fn turn(&mut self) -> Vec<usize> {
        self.queue.append(&mut self.inbox.numbers.lock().unwrap());
        mem::take(&mut self.queue)
    }
}

/// The tasks that other threads have woken. Shared with all wakers.
struct Inbox {
    numbers: Mutex<Vec<usize>>,
    /// The thread that polls the tasks.
    thread: Thread,
}

/// What a task's wakers point to.
struct TaskWaker {
    number: usize,
    /// The mark. Is the task in the queue or the inbox? Then a wake has nothing to add.
    queued: AtomicBool,
    inbox: Arc<Inbox>,
}

impl TaskWaker {
    /// Polls the future of this task.
    fn poll<F: Future + ?Sized>(self: &Arc<Self>, future: Pin<&mut F>) -> Poll<F::Output> {
        // A swap also reads: so this poll sees what was written before each wake that it answers.
        self.queued.swap(false, Ordering::AcqRel);
        story::polled(self.number);
        let poll = future.poll(&mut Context::from_waker(&Waker::from(Arc::clone(self))));
        if poll.is_pending() {
            story::pending(self.number);
        }
        poll
    }
}

impl Wake for TaskWaker {
    fn wake(self: Arc<Self>) {
        story::woken(self.number);
        if self.queued.swap(true, Ordering::AcqRel) {
            return;
        }
        story::queued(self.number);
        let here = try_runtime(|runtime| {
            Arc::ptr_eq(&runtime.inbox, &self.inbox).then(|| runtime.queue.push(self.number))
        });
        if here.flatten().is_none() {
            self.inbox.numbers.lock().unwrap().push(self.number);
            self.inbox.thread.unpark();
        }
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
programs! { make_tea errors channel mutex three_cooks doorbell }
