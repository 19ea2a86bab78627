// WRONG. Breaks 4, "Its `Drop` may do so, too, after its last poll or at the end": a task that is ready stays in its place in
// the list, and is dropped at the end of `block_on`, because a drop needs care. What a future written by hand owns
// (the sender of a channel, say) is kept until then, and who waits for that waits for ever. (An `async` block lets go itself.)

use std::cell::RefCell;
use std::collections::VecDeque;
use std::mem;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

type Task = Pin<Box<dyn Future<Output = ()>>>;

thread_local! {
    static RUNTIME: RefCell<Option<Runtime>> = const { RefCell::new(None) };
}

struct Runtime {
    /// By number. Number 0 is `block_on`'s own future, which is not here.
    tasks: Vec<Option<Task>>,
    /// Those that are ready. A destructor may call `spawn`, so they are dropped at the end, with the rest.
    over: Vec<Task>,
    queue: Arc<Queue>,
}

/// The numbers of what is to be polled, and the thread that polls.
struct Queue {
    numbers: Mutex<VecDeque<usize>>,
    thread: Thread,
}

impl Queue {
    fn push(&self, number: usize) {
        self.numbers.lock().unwrap().push_back(number);
        self.thread.unpark();
    }

    fn pop(&self) -> Option<usize> {
        self.numbers.lock().unwrap().pop_front()
    }
}

struct Number {
    number: usize,
    queue: Arc<Queue>,
}

impl Wake for Number {
    fn wake(self: Arc<Self>) {
        self.queue.push(self.number);
    }
}

fn with<R>(f: impl FnOnce(&mut Runtime) -> R) -> R {
    RUNTIME.with_borrow_mut(|runtime| {
        f(runtime.as_mut().expect("there is no runtime here: this belongs inside `block_on`"))
    })
}

/// Runs `future` on this thread, to its end, and all tasks beside it.
pub fn block_on<F: Future>(future: F) -> F::Output {
    let queue = Arc::new(Queue { numbers: Mutex::default(), thread: thread::current() });
    RUNTIME.with_borrow_mut(|runtime| {
        assert!(runtime.is_none(), "a `block_on` inside of another `block_on`");
        *runtime = Some(Runtime { tasks: vec![None], over: Vec::new(), queue: Arc::clone(&queue) });
    });
    let _end = End;
    let mut future = pin!(future);
    let main = waker(0, &queue);
    queue.push(0);
    loop {
        let Some(number) = queue.pop() else {
            thread::park();
            continue;
        };
        if number > 0 {
            poll_task(number, &queue);
        } else if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(&main)) {
            return output;
        }
    }
}

fn waker(number: usize, queue: &Arc<Queue>) -> Waker {
    Waker::from(Arc::new(Number { number, queue: Arc::clone(queue) }))
}

fn poll_task(number: usize, queue: &Arc<Queue>) {
    let Some(mut task) = with(|runtime| runtime.tasks[number].take()) else { return };
    if task.as_mut().poll(&mut Context::from_waker(&waker(number, queue))).is_pending() {
        with(|runtime| runtime.tasks[number] = Some(task));
    } else {
        with(|runtime| runtime.over.push(task));
    }
}

/// The end of `block_on`, however it comes: no task is left, then no runtime.
struct End;

impl Drop for End {
    fn drop(&mut self) {
        loop {
            let (tasks, over) =
                with(|runtime| (mem::take(&mut runtime.tasks), mem::take(&mut runtime.over)));
            if tasks.is_empty() && over.is_empty() {
                break;
            }
            drop((tasks, over));
        }
        RUNTIME.take();
    }
}

/// Adds a task. It is polled when its turn comes, not here.
pub fn spawn(future: impl Future<Output = ()> + 'static) {
    let task: Task = Box::pin(future);
    with(|runtime| {
        let number = runtime.tasks.len();
        runtime.tasks.push(Some(task));
        runtime.queue.push(number);
    });
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
