// RIGHT. Believes: tasks are in a map by a number that is never used twice, each with the one waker that it is ever polled
// with; an ended task leaves the map. The runtime is an `Rc` in the thread-local, whose cells are borrowed for a moment
// each. What `block_on` has to undo is in the drops of two guards.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, VecDeque};
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

thread_local! {
    /// The runtime of the `block_on` that this thread is in.
    static HERE: RefCell<Option<Rc<Runtime>>> = const { RefCell::new(None) };
}

struct Runtime {
    tasks: RefCell<BTreeMap<usize, Task>>,
    /// The number of the last task. `block_on`'s own future has 0.
    last: Cell<usize>,
    ready: Arc<Ready>,
}

struct Task {
    future: Pin<Box<dyn Future<Output = ()>>>,
    waker: Waker,
}

/// The numbers of the tasks to be polled, and who polls them.
struct Ready {
    numbers: Mutex<VecDeque<usize>>,
    thread: Thread,
}

impl Ready {
    fn put(&self, number: usize) {
        self.numbers.lock().unwrap().push_back(number);
        self.thread.unpark();
    }

    /// The next number; asleep until there is one.
    fn next(&self) -> usize {
        loop {
            let number = self.numbers.lock().unwrap().pop_front();
            match number {
                Some(number) => return number,
                None => thread::park(),
            }
        }
    }
}

struct TaskWaker(usize, Arc<Ready>);

impl Wake for TaskWaker {
    fn wake(self: Arc<Self>) {
        self.1.put(self.0);
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.1.put(self.0);
    }
}

impl Runtime {
    fn waker(&self, number: usize) -> Waker {
        Waker::from(Arc::new(TaskWaker(number, Arc::clone(&self.ready))))
    }

    fn poll_task(&self, number: usize) {
        let task = self.tasks.borrow_mut().remove(&number);
        let Some(mut task) = task else { return }; // it has ended
        let polled = task.future.as_mut().poll(&mut Context::from_waker(&task.waker));
        if polled.is_pending() {
            let nothing = self.tasks.borrow_mut().insert(number, task);
            assert!(nothing.is_none(), "a number is used once");
        }
    }
}

/// Runs `future` on this thread, to its end, and all tasks beside it.
pub fn block_on<F: Future>(future: F) -> F::Output {
    let ready = Arc::new(Ready { numbers: Mutex::default(), thread: thread::current() });
    let runtime = Runtime { tasks: RefCell::default(), last: Cell::new(0), ready };
    let runtime = Rc::new(runtime);
    HERE.with_borrow_mut(|here| {
        assert!(here.is_none(), "`block_on` inside another `block_on`");
        *here = Some(Rc::clone(&runtime));
    });
    let _leave = Leave;
    let _rest = DropTasks(&runtime);
    let mut future = pin!(future);
    let waker = runtime.waker(0);
    runtime.ready.put(0);
    loop {
        match runtime.ready.next() {
            0 => {
                let polled = future.as_mut().poll(&mut Context::from_waker(&waker));
                if let Poll::Ready(output) = polled {
                    return output;
                }
            }
            number => runtime.poll_task(number),
        }
    }
}

/// Drops the tasks that are left, and those that their destructors spawn.
struct DropTasks<'a>(&'a Runtime);

impl Drop for DropTasks<'_> {
    fn drop(&mut self) {
        loop {
            let first = self.0.tasks.borrow_mut().pop_first();
            match first {
                Some(task) => drop(task),
                None => break,
            }
        }
    }
}

/// Takes the runtime off the thread.
struct Leave;

impl Drop for Leave {
    fn drop(&mut self) {
        let runtime = HERE.take();
        drop(runtime);
    }
}

/// Adds a task. It is polled when its turn comes, not here.
#[track_caller]
pub fn spawn(future: impl Future<Output = ()> + 'static) {
    let runtime = HERE.with_borrow(|here| here.clone());
    let runtime = runtime.expect("no runtime here: `spawn` belongs inside `block_on`");
    let number = runtime.last.get() + 1;
    runtime.last.set(number);
    let task = Task { future: Box::pin(future), waker: runtime.waker(number) };
    runtime.tasks.borrow_mut().insert(number, task);
    runtime.ready.put(number);
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

#[path = "sync.rs"]
mod sync;

// The programs that this runtime can run. `main` plays them.
#[macro_use]
#[path = "programs/play.rs"]
mod play;
programs! { make_tea errors channel mutex }
