//! Who is polled next: spawns, yields, wakes of all kinds.

use std::future::poll_fn;
use std::sync::{Arc, Mutex};
use std::task::{Poll, Waker};

use super::rt::task::yield_now;
use super::rt::time::{Duration, sleep};

/// Three yields each, side by side.
pub(crate) async fn yields_of_two() {
    side_by_side(["A", "B"], 3, yield_now).await;
}

/// The same with a third.
pub(crate) async fn yields_of_three() {
    side_by_side(["A", "B", "C"], 2, yield_now).await;
}

async fn side_by_side<P, const N: usize>(
    names: [&'static str; N],
    times: usize,
    pause: impl Fn() -> P + Copy + Send + 'static,
) where
    P: Future + Send,
{
    let tasks = names.map(|name| {
        super::rt::spawn(async move {
            for i in 1..=times {
                println!("{name} {i}");
                pause().await;
            }
        })
    });
    for task in tasks {
        task.await.expect("no panic");
    }
}

/// `main` yields beside a task that yields.
pub(crate) async fn yields_of_main() {
    let task = super::rt::spawn(async {
        for i in 1..=3 {
            println!("task {i}");
            yield_now().await;
        }
    });
    for i in 1..=3 {
        println!("main {i}");
        yield_now().await;
    }
    task.await.expect("no panic");
}

/// A task yields, and the next one in the queue spawns a third: which is polled first?
pub(crate) async fn yield_beside_spawn() {
    let first = super::rt::spawn(async {
        println!("A before");
        yield_now().await;
        println!("A after");
    });
    let second = super::rt::spawn(async {
        let third = super::rt::spawn(async { println!("C") });
        third.await.expect("no panic");
    });
    first.await.expect("no panic");
    second.await.expect("no panic");
}

/// `main` is woken while other tasks are in the queue: does it have to wait?
pub(crate) async fn main_woken_among_others() {
    let slot = Arc::new(Mutex::new(None::<Waker>));
    four_of_whom_the_first_wakes(&slot);
    wait_in(&slot).await;
    println!("main");
}

/// The same, but it is a task that is woken.
pub(crate) async fn task_woken_among_others() {
    let slot = Arc::new(Mutex::new(None::<Waker>));
    let waiting = super::rt::spawn({
        let slot = Arc::clone(&slot);
        async move {
            wait_in(&slot).await;
            println!("the woken one");
        }
    });
    four_of_whom_the_first_wakes(&slot);
    waiting.await.expect("no panic");
}

fn four_of_whom_the_first_wakes(slot: &Slot) {
    for i in 1..=4 {
        let slot = Arc::clone(slot);
        super::rt::spawn(async move {
            if i == 1 {
                wake(&slot);
            }
            println!("{i}");
        });
    }
}

/// A future wakes itself three times and returns `Pending`: one more poll.
pub(crate) async fn wake_during_poll() {
    let task = super::rt::spawn(async {
        let mut polls = 0;
        poll_fn(|cx| {
            polls += 1;
            if polls == 2 {
                return Poll::Ready(());
            }
            let mine = cx.waker().clone();
            cx.waker().wake_by_ref();
            cx.waker().wake_by_ref();
            mine.wake();
            Poll::Pending
        })
        .await;
        println!("{polls} polls");
    });
    task.await.expect("no panic");
}

/// The same in `main`.
pub(crate) async fn wake_of_main_during_poll() {
    let mut polls = 0;
    poll_fn(|cx| {
        polls += 1;
        if polls == 2 {
            return Poll::Ready(());
        }
        cx.waker().wake_by_ref();
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
    println!("{polls} polls");
}

/// A task that waits is woken three times by another before it is polled: one poll.
pub(crate) async fn wakes_coalesce() {
    let slot = Arc::new(Mutex::new(None::<Waker>));
    let waiting = super::rt::spawn({
        let slot = Arc::clone(&slot);
        async move {
            wait_in(&slot).await;
            println!("woken");
        }
    });
    let waking = super::rt::spawn(async move {
        let waker = slot.lock().unwrap().take().expect("it waits");
        waker.wake_by_ref();
        waker.wake_by_ref();
        waker.wake();
    });
    waiting.await.expect("no panic");
    waking.await.expect("no panic");
}

/// A waker that is called when its task is over.
pub(crate) async fn wake_after_the_end() {
    let slot = Arc::new(Mutex::new(None::<Waker>));
    let ended = super::rt::spawn({
        let slot = Arc::clone(&slot);
        poll_fn(move |cx| {
            *slot.lock().unwrap() = Some(cx.waker().clone());
            Poll::Ready(())
        })
    });
    ended.await.expect("no panic");
    let waker = slot.lock().unwrap().take();
    waker.expect("it was polled").wake();
    sleep(Duration::from_millis(1)).await;
}

/// Three tasks that give way by waking themselves, as a future written by hand does.
pub(crate) async fn self_wakes_of_three() {
    side_by_side(["A", "B", "C"], 2, step_aside).await;
}

/// `main` is woken, and then a task: which of them is polled first?
pub(crate) async fn main_woken_before_a_task() {
    let (main, task) = (Arc::default(), Arc::default());
    wakes_in_a_row(&main, &task);
    wait_in(&main).await;
    println!("main");
    sleep(Duration::from_millis(1)).await;
}

/// The same with a task in `main`'s place.
pub(crate) async fn task_woken_before_a_task() {
    let (first, second) = (Arc::default(), Arc::default());
    super::rt::spawn({
        let first = Arc::clone(&first);
        async move {
            wait_in(&first).await;
            println!("the first");
        }
    });
    wakes_in_a_row(&first, &second);
    sleep(Duration::from_millis(1)).await;
}

/// Seventy tasks are ready, each twice, when `main` is woken by the first of them.
pub(crate) async fn main_among_seventy() {
    let main = Arc::new(Mutex::new(None::<Waker>));
    for i in 1..=70 {
        let main = Arc::clone(&main);
        super::rt::spawn(async move {
            if i == 1 {
                wake(&main);
            }
            step_aside().await;
        });
    }
    wait_in(&main).await;
    println!("main");
    sleep(Duration::from_millis(1)).await;
}

/// Seventy tasks are ready, and only they.
pub(crate) async fn seventy_ready_tasks() {
    for _ in 1..=70 {
        super::rt::spawn(step_aside());
    }
    sleep(Duration::from_millis(1)).await;
    println!("main");
}

/// Returns `Pending` once, with its own waker called: the oldest way to let others go first.
pub(crate) async fn step_aside() {
    let mut aside = false;
    poll_fn(|cx| {
        if aside {
            return Poll::Ready(());
        }
        aside = true;
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// Two tasks: one waits in `second`, the other wakes whoever waits in `first`, and then that one.
fn wakes_in_a_row(first: &Slot, second: &Slot) {
    let mine = Arc::clone(second);
    super::rt::spawn(async move {
        wait_in(&mine).await;
        println!("the second");
    });
    let (first, second) = (Arc::clone(first), Arc::clone(second));
    super::rt::spawn(async move {
        wake(&first);
        wake(&second);
    });
}

type Slot = Arc<Mutex<Option<Waker>>>;

fn wake(slot: &Mutex<Option<Waker>>) {
    let waker = slot.lock().unwrap().take();
    waker.expect("somebody waits").wake();
}

/// Waits until the waker that it leaves in the slot is called.
async fn wait_in(slot: &Mutex<Option<Waker>>) {
    let mut left = false;
    poll_fn(|cx| {
        let mut slot = slot.lock().unwrap();
        if left && slot.is_none() {
            return Poll::Ready(());
        }
        left = true;
        *slot = Some(cx.waker().clone());
        Poll::Pending
    })
    .await;
}
