//! Mistakes that show in what the thread does.

use std::future::poll_fn;
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::task::Poll;
use std::thread;
use std::time::Duration;

use kettle::task::{LocalSet, spawn_local, yield_now};
use kettle::time::sleep;
#[cfg(target_os = "linux")]
use kettle::trace::doctor::LintKind::NeverYields;
use kettle::trace::doctor::LintKind::{BlockingPoll, BusyLoop};

use super::{check, ms, verdicts};

/// More than the doctor allows under any circumstances.
const LONG: Duration = Duration::from_millis(1_500);

// ---- blocking_poll ------------------------------------------------------------------------------

#[test]
fn a_channel_of_stds() {
    let lint = check(BlockingPoll, async {
        let (tx, rx) = mpsc::channel();
        let sender = thread::spawn(move || {
            thread::sleep(LONG);
            tx.send("at last").unwrap();
        });
        let task = kettle::spawn(async move { rx.recv().unwrap() });
        assert_eq!(task.await.unwrap(), "at last");
        sender.join().unwrap();
    });
    assert_eq!(lint.task.unwrap().to_string(), "task 1");
}

#[test]
fn a_lock_of_stds_that_another_thread_holds() {
    check(BlockingPoll, async {
        let lock = Arc::new(Mutex::new(0));
        let (taken, is_taken) = mpsc::channel();
        let holder = thread::spawn({
            let lock = lock.clone();
            move || {
                let _guard = lock.lock().unwrap();
                taken.send(()).unwrap();
                thread::sleep(LONG);
            }
        });
        is_taken.recv().unwrap();
        sleep(ms(1)).await;
        *lock.lock().unwrap() += 1;
        holder.join().unwrap();
    });
}

#[test]
fn a_nap_in_a_local_task_is_blamed_on_that_alone() {
    let found = verdicts(|runtime| {
        LocalSet::new().block_on(runtime, async {
            let rc = Rc::new(5);
            let nap = spawn_local(async move {
                thread::sleep(LONG);
                *rc
            });
            assert_eq!(nap.await.unwrap(), 5);
        });
    });
    let [lint] = &found[..] else { panic!("{found:#?}") };
    assert_eq!(lint.kind, BlockingPoll);
    assert_eq!(lint.task.unwrap().to_string(), "task 1");
}

#[cfg(target_os = "linux")]
#[test]
fn many_short_naps_while_timers_wait() {
    let lint = check(BlockingPoll, async {
        let clock = kettle::spawn(async {
            loop {
                sleep(ms(2)).await;
            }
        });
        let naps = kettle::spawn(async {
            for _ in 0..300 {
                thread::sleep(ms(5));
                yield_now().await;
            }
        });
        naps.await.unwrap();
        clock.abort();
    });
    assert_eq!(lint.task.unwrap().to_string(), "task 2");
    assert!(lint.text.contains("in many short polls"), "{}", lint.text);
}

// ---- never_yields -------------------------------------------------------------------------------

/// Computes until this thread has used a processor for so long.
#[cfg(target_os = "linux")]
fn compute(millis: u64) {
    use std::hint::black_box;
    use std::time::Instant;

    let used = || -> u64 {
        let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
        text.split(' ').next().and_then(|number| number.parse().ok()).unwrap_or_default()
    };
    let (start, begun) = (used(), Instant::now());
    // Where the kernel doesn't tell, by the clock.
    while used() < start + millis * 1_000_000 && (used() > 0 || begun.elapsed() < LONG) {
        (0..100_000_u64).for_each(|number| _ = black_box(number));
    }
}

#[cfg(target_os = "linux")]
#[test]
fn main_computes_while_a_task_stands_ready() {
    let lint = check(NeverYields, async {
        let ready = kettle::spawn(async {});
        yield_now().await;
        let again = kettle::spawn(async { yield_now().await });
        yield_now().await;
        compute(500);
        ready.await.unwrap();
        again.await.unwrap();
    });
    assert_eq!(lint.task.unwrap().to_string(), "main");
}

#[cfg(target_os = "linux")]
#[test]
fn a_future_by_hand_that_computes_over_a_timer() {
    check(NeverYields, async {
        let nap = kettle::spawn(sleep(ms(20)));
        let work = kettle::spawn(poll_fn(|_| {
            compute(500);
            Poll::Ready(())
        }));
        work.await.unwrap();
        nap.await.unwrap();
    });
}

#[cfg(target_os = "linux")]
#[test]
fn awaits_that_never_wait() {
    async fn step(left: u32) {
        if left > 0 {
            compute(50);
            Box::pin(step(left - 1)).await;
        }
    }
    check(NeverYields, async {
        let nap = kettle::spawn(sleep(ms(20)));
        sleep(ms(1)).await;
        step(12).await;
        nap.await.unwrap();
    });
}

// ---- busy_loop ----------------------------------------------------------------------------------

#[test]
fn a_future_that_wakes_itself_until_another_thread_is_done() {
    let lint = check(BusyLoop, async {
        let done = Arc::new(AtomicBool::new(false));
        let other = thread::spawn({
            let done = done.clone();
            move || {
                thread::sleep(LONG);
                done.store(true, Ordering::Release);
            }
        });
        let asks = kettle::spawn(poll_fn(move |cx| {
            if done.load(Ordering::Acquire) {
                return Poll::Ready(());
            }
            cx.waker().wake_by_ref();
            Poll::Pending
        }));
        asks.await.unwrap();
        other.join().unwrap();
    });
    assert_eq!(lint.task.unwrap().to_string(), "task 1");
}

#[test]
fn a_channel_asked_again_and_again() {
    check(BusyLoop, async {
        let (tx, mut rx) = kettle::sync::mpsc::channel(1);
        let slow = kettle::spawn(async move {
            sleep(LONG).await;
            tx.send(1).await.unwrap();
        });
        while rx.try_recv().is_err() {
            yield_now().await;
        }
        slow.await.unwrap();
    });
}
