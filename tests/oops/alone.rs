//! Programs like those under `examples/oops`, written when the lints were done, for verdicts that
//! need a process of their own: of a program that stands still for ever.

use std::future::{pending, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::{Duration, Instant};

use kettle::runtime::Builder;
use kettle::sync::{Mutex, mpsc, oneshot};
use kettle::task::{LocalSet, spawn_blocking, spawn_local, yield_now};
use kettle::time::{sleep, timeout};

played! {
    /// Each begins with the lint that it is to meet.
    NAMES:
    "deadlock/after_blocking_work" after_blocking_work();
    "deadlock/joined_under_a_lock" joined_under_a_lock();
    "deadlock?/three_in_a_circle" three_in_a_circle();
    "deadlock?/an_owned_lock_taken_twice" an_owned_lock_taken_twice();
    "deadlock?/a_limit_in_another_task" a_limit_in_another_task();
    "deadlock/full" full();
    "deadlock/main_and_a_task" main_and_a_task();
    "deadlock?/a_limit_beside_its_own_lock" a_limit_beside_its_own_lock(1, 100);
    "deadlock?/a_limit_beside_a_lock_taken_anew" a_limit_beside_its_own_lock(100, 1);
    "deadlock/two_branches_of_a_join" two_branches_of_a_join();
    "deadlock/joined_while_main_waits_for_nothing" joined_while_main_waits_for_nothing();
    "deadlock/a_set_that_no_task_polls" a_set_that_no_task_polls();
    "deadlock/a_set_that_is_no_longer_polled" a_set_that_is_no_longer_polled();
    "lost_wakeup/main" main_itself(None);
    "lost_wakeup/main_with_another_waker" main_itself(Some(Waker::noop()));
    "lost_wakeup/behind_a_handle" behind_a_handle();
    "lost_wakeup/local" local();
    "lost_wakeup/one_slot_while_a_clock_ticks" one_slot_while_a_clock_ticks();
    /// These come close, and the doctor has nothing to say.
    FINE:
    "none/a_few_limits_beside_its_own_lock" a_limit_beside_its_own_lock(1, 5);
    "none/a_job_handed_in_before" a_job_handed_in_before();
    "none/many_runtimes" many_runtimes();
    "none/main_keeps_a_server_alive" main_keeps_a_server_alive();
    "none/a_guard_in_a_thread" a_guard_in_a_thread();
    "none/yields_alone" yields_alone();
    "none/a_supervisor_that_aborts_one" a_supervisor_that_aborts_one();
    "none/a_watchdog_with_an_abort_handle" a_watchdog_with_an_abort_handle();
    "none/a_waker_for_each" a_waker_for_each();
    "none/a_setter_that_wakes" a_setter_that_wakes();
    "none/a_foreign_block_on_in_a_job" a_foreign_block_on_in_a_job();
    "none/one_who_speaks_first" one_who_speaks_first();
    "none/a_dropped_waker_whose_task_is_aborted" a_dropped_waker_whose_task_is_aborted();
}

fn block_on<F: Future>(future: F) -> F::Output {
    Builder::new_current_thread().build().expect("a runtime").block_on(future)
}

// ---- nobody is left -----------------------------------------------------------------------------

/// The pool's thread is idle by then, and doesn't count.
fn after_blocking_work() {
    block_on(async {
        let (tx, rx) = oneshot::channel::<()>();
        let sum = spawn_blocking(|| (1..=10).sum::<u32>()).await.expect("no panic");
        assert_eq!(sum, 55);
        sleep(Duration::from_millis(5)).await;
        let (_nobody, mut never) = mpsc::channel::<()>(1);
        kettle::spawn(async move {
            never.recv().await;
            drop(tx);
        });
        let _ = rx.await;
    });
}

/// Whom it waits for needs the lock that it holds.
fn joined_under_a_lock() {
    block_on(async {
        let till = Arc::new(Mutex::new(0));
        let mut sum = till.lock().await;
        let other = kettle::spawn({
            let till = till.clone();
            async move { *till.lock().await += 1 }
        });
        other.await.expect("no panic");
        *sum += 1;
    });
}

/// Takes one lock and then another.
pub(crate) async fn both(first: Arc<Mutex<()>>, second: Arc<Mutex<()>>) {
    let _first = first.lock().await;
    sleep(Duration::from_millis(1)).await;
    let _second = second.lock().await;
}

fn three_in_a_circle() {
    block_on(async {
        let locks: Vec<_> = (0..3).map(|_| Arc::new(Mutex::new(()))).collect();
        for index in 0..3 {
            kettle::spawn(both(locks[index].clone(), locks[(index + 1) % 3].clone()));
        }
        sleep(Duration::from_millis(50)).await;
    });
}

/// It was spawned before the run, and nothing can abort it any more.
fn an_owned_lock_taken_twice() {
    let runtime = Builder::new_current_thread().build().expect("a runtime");
    let task = runtime.spawn(async {
        let till = Arc::new(Mutex::new(()));
        let guard = till.clone().lock_owned().await;
        let again = till.clone().lock_owned().await;
        drop((guard, again));
    });
    runtime.block_on(async {
        drop(task);
        sleep(Duration::from_millis(50)).await;
    });
}

/// It may be meant, and what `main` makes of it is another matter.
fn a_limit_in_another_task() {
    let mut builder = Builder::new_current_thread();
    let runtime = builder.start_paused(true).build().expect("a runtime");
    let main = async {
        let (_tx, mut rx) = mpsc::channel::<u32>(1);
        let limited = async move { timeout(Duration::from_millis(50), rx.recv()).await.is_ok() };
        assert!(kettle::spawn(limited).await.expect("it ends"));
    };
    catch_unwind(AssertUnwindSafe(|| runtime.block_on(main))).expect_err("it is too late");
}

fn full() {
    block_on(async {
        let (tx, mut rx) = mpsc::channel(2);
        for number in 0..5 {
            tx.send(number).await.expect("rx is here");
        }
        while rx.recv().await.is_some() {}
    });
}

/// It takes the lock so often, and tries so often each time. No try can succeed.
fn a_limit_beside_its_own_lock(rounds: u32, tries: u32) {
    block_on(async {
        let till = Mutex::new(0);
        for _ in 0..rounds {
            let _sum = till.lock().await;
            for _ in 0..tries {
                assert!(timeout(Duration::from_millis(20), till.lock()).await.is_err());
            }
        }
    });
}

fn a_set_that_no_task_polls() {
    block_on(async {
        let set = LocalSet::new();
        let (tx, rx) = oneshot::channel();
        set.spawn_local(async { tx.send(1) });
        rx.await.expect("a value");
    });
}

#[expect(
    clippy::async_yields_async,
    reason = "the set runs until the task is there, not until it ends"
)]
fn a_set_that_is_no_longer_polled() {
    block_on(async {
        let set = LocalSet::new();
        let (tx, rx) = oneshot::channel();
        let task = set.run_until(async { spawn_local(rx) }).await;
        tx.send(1).expect("the task is there");
        task.await.expect("no panic").expect("a value");
    });
}

/// Both branches are parts of one task, which waits for itself.
fn two_branches_of_a_join() {
    block_on(async {
        let (pan, knife) = (Arc::new(Mutex::new(())), Arc::new(Mutex::new(())));
        kettle::join!(both(pan.clone(), knife.clone()), both(knife, pan));
    });
}

/// Main may wait for nothing on purpose, but then the others must be able to go on.
fn joined_while_main_waits_for_nothing() {
    block_on(async {
        let [(to_anna, anna_has), (to_bert, bert_has)] = [(); 2].map(|()| oneshot::channel());
        let waits = |handle: oneshot::Receiver<kettle::task::JoinHandle<()>>| async move {
            handle.await.expect("main sends it").await.expect("no panic");
        };
        let (anna, bert) = (kettle::spawn(waits(anna_has)), kettle::spawn(waits(bert_has)));
        to_anna.send(bert).expect("Anna waits");
        to_bert.send(anna).expect("Bert waits");
        pending::<()>().await;
    });
}

// ---- nobody holds the waker ---------------------------------------------------------------------

/// Others go on, but none of them can abort one of the two.
fn main_and_a_task() {
    block_on(async {
        let (pan, knife) = (Arc::new(Mutex::new(())), Arc::new(Mutex::new(())));
        drop(kettle::spawn(both(pan.clone(), knife.clone())));
        kettle::spawn(sleep(Duration::from_millis(50)));
        let _knife = knife.lock().await;
        sleep(Duration::from_millis(1)).await;
        let _pan = pan.lock().await;
    });
}

/// It polls something with another waker, or nothing.
fn main_itself(other: Option<&Waker>) {
    block_on(async {
        sleep(Duration::from_millis(2)).await;
        let mut nap = Box::pin(sleep(Duration::from_millis(2)));
        poll_fn(|_| {
            other.map_or(Poll::Pending, |it| nap.as_mut().poll(&mut Context::from_waker(it)))
        })
        .await;
    });
}

/// The waker is taken, and dropped again.
fn behind_a_handle() {
    block_on(async {
        let forgetful = kettle::spawn(poll_fn(|cx| {
            drop(cx.waker().clone());
            Poll::<()>::Pending
        }));
        let outer = kettle::spawn(async move { forgetful.await.expect("no panic") });
        outer.await.expect("no panic");
    });
}

/// In a local set; it has no host that waits for anything else.
fn local() {
    let set = LocalSet::new();
    let runtime = Builder::new_current_thread().build().expect("a runtime");
    set.block_on(&runtime, async {
        let shared = Rc::new(5);
        let task = spawn_local(async move {
            pending::<()>().await;
            *shared
        });
        assert_eq!(task.await.expect("no panic"), 5);
    });
}

/// Waits for a flag; the slot for its waker is one for all.
async fn flag_up(flag: Arc<std::sync::Mutex<(bool, Option<Waker>)>>) {
    poll_fn(|cx| {
        let (up, slot) = &mut *flag.lock().expect("no panic");
        *slot = Some(cx.waker().clone());
        if *up { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
}

/// Main waits for two tasks, of which one has lost its waker. A third goes on for ever.
fn one_slot_while_a_clock_ticks() {
    block_on(async {
        kettle::spawn(async {
            loop {
                sleep(Duration::from_millis(5)).await;
            }
        });
        let flag = Arc::default();
        let tasks = [flag_up(Arc::clone(&flag)), flag_up(Arc::clone(&flag))].map(kettle::spawn);
        sleep(Duration::from_millis(10)).await;
        let waker = {
            let (up, slot) = &mut *flag.lock().expect("no panic");
            *up = true;
            slot.take()
        };
        waker.expect("the second task's").wake();
        for task in tasks {
            task.await.expect("no panic");
        }
    });
}

// ---- somebody comes -----------------------------------------------------------------------------

/// The job is on no record of the run: it was there before.
fn a_job_handed_in_before() {
    let runtime = Builder::new_current_thread().build().expect("a runtime");
    let (tx, mut rx) = mpsc::channel(1);
    let job = runtime.spawn_blocking(move || {
        thread::sleep(Duration::from_millis(200));
        tx.blocking_send(5).expect("rx is here");
    });
    assert_eq!(runtime.block_on(rx.recv()), Some(5));
    runtime.block_on(job).expect("no panic");
}

/// What main itself waits for never comes; but it isn't there for its own sake.
fn main_keeps_a_server_alive() {
    block_on(async {
        kettle::spawn(async {
            sleep(Duration::from_millis(100)).await;
            std::process::exit(0);
        });
        pending::<()>().await;
    });
}

/// A guard can be handed to a thread, and comes back.
fn a_guard_in_a_thread() {
    block_on(async {
        let till = Arc::new(Mutex::new(()));
        let guard = till.clone().lock_owned().await;
        let thread = thread::spawn(move || {
            thread::sleep(Duration::from_millis(100));
            drop(guard);
        });
        drop(till.lock().await);
        thread.join().expect("no panic");
    });
}

/// Idle threads of one runtime's pool are no threads of another's.
fn many_runtimes() {
    let first = Builder::new_current_thread().build().expect("a runtime");
    let (tx, rx) = oneshot::channel();
    let job = first.spawn_blocking(move || {
        thread::sleep(Duration::from_millis(200));
        tx.send(5).expect("rx is here");
    });
    assert_eq!(block_on(rx), Ok(5));
    first.block_on(job).expect("no panic");
}

/// Anna and Bert wait for each other until one of them is aborted.
fn a_supervisor_that_aborts_one() {
    block_on(async {
        let (pan, knife) = (Arc::new(Mutex::new(())), Arc::new(Mutex::new(())));
        let anna = kettle::spawn(both(pan.clone(), knife.clone()));
        let bert = kettle::spawn(both(knife, pan));
        sleep(Duration::from_millis(50)).await;
        anna.abort();
        assert!(anna.await.expect_err("aborted").is_cancelled());
        bert.await.expect("the lock that Anna had");
    });
}

/// The same of main and a task, whose join handle has gone.
fn a_watchdog_with_an_abort_handle() {
    block_on(async {
        let (pan, knife) = (Arc::new(Mutex::new(())), Arc::new(Mutex::new(())));
        let anna = kettle::spawn(both(pan.clone(), knife.clone())).abort_handle();
        kettle::spawn(async move {
            sleep(Duration::from_millis(50)).await;
            anna.abort();
        });
        let _knife = knife.lock().await;
        sleep(Duration::from_millis(1)).await;
        let _pan = pan.lock().await;
    });
}

/// There is nothing that it could be asking for: it means to yield.
fn yields_alone() {
    block_on(async {
        let start = Instant::now();
        let task = kettle::spawn(async move {
            while start.elapsed() < Duration::from_millis(1_500) {
                yield_now().await;
            }
        });
        task.await.expect("no panic");
    });
}

/// Two tasks wait for one flag, and each has a waker there; others are dropped, as they should be.
fn a_waker_for_each() {
    block_on(async {
        let flag = Arc::new(std::sync::Mutex::new((false, Vec::<Waker>::new())));
        let wait = |flag: Arc<std::sync::Mutex<(bool, Vec<Waker>)>>| {
            poll_fn(move |cx| {
                let (up, waiters) = &mut *flag.lock().expect("no panic");
                // Once more than needed: a task may be polled before the flag is up.
                waiters.push(cx.waker().clone());
                if *up { Poll::Ready(()) } else { Poll::Pending }
            })
        };
        let tasks = [wait(flag.clone()), wait(flag.clone())].map(kettle::spawn);
        sleep(Duration::from_millis(2)).await;
        let waiters = {
            let (up, waiters) = &mut *flag.lock().expect("no panic");
            *up = true;
            std::mem::take(waiters)
        };
        waiters.into_iter().for_each(Waker::wake);
        for task in tasks {
            task.await.expect("no panic");
        }
    });
}

/// The waker is outside of kettle, and a timer's task calls it.
fn a_setter_that_wakes() {
    block_on(async {
        let slot = Arc::new(std::sync::Mutex::new((false, None::<Waker>)));
        let setter = slot.clone();
        kettle::spawn(async move {
            sleep(Duration::from_millis(20)).await;
            let waiter = {
                let mut slot = setter.lock().expect("no panic");
                slot.0 = true;
                slot.1.take()
            };
            waiter.expect("main waits").wake();
        });
        poll_fn(|cx| {
            let mut slot = slot.lock().expect("no panic");
            slot.1 = Some(cx.waker().clone());
            if slot.0 { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
    });
}

/// A thread of the pool may block: it has no budget to spend.
fn a_foreign_block_on_in_a_job() {
    block_on(async {
        let (tx, mut rx) = mpsc::unbounded_channel();
        for guest in 0..200 {
            tx.send(guest).expect("rx is here");
        }
        drop(tx);
        let job = spawn_blocking(move || {
            let mut guests = 0;
            while rx.blocking_recv().is_some() {
                guests += 1;
            }
            guests
        });
        assert_eq!(job.await.expect("no panic"), 200);
    });
}

/// The circle of two channels is broken by whoever begins.
fn one_who_speaks_first() {
    block_on(async {
        let (to_bert, mut from_anna) = mpsc::channel(1);
        let (to_anna, mut from_bert) = mpsc::channel(1);
        let anna = kettle::spawn(async move {
            to_bert.send("Good morning").await.expect("Bert listens");
            from_bert.recv().await
        });
        let bert = kettle::spawn(async move {
            let word = from_anna.recv().await.expect("Anna speaks");
            to_anna.send(word).await.expect("Anna listens");
        });
        assert_eq!(anna.await.expect("no panic"), Some("Good morning"));
        bert.await.expect("no panic");
    });
}

/// One of two has lost its waker, and main can abort it: so it may be there for that.
fn a_dropped_waker_whose_task_is_aborted() {
    block_on(async {
        let flag = Arc::default();
        let tasks = [flag_up(Arc::clone(&flag)), flag_up(Arc::clone(&flag))].map(kettle::spawn);
        for _ in 0..5 {
            sleep(Duration::from_millis(5)).await;
        }
        for task in tasks {
            task.abort();
            assert!(task.await.expect_err("aborted").is_cancelled());
        }
    });
}
