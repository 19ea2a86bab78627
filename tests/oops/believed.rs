//! Programs whose state looks like another one: right ones that were accused, and mistakes that got
//! another name, or words that weren't true.

use std::fs;
use std::future::{pending, poll_fn};
use std::pin::Pin;
use std::sync::{Arc, Mutex as StdMutex};
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::{Duration, Instant};

use kettle::io::AsyncReadExt;
use kettle::net::{TcpListener, TcpStream};
use kettle::runtime::Builder;
use kettle::sync::{Barrier, Mutex, MutexGuard, Semaphore, broadcast, mpsc, oneshot};
use kettle::time::{interval, sleep};

use super::alone::{Flag, Program, a_main_that_forgets_a_task};
use super::beside_a_listener::play as beside_a_listener;

/// The doctor has nothing to say, also where a certain verdict would end the program.
pub(crate) const FINE: &[Program] = &[
    ("none/a_handle_that_was_looked_at", a_handle_that_was_looked_at),
    ("none/a_task_that_foreign_code_aborts", a_task_that_foreign_code_aborts),
    ("none/a_thread_that_sleeps_for_long", a_thread_that_sleeps_for_long),
    ("none/a_thread_that_another_one_wakes", a_thread_that_another_one_wakes),
    ("none/a_heartbeat_that_is_awaited", a_heartbeat_that_is_awaited),
    ("none/a_heartbeat_that_has_the_lock", a_heartbeat_that_has_the_lock),
    ("none/a_computation_that_lets_others_run", a_computation_that_lets_others_run),
];

/// A program, the mode, what the doctor is to say first, and what it isn't.
pub(crate) type Told = (Program, Option<&'static str>, &'static [&'static str], &'static str);

macro_rules! told {
    ($($play:ident($mode:expr), not $never:literal: $($says:literal),+;)*) => {
        &[$(((stringify!($play), $play), $mode, &[$($says),+], $never)),*]
    };
}
#[cfg(target_os = "linux")]
pub(crate) use told;

pub(crate) const TOLD: &[Told] = told! {
    a_thread_that_nothing_wakes(None), not "warning":
        "note[kettle::open_waits]: main has waited on its thread", "nothing else is alive";
    a_main_that_forgets_a_task(None), not "hang":
        "warning[kettle::unpolled]: task 1 was dropped before it was ever polled";
    beside_a_listener(None), not "warning":
        "note[kettle::long_wait]: ";
    a_job_that_keeps_the_process(None), not "warning":
        "note[kettle::end]: `block_on` is over, and 1 blocking job goes on";
    a_join_that_counts_too_early(None), not "main waits":
        "[kettle::lost_wakeup]: no waker of main is left";
    a_lock_of_a_future_that_was_set_aside(None), not "timer":
        "[kettle::deadlock]: main waits for a lock that it took itself";
    a_wait_that_moved_to_another_runtime(None), not "other than kettle's":
        "[kettle::deadlock]: main waits, and nothing is left that could wake it";
    a_channel_of_two_runtimes(Some("watch")), not "1 sender":
        "[kettle::deadlock]: ";
    a_recv_that_left_its_waker(None), not "other than kettle's":
        "[kettle::lost_wakeup]: main waits, and no code is left that could wake it";
    a_broadcast_whose_sender_is_kept(None), not "look for the wait":
        "main waits for a value in broadcast 1", "or drop the senders, which ends the wait";
    a_hang_beside_a_heartbeat(None), not "warning":
        "note[kettle::open_waits]: main and 1 task wait, and only task 1, which waits for a timer",
        "task 2 has waited for at least", "has 0 permits free", "`forget` gives none back";
    a_hang_beside_a_heartbeat(Some("watch")), not "warning":
        "note[kettle::open_waits]: main and 1 task wait, and only task 1, which waits for a timer";
    a_read_after_the_end(None), not "asked for nothing":
        "[kettle::busy_loop]: main was polled again and again", "and got nothing new";
    a_hang_beside_an_idle_server(None), not "warning":
        "note[kettle::open_waits]: main and 2 tasks wait, and only a connection from elsewhere",
        "main has waited for at least", "barrier 1 is still waiting for 1 task";
    a_hang_beside_an_idle_server(Some("watch")), not "warning":
        "note[kettle::open_waits]: main and 2 tasks wait, and only a connection from elsewhere";
    a_guard_that_was_given_away(Some("warn")), not "held":
        "main took lock 1 before an `.await`, and 1 other task has waited";
    a_computation_that_yields_by_hand(Some("warn")), not "got nothing new":
        "[kettle::busy_loop]: main woke itself again and again", "asked for nothing of kettle's";
};

pub(crate) fn check((program, _, says, never): &Told, text: &str) {
    if fs::exists(super::golden(program.0)).expect("a folder") {
        super::is_expected(program.0, &super::without_times(text));
    }
    let is_said = says.iter().all(|words| text.contains(words));
    assert!(is_said && !text.contains(never), "{}: {text}", program.0);
}

fn block_on<F: Future>(future: F) -> F::Output {
    Builder::new_current_thread().enable_all().build().expect("a runtime").block_on(future)
}

/// Longer than the doctor looks on before it speaks.
const LONG: Duration = Duration::from_secs(3);

/// Waits for a thread, whose code alone knows that. It ends the wait after a while.
async fn for_a_thread() {
    let flag = Flag::default();
    let other = flag.clone();
    thread::spawn(move || {
        thread::sleep(LONG);
        other.set().into_iter().for_each(Waker::wake);
    });
    flag.is_set().await;
}

// ---- right programs -----------------------------------------------------------------------------

/// Main has looked at the handle with a waker that wakes nobody. It doesn't wait for it.
#[kettle::main]
async fn a_handle_that_was_looked_at() {
    let lock = Arc::new(Mutex::new(0));
    let guard = lock.lock().await;
    let other = lock.clone();
    let mut task = kettle::spawn(async move { *other.lock().await += 1 });
    kettle::task::yield_now().await;
    let looked = Pin::new(&mut task).poll(&mut Context::from_waker(Waker::noop()));
    assert!(looked.is_pending());
    for_a_thread().await;
    drop(guard);
    task.await.expect("no panic");
}

/// Beside the task's end main waits for a thread, after which it aborts the task.
#[kettle::main]
async fn a_task_that_foreign_code_aborts() {
    kettle::spawn(async { sleep(2 * LONG).await });
    let mut task = kettle::spawn(pending::<()>());
    let (mut limit, mut aborted) = (Box::pin(for_a_thread()), false);
    poll_fn(|cx| {
        let over = Pin::new(&mut task).poll(cx).is_ready();
        if !over && !aborted && limit.as_mut().poll(cx).is_ready() {
            aborted = true;
            task.abort();
        }
        if over { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
}

fn a_thread_that_sleeps_for_long() {
    block_on(async { thread::sleep(2 * LONG) });
}

#[kettle::main]
async fn a_thread_that_another_one_wakes() {
    let other = thread::spawn(|| thread::sleep(2 * LONG));
    other.join().expect("no panic");
}

// ---- mistakes -----------------------------------------------------------------------------------

/// `let _ = sender` doesn't drop it.
#[kettle::main]
async fn a_broadcast_whose_sender_is_kept() {
    let (sender, mut receiver) = broadcast::channel::<u32>(1);
    let _ = sender;
    let _ = receiver.recv().await;
}

/// The channel still has a waker of main's, which waits for nothing.
#[kettle::main]
async fn a_recv_that_left_its_waker() {
    let (_tx, mut rx) = mpsc::channel::<u32>(1);
    kettle::select! {
        _ = rx.recv() => unreachable!("nothing is sent"),
        () = sleep(Duration::from_millis(5)) => {}
    }
    pending::<()>().await;
}

fn a_wait_that_moved_to_another_runtime() {
    let (_tx, mut rx) = mpsc::channel::<()>(1);
    let mut wait = Box::pin(rx.recv());
    block_on(async {
        kettle::select! {
            _ = &mut wait => unreachable!("nothing is sent"),
            () = sleep(Duration::from_millis(5)) => {}
        }
    });
    block_on(wait);
}

/// Two of its three senders were made where another runtime is driven.
fn a_channel_of_two_runtimes() {
    let (tx, mut rx) = mpsc::channel::<()>(1);
    let _all = block_on(async { [tx.clone(), tx.clone(), tx] });
    block_on(rx.recv());
}

/// The guard of a lock that lives for ever can be sent anywhere.
fn a_guard_that_was_given_away() {
    static LOCK: Mutex<()> = Mutex::const_new(());
    block_on(async {
        let (give, given) = oneshot::channel::<MutexGuard<()>>();
        kettle::spawn(async move {
            let _guard = given.await.expect("main gives it");
            sleep(Duration::from_millis(800)).await;
        });
        assert!(give.send(LOCK.lock().await).is_ok(), "the task waits");
        let waits = kettle::spawn(async { drop(LOCK.lock().await) });
        sleep(Duration::from_millis(500)).await;
        waits.await.expect("no panic");
    });
}

#[kettle::main]
async fn a_computation_that_yields_by_hand() {
    let began = Instant::now();
    while began.elapsed() < LONG {
        let mut yielded = false;
        poll_fn(|cx| {
            if std::mem::replace(&mut yielded, true) {
                return Poll::Ready(());
            }
            cx.waker().wake_by_ref();
            Poll::Pending
        })
        .await;
    }
}

#[kettle::main]
async fn a_thread_that_nothing_wakes() {
    let lock = StdMutex::new(());
    let _first = lock.lock();
    let _second = lock.lock();
}

/// As one that sits in a read of standard input.
fn a_job_that_keeps_the_process() {
    let runtime = Builder::new_current_thread().build().expect("a runtime");
    runtime.block_on(async { drop(kettle::task::spawn_blocking(|| thread::sleep(10 * LONG))) });
}

/// It looks whether one is left before it asks each of them.
#[kettle::main]
async fn a_join_that_counts_too_early() {
    let mut cups: Vec<_> = (1..=3).map(|cup| Some(Box::pin(async move { cup }))).collect();
    poll_fn(|cx| {
        let left = cups.iter().any(Option::is_some);
        for cup in &mut cups {
            if cup.as_mut().is_some_and(|it| it.as_mut().poll(cx).is_ready()) {
                *cup = None;
            }
        }
        if left { Poll::Pending } else { Poll::Ready(()) }
    })
    .await;
}

/// The sleep in that future has ended, so that it ends the wait for the lock as little.
fn a_lock_of_a_future_that_was_set_aside() {
    let runtime = Builder::new_current_thread().enable_all().start_paused(true).build();
    runtime.expect("a runtime").block_on(async {
        kettle::spawn(sleep(Duration::from_secs(6)));
        let lock = Mutex::new(1);
        let mut job = Box::pin(async {
            let _guard = lock.lock().await;
            sleep(Duration::from_millis(100)).await;
        });
        kettle::select! {
            () = &mut job => {}
            () = sleep(Duration::from_millis(10)) => {}
        }
        assert_eq!(*lock.lock().await, 1);
    });
}

async fn beat(times: u32) {
    let mut every = interval(Duration::from_millis(100));
    for _ in 0..times {
        every.tick().await;
    }
}

/// `main` awaits a task that awaits a permit, and the only one was forgotten.
#[kettle::main]
async fn a_hang_beside_a_heartbeat() {
    kettle::spawn(beat(u32::MAX));
    let permits = Arc::new(Semaphore::new(1));
    permits.acquire().await.expect("it is open").forget();
    let task = kettle::spawn(async move { permits.acquire().await.map(drop) });
    let _ = task.await;
}

/// All others wait for longer than a note takes.
#[kettle::main]
async fn a_heartbeat_that_is_awaited() {
    let (tx, mut rx) = oneshot::channel::<()>();
    kettle::spawn(async move { _ = (&mut rx).await });
    kettle::spawn(beat(70)).await.expect("no panic");
    drop(tx);
}

/// A guest of this process waits at a barrier, to which nobody else comes.
#[kettle::main]
async fn a_hang_beside_an_idle_server() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    kettle::spawn(async move {
        let mut guests = Vec::new();
        while let Ok((guest, _)) = listener.accept().await {
            guests.push(guest);
        }
    });
    let guest = kettle::spawn(async move {
        let _stream = TcpStream::connect(address).await.expect("it listens");
        Barrier::new(2).wait().await;
    });
    let _ = guest.await;
}

/// The permit that `main` needs is with the task that the timer wakes.
#[kettle::main]
async fn a_heartbeat_that_has_the_lock() {
    let permits = Arc::new(Semaphore::new(1));
    let held = permits.clone();
    kettle::spawn(async move {
        let _permit = held.acquire().await;
        beat(70).await;
    });
    sleep(Duration::from_millis(10)).await;
    drop(permits.acquire().await);
}

/// It spends its budget again and again, and takes a lock that is always free.
#[kettle::main]
async fn a_computation_that_lets_others_run() {
    let (began, sum) = (Instant::now(), Mutex::new(0_u64));
    while began.elapsed() < Duration::from_secs(2) {
        kettle::task::coop::consume_budget().await;
        *sum.lock().await += 1;
    }
}

#[kettle::main]
async fn a_read_after_the_end() {
    let (mut input, output) = kettle::io::duplex(64);
    drop(output);
    loop {
        let _ = input.read(&mut [0; 8]).await;
    }
}
