// On its own thread a waker takes for granted that there is a runtime. When `block_on` has returned, the first
// late wake there panics. Breaks (3): "A wake from another thread goes into an inbox" (any other may come after the end),
// and what a waker may do: it is called at any time. Expected: wrong.
//! Step 4 of 7: What is one wake, and what are a thousand?

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::mem;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

type Task = Pin<Box<dyn Future<Output = ()>>>;

/// The number of `block_on`'s own future.
const MAIN: usize = 0;

thread_local! {
    static RUNTIME: RefCell<Option<Runtime>> = const { RefCell::new(None) };
}

struct Runtime {
    /// By number, which is never used twice. Not there: it has ended, or is being polled.
    tasks: BTreeMap<usize, Entry>,
    spawned: usize,
    queue: Vec<usize>,
    inbox: Arc<Inbox>,
}

struct Entry {
    task: Task,
    bell: Arc<Bell>,
    waker: Waker,
}

/// What other threads leave.
struct Inbox {
    numbers: Mutex<Vec<usize>>,
    thread: Thread,
}

/// What the one waker of a task points to.
struct Bell {
    number: usize,
    /// Is the task in the queue or in the inbox?
    rung: AtomicBool,
    inbox: Arc<Inbox>,
}

impl Bell {
    /// For a task that is in the queue.
    fn new(number: usize, inbox: &Arc<Inbox>) -> Arc<Bell> {
        Arc::new(Bell { number, rung: AtomicBool::new(true), inbox: Arc::clone(inbox) })
    }
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        if self.rung.swap(true, Ordering::AcqRel) {
            return;
        }
        let mut own = self.inbox.thread.id() == thread::current().id();
        if own {
            with(|runtime| {
                own = Arc::ptr_eq(&runtime.inbox, &self.inbox);
                if own {
                    runtime.queue.push(self.number);
                }
            })
            .expect("no runtime here: wake inside `block_on`");
        }
        if !own {
            self.inbox.numbers.lock().unwrap().push(self.number);
            self.inbox.thread.unpark();
        }
    }
}

impl Runtime {
    /// All that are to be polled now.
    fn turn(&mut self) -> Vec<usize> {
        let mut turn = mem::take(&mut self.queue);
        turn.append(&mut self.inbox.numbers.lock().unwrap());
        turn
    }
}

/// No user code in `f`.
fn with<R>(f: impl FnOnce(&mut Runtime) -> R) -> Option<R> {
    RUNTIME.try_with(|runtime| runtime.borrow_mut().as_mut().map(f)).ok().flatten()
}

/// Runs `future` on this thread, and the tasks that it spawns meanwhile.
pub fn block_on<F: Future>(future: F) -> F::Output {
    assert!(with(|_| ()).is_none(), "`block_on` inside another `block_on`");
    let inbox = Arc::new(Inbox { numbers: Mutex::default(), thread: thread::current() });
    let bell = Bell::new(MAIN, &inbox);
    let waker = Waker::from(Arc::clone(&bell));
    let (tasks, queue) = (BTreeMap::new(), vec![MAIN]);
    RUNTIME.set(Some(Runtime { tasks, spawned: 0, queue, inbox }));
    let _stay = Stay;
    let mut future = pin!(future);
    loop {
        let turn = with(Runtime::turn).expect("it stays until the end");
        if turn.is_empty() {
            // A wake by another thread since the look has unparked this one.
            thread::park();
        }
        for number in turn {
            if number != MAIN {
                poll_task(number);
                continue;
            }
            bell.rung.swap(false, Ordering::AcqRel);
            if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
                return output;
            }
        }
    }
}

fn poll_task(number: usize) {
    let Some(mut entry) = with(|runtime| runtime.tasks.remove(&number)).flatten() else { return };
    entry.bell.rung.swap(false, Ordering::AcqRel);
    if entry.task.as_mut().poll(&mut Context::from_waker(&entry.waker)).is_pending() {
        with(|runtime| runtime.tasks.insert(number, entry));
    } else {
        entry.bell.rung.swap(true, Ordering::AcqRel); // a late wake does nothing
    }
}

/// Adds a task.
pub fn spawn(future: impl Future<Output = ()> + 'static) {
    let mut task: Option<Task> = Some(Box::pin(future));
    let added = with(|runtime| {
        runtime.spawned += 1;
        let number = runtime.spawned;
        let bell = Bell::new(number, &runtime.inbox);
        let waker = Waker::from(Arc::clone(&bell));
        let task = task.take().expect("it is added once");
        runtime.tasks.insert(number, Entry { task, bell, waker });
        runtime.queue.push(number);
    });
    if added.is_none() {
        drop(task);
        panic!("no runtime here: `spawn` belongs inside `block_on`");
    }
}

/// Its drop drops the tasks one by one, and takes the runtime away when none is left.
struct Stay;

impl Drop for Stay {
    fn drop(&mut self) {
        while let Some(entry) = with(|runtime| runtime.tasks.pop_first()).flatten() {
            let after_a_panic = Stay;
            drop(entry); // may spawn
            mem::forget(after_a_panic);
        }
        drop(RUNTIME.take());
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
    rung: bool,
    waker: Waker,
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if let Some(alarm) = &self.alarm {
            let mut alarm = alarm.lock().unwrap();
            if alarm.rung {
                return Poll::Ready(());
            }
            // The newest waker counts: another task may poll the future by now.
            alarm.waker.clone_from(cx.waker());
        } else {
            let alarm = Alarm { rung: false, waker: cx.waker().clone() };
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
    alarm.rung = true;
    let waker = alarm.waker.clone();
    drop(alarm); // release the lock first, then wake
    waker.wake();
}

/// Channels and locks: all that they need of a runtime is wakers.
#[path = "sync.rs"]
mod sync;

// The programs that this runtime can run. `main` plays them.
#[macro_use]
#[path = "programs/play.rs"]
mod play;
programs! { make_tea errors channel mutex }
