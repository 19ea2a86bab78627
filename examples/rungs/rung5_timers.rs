//! Rung 5 of 7: how does one thread keep a thousand alarm clocks?
//!
//! In a list, sorted by deadline, with a waker for each sleep. Before the thread parks it reads the
//! first deadline, and parks no longer than until then. After that it calls the wakers of all
//! sleeps that are due. A sleep that is dropped leaves the list.
//!
//! Can: any number of sleeps, on one thread.
//! Flaw: it can wait for deadlines and for other threads, and for nothing else. A task that wants
//! to read a socket must either block the thread, and with it all tasks, or ask again and again.
//! Next: in rung 6 the thread waits in the operating system's selector, which knows the sockets.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
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
/// The next number, of a task or a sleep. No number is used twice, by any runtime.
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
    /// All sleeps, sorted by deadline. The number tells those apart that have the same deadline.
    timers: BTreeMap<(Instant, usize), Waker>,
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
        for number in runtime(Runtime::turn) {
            if number != MAIN {
                poll_task(number);
            } else if let Poll::Ready(output) = main.poll(future.as_mut()) {
                return output;
            }
        }
        runtime(Runtime::park).into_iter().for_each(Waker::wake);
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
        let (tasks, queue, timers) = (HashMap::new(), Vec::new(), BTreeMap::new());
        Runtime { tasks, queue, inbox: Arc::new(inbox), timers }
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

    /// Sleeps until the first deadline or a wake from another thread. Does not sleep if a task is
    /// to be polled. Returns the wakers of all sleeps that are due.
    fn park(&mut self) -> Vec<Waker> {
        if self.queue.is_empty() && self.inbox.numbers.lock().unwrap().is_empty() {
            story::parked();
            // A wake since that look is not lost: because of its `unpark`, `park` returns at once.
            match self.timers.keys().next() {
                Some((at, _)) => thread::park_timeout(at.saturating_duration_since(Instant::now())),
                None => thread::park(),
            }
            story::back();
        }
        let later = self.timers.split_off(&(Instant::now(), usize::MAX));
        mem::replace(&mut self.timers, later).into_values().collect()
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
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    Sleep { deadline: Instant::now() + duration, number }
}

pub struct Sleep {
    deadline: Instant,
    /// Together with the deadline: its key in the list.
    number: usize,
}

impl Future for Sleep {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if Instant::now() >= self.deadline {
            return Poll::Ready(());
        }
        // The newest waker counts: another task may poll the future by now.
        let (key, waker) = ((self.deadline, self.number), cx.waker().clone());
        runtime(|runtime| runtime.timers.insert(key, waker));
        Poll::Pending
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        try_runtime(|runtime| runtime.timers.remove(&(self.deadline, self.number)));
    }
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
programs! { make_tea errors channel mutex three_cooks doorbell alarms }
