//! Step 5 of 7: how does one thread keep a thousand alarm clocks?
//!
//! In a list, sorted by deadline, with the waker of each who sleeps. Before the thread parks it
//! reads the first deadline, and parks no longer than until then. After that it wakes all who are
//! due. A sleep that is dropped leaves the list.
//!
//! Can: any number of sleeps, on one thread.
//! Flaw: time and other threads are all that it can wait for. A task that waits for a socket must
//! either block the thread, and with it all tasks, or ask again and again.
//! Next: in step 6 the thread waits in the operating system's selector, which knows the sockets.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::mem;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

struct Task {
    future: Pin<Box<dyn Future<Output = ()>>>,
    waker: Arc<TaskWaker>,
}

/// The number of `block_on`'s own future. It stays on the stack, and not among the tasks.
const MAIN: usize = 0;
/// The next number, of a task or a sleep. No number is used twice, in no runtime.
static NEXT: AtomicUsize = AtomicUsize::new(1);

thread_local! {
    static RUNTIME: RefCell<Option<Runtime>> = const { RefCell::new(None) };
}

struct Runtime {
    /// By number. Absent: the task has ended, or is being polled.
    tasks: HashMap<usize, Task>,
    /// Who is to be polled. A number is entered only by who has set its waker's mark.
    queue: Vec<usize>,
    inbox: Arc<Inbox>,
    /// Who sleeps, sorted by deadline. The number tells those apart who have the same.
    timers: BTreeMap<(Instant, usize), Waker>,
}

/// Reaches the runtime of this thread, if there is one. Never poll, wake or drop anything in `f`:
/// that may want the runtime, too.
fn try_runtime<R>(f: impl FnOnce(&mut Runtime) -> R) -> Option<R> {
    RUNTIME.try_with(|runtime| runtime.borrow_mut().as_mut().map(f)).ok().flatten()
}

fn runtime<R>(f: impl FnOnce(&mut Runtime) -> R) -> R {
    try_runtime(f).expect("no runtime here: call this inside of `block_on`")
}

/// Runs `future` on this thread, to its end, and meanwhile all tasks that are spawned. Those that
/// have not ended by then are dropped.
pub fn block_on<F: Future>(future: F) -> F::Output {
    let _seat = Seat::take();
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
    // Out of the list while it is polled: it may spawn others, or wake itself. Not there: it ended.
    let Some(mut task) = runtime(|runtime| runtime.tasks.remove(&number)) else { return };
    if task.waker.poll(task.future.as_mut()).is_pending() {
        runtime(|runtime| runtime.tasks.insert(number, task));
    } else {
        task.waker.queued.store(true, Ordering::Release); // for ever
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
        self.queue.push(number);
        let inbox = Arc::clone(&self.inbox);
        Arc::new(TaskWaker { number, queued: AtomicBool::new(true), inbox })
    }

    /// All who are to be polled now. Whoever is woken meanwhile stands in the next turn.
    fn turn(&mut self) -> Vec<usize> {
        self.queue.append(&mut self.inbox.numbers.lock().unwrap());
        mem::take(&mut self.queue)
    }

    /// Sleeps until the first deadline or a word from another thread, but not if somebody is to be
    /// polled. Takes out who is due.
    fn park(&mut self) -> Vec<Waker> {
        let busy = !self.queue.is_empty() || !self.inbox.numbers.lock().unwrap().is_empty();
        // A word since that look is not lost: its `unpark` lets this return at once.
        match self.timers.first_key_value() {
            _ if busy => {}
            Some(((deadline, _), _)) => {
                thread::park_timeout(deadline.saturating_duration_since(Instant::now()));
            }
            None => thread::park(),
        }
        let later = self.timers.split_off(&(Instant::now(), usize::MAX));
        mem::replace(&mut self.timers, later).into_values().collect()
    }
}

/// Puts a runtime on this thread; its drop takes it away, even when `block_on` panics.
struct Seat;

impl Seat {
    fn take() -> Seat {
        assert!(try_runtime(|_| ()).is_none(), "`block_on` inside of `block_on`");
        RUNTIME.set(Some(Runtime::new()));
        Seat
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        drop(RUNTIME.take()); // first out, then dropped: the tasks' destructors may look for it
    }
}

/// Whom other threads have woken. Shared with all wakers.
struct Inbox {
    numbers: Mutex<Vec<usize>>,
    /// The thread that polls.
    thread: Thread,
}

/// What a task's wakers point to.
struct TaskWaker {
    number: usize,
    /// Is it in the queue or the inbox? Then a wake has nothing to add.
    queued: AtomicBool,
    inbox: Arc<Inbox>,
}

impl TaskWaker {
    /// Polls the future of this task.
    fn poll<F: Future + ?Sized>(self: &Arc<Self>, future: Pin<&mut F>) -> Poll<F::Output> {
        // A swap and no store: it sees what those wrote who found the mark and relied on this poll.
        self.queued.swap(false, Ordering::AcqRel);
        future.poll(&mut Context::from_waker(&Waker::from(Arc::clone(self))))
    }
}

impl Wake for TaskWaker {
    fn wake(self: Arc<Self>) {
        if self.queued.swap(true, Ordering::AcqRel) {
            return;
        }
        let at_home = try_runtime(|runtime| {
            Arc::ptr_eq(&runtime.inbox, &self.inbox).then(|| runtime.queue.push(self.number))
        });
        if at_home.flatten().is_none() {
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
    /// With the deadline its key in the list.
    number: usize,
}

impl Future for Sleep {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if Instant::now() >= self.deadline {
            return Poll::Ready(());
        }
        // The latest waker counts: the future may have moved to another task since.
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

/// Channels and locks: they need wakers, and nothing else of a runtime.
#[path = "sync.rs"]
mod sync;

// The programs that this runtime can run; `main` plays them.
#[macro_use]
#[path = "programs/play.rs"]
mod play;
programs! { make_tea errors channel mutex }
