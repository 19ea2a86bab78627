// Parks after each turn, without a look: "each wake has left its `unpark`". A task that blocks for a moment in
// its poll (std's channel, `park`) uses it up. Breaks (4): "polls what is in the queue, parks when that is empty",
// and of step 2: "other code may call `unpark`, too". Expected: it hangs or your code did not return.
//! Step 3 of 7: How do many futures share one thread?

use std::cell::RefCell;
use std::collections::VecDeque;
use std::mem;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

type Task = Pin<Box<dyn Future<Output = ()>>>;

/// `block_on`'s own future has this number; its place is always empty.
const MAIN: usize = 0;

thread_local! {
    static RUNTIME: RefCell<Option<Runtime>> = const { RefCell::new(None) };
}

struct Runtime {
    /// Empty: it has ended, or is being polled.
    tasks: Vec<Option<Task>>,
    ready: Arc<Ready>,
}

/// Shared with all wakers.
struct Ready {
    numbers: Mutex<VecDeque<usize>>,
    thread: Thread,
}

impl Ready {
    fn push(&self, number: usize) {
        self.numbers.lock().unwrap().push_back(number);
        self.thread.unpark();
    }
}

struct TaskWaker {
    number: usize,
    ready: Arc<Ready>,
}

impl Wake for TaskWaker {
    fn wake(self: Arc<Self>) {
        self.ready.push(self.number);
    }
}

/// No user code in `f`.
fn with<R>(f: impl FnOnce(&mut Runtime) -> R) -> Option<R> {
    RUNTIME.try_with(|runtime| runtime.borrow_mut().as_mut().map(f)).ok().flatten()
}

/// Runs `future` on this thread, and the tasks that it spawns meanwhile.
pub fn block_on<F: Future>(future: F) -> F::Output {
    assert!(with(|_| ()).is_none(), "`block_on` inside another `block_on`");
    let ready = Arc::new(Ready { numbers: Mutex::default(), thread: thread::current() });
    RUNTIME.set(Some(Runtime { tasks: vec![None], ready: Arc::clone(&ready) }));
    let _stay = Stay;
    let mut future = pin!(future);
    ready.push(MAIN);
    loop {
        let turn = mem::take(&mut *ready.numbers.lock().unwrap());
        for number in turn {
            let waker = Waker::from(Arc::new(TaskWaker { number, ready: Arc::clone(&ready) }));
            let mut cx = Context::from_waker(&waker);
            if number == MAIN {
                if let Poll::Ready(output) = future.as_mut().poll(&mut cx) {
                    return output;
                }
            } else {
                poll_task(number, &mut cx);
            }
        }
        // A wake in this turn has unparked this thread: `park` returns at once.
        thread::park();
    }
}

fn poll_task(number: usize, cx: &mut Context<'_>) {
    let Some(mut task) = with(|runtime| runtime.tasks[number].take()).flatten() else { return };
    if task.as_mut().poll(cx).is_pending() {
        with(|runtime| runtime.tasks[number] = Some(task));
    }
}

/// Adds a task.
pub fn spawn(future: impl Future<Output = ()> + 'static) {
    let mut task: Option<Task> = Some(Box::pin(future));
    let added = with(|runtime| {
        runtime.ready.push(runtime.tasks.len());
        runtime.tasks.push(task.take());
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
        while let Some(task) = with(|runtime| runtime.tasks.pop()).flatten() {
            let after_a_panic = Stay;
            drop(task); // may spawn
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
