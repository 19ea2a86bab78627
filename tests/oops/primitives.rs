//! Programs that wait for each other at an `RwLock`, a semaphore or a barrier, and right ones beside
//! them.

use std::cell::RefCell;
use std::future::poll_fn;
use std::rc::Rc;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use kettle::runtime::Builder;
use kettle::sync::{Barrier, Mutex, Notify, OnceCell, RwLock, Semaphore, mpsc, oneshot};
use kettle::task::{LocalSet, yield_now};
use kettle::time::sleep;

played! {
    /// As in `alone.rs`.
    NAMES:
    "deadlock?/a_reader_that_wants_to_write" a_reader_that_wants_to_write();
    "deadlock?/two_read_write_locks" two_read_write_locks(true);
    "deadlock?/read_twice_behind_a_writer" read_twice_behind_a_writer();
    "deadlock?/two_readers_that_want_to_write" two_readers_that_want_to_write();
    "deadlock?/a_cell_that_needs_itself" a_cell_that_needs_itself();
    "deadlock/permits_taken_one_by_one" permits_taken_one_by_one();
    "deadlock/a_barrier_for_one_too_many" a_barrier_for(4);
    "deadlock/a_notification_for_all_that_came_too_early" too_early();
    "deadlock/a_set_of_futures_that_is_not_polled" a_set_of_futures();
    "deadlock/local_tasks_that_wait_for_each_other" local_tasks();
    "lost_wakeup/a_local_task_that_no_code_wakes" a_local_task_that_no_code_wakes();
    FINE:
    "none/read_write_locks_in_one_order" two_read_write_locks(false);
    "none/a_reader_that_becomes_a_writer_in_between" a_reader_and_then_a_writer();
    "none/permits_taken_at_once" permits_taken_at_once();
    "none/a_guard_that_is_dropped_late" a_guard_in_a_cell(24 * LONG, false);
    "none/a_permit_that_is_added" a_permit_that_is_added();
    "none/a_read_guard_that_was_sent" a_read_guard_that_was_sent();
    "none/a_barrier_for_all" a_barrier_for(3);
    "none/a_guard_that_another_task_drops" a_guard_in_a_cell(4 * LONG, false);
    "none/a_guard_that_a_task_is_told_of" a_guard_in_a_cell(24 * LONG, true);
}

const SHORT: Duration = Duration::from_millis(1);
const LONG: Duration = Duration::from_millis(50);

fn block_on<F: Future>(future: F) -> F::Output {
    Builder::new_current_thread().build().expect("a runtime").block_on(future)
}

/// Reads, and asks to write with the guard in its hand; a clock goes on.
fn a_reader_that_wants_to_write() {
    block_on(async {
        let menu = Arc::new(RwLock::new(vec!["tea"]));
        kettle::spawn(async move {
            let read = menu.read().await;
            if read.len() < 2 {
                menu.write().await.push("coffee");
            }
        });
        sleep(LONG).await;
    });
}

fn a_reader_and_then_a_writer() {
    block_on(async {
        let menu = Arc::new(RwLock::new(vec!["tea"]));
        kettle::spawn(async move {
            let few = menu.read().await.len() < 2;
            if few {
                menu.write().await.push("coffee");
            }
        });
        sleep(LONG).await;
    });
}

/// Takes one to read and then the other to write.
async fn both(first: Arc<RwLock<()>>, second: Arc<RwLock<()>>) {
    let _first = first.read().await;
    sleep(SHORT).await;
    let _second = second.write().await;
}

/// Two tasks take the locks in different orders, or in the same.
fn two_read_write_locks(crossed: bool) {
    block_on(async {
        let (pan, knife) = (Arc::new(RwLock::new(())), Arc::new(RwLock::new(())));
        drop(kettle::spawn(both(pan.clone(), knife.clone())));
        let (first, second) = if crossed { (knife, pan) } else { (pan, knife) };
        drop(kettle::spawn(both(first, second)));
        sleep(LONG).await;
    });
}

/// A task reads twice, and another one wants to write in between.
fn read_twice_behind_a_writer() {
    block_on(async {
        let menu = Arc::new(RwLock::new(0));
        let reader = menu.clone();
        drop(kettle::spawn(async move {
            let first = reader.read().await;
            sleep(SHORT).await;
            let second = reader.read().await;
            assert_eq!(*first, *second);
        }));
        drop(kettle::spawn(async move { *menu.write().await += 1 }));
        sleep(LONG).await;
    });
}

/// Each waits until the other one reads no more.
fn two_readers_that_want_to_write() {
    block_on(async {
        let sum = Arc::new(RwLock::new(0));
        for _ in 0..2 {
            let sum = sum.clone();
            kettle::spawn(async move {
                let read = sum.read().await;
                yield_now().await;
                let next = *read + 1;
                *sum.write().await = next;
            });
        }
        sleep(LONG).await;
    });
}

/// What initialises the cell asks for its value.
fn a_cell_that_needs_itself() {
    block_on(async {
        let cell = Arc::new(OnceCell::new());
        kettle::spawn(async move {
            let inner = cell.clone();
            let init = async move { *inner.get_or_init(|| async { 1 }).await };
            cell.get_or_init(|| init).await;
        });
        sleep(LONG).await;
    });
}

/// Each has one permit of two, and waits for a second one. Nothing else goes on.
fn permits_taken_one_by_one() {
    block_on(async {
        let hands = Arc::new(Semaphore::new(2));
        let tasks = [(); 2].map(|()| {
            let hands = hands.clone();
            kettle::spawn(async move {
                let _one = hands.acquire().await.expect("it is open");
                yield_now().await;
                let _other = hands.acquire().await.expect("it is open");
            })
        });
        for task in tasks {
            task.await.expect("no panic");
        }
    });
}

fn permits_taken_at_once() {
    block_on(async {
        let hands = Arc::new(Semaphore::new(2));
        let tasks = [(); 2].map(|()| {
            let hands = hands.clone();
            kettle::spawn(async move {
                let _both = hands.acquire_many(2).await.expect("it is open");
                yield_now().await;
            })
        });
        for task in tasks {
            task.await.expect("no panic");
        }
    });
}

/// A task holds the only permit and waits for another, which a third task adds.
fn a_permit_that_is_added() {
    block_on(async {
        let hands = Arc::new(Semaphore::new(1));
        drop(kettle::spawn({
            let hands = hands.clone();
            async move {
                let _one = hands.acquire().await.expect("it is open");
                let _other = hands.acquire().await.expect("it is open");
            }
        }));
        sleep(LONG).await;
        hands.add_permits(1);
        drop(hands.acquire_many(2).await);
    });
}

/// The guard was taken by one task and is held by another one, which lets it go.
fn a_read_guard_that_was_sent() {
    block_on(async {
        let menu = Arc::new(RwLock::new(0));
        let writer = menu.clone();
        drop(kettle::spawn(async move {
            let read = writer.clone().read_owned().await;
            kettle::spawn(async move {
                sleep(LONG).await;
                drop(read);
            });
            *writer.write().await += 1;
        }));
        sleep(2 * LONG).await;
        assert_eq!(*menu.read().await, 1);
    });
}

fn a_barrier_for(n: usize) {
    block_on(async {
        let barrier = Arc::new(Barrier::new(n));
        let tasks = [(); 3].map(|()| {
            let barrier = barrier.clone();
            kettle::spawn(async move { barrier.wait().await })
        });
        for task in tasks {
            task.await.expect("no panic");
        }
    });
}

/// `notify_waiters` leaves nothing for those that come later.
fn too_early() {
    block_on(async {
        let ready = Notify::new();
        ready.notify_waiters();
        ready.notified().await;
    });
}

/// A right program: a task takes a lock and waits for it again; another one drops the guard. It finds it
/// in a cell that both share, after so long, and perhaps because it was told.
fn a_guard_in_a_cell(after: Duration, told: bool) {
    block_on(async {
        let (till, cell, tell) = (Arc::new(Mutex::new(0)), Arc::default(), Arc::new(Notify::new()));
        let (kept, is_told): (Arc<std::sync::Mutex<Option<_>>>, _) =
            (Arc::clone(&cell), tell.clone());
        let dropper = kettle::spawn(async move {
            if told {
                is_told.notified().await;
            }
            for _ in 0..24 {
                sleep(after / 24).await;
            }
            kept.lock().expect("no panic").take();
        });
        *cell.lock().expect("no panic") = Some(till.clone().lock_owned().await);
        if told {
            tell.notify_one();
        }
        *till.lock().await += 1;
        dropper.await.expect("no panic");
    });
}

/// Main has the first of them, and waits for what the others send. They have main's waker.
fn a_set_of_futures() {
    block_on(async {
        let (tx, mut cups) = mpsc::channel(1);
        let pour = |tx: mpsc::Sender<u32>| async move {
            yield_now().await;
            tx.send(1).await.expect("main drinks");
        };
        let mut pots: FuturesUnordered<_> = (0..3).map(|_| pour(tx.clone())).collect();
        drop(tx);
        pots.next().await;
        while cups.recv().await.is_some() {}
    });
}

/// Each waits for the other one's value. Their host has a waker of main's.
fn local_tasks() {
    let set = LocalSet::new();
    let (one, two) = (oneshot::channel(), oneshot::channel());
    for (tx, rx) in [(one.0, two.1), (two.0, one.1)] {
        set.spawn_local(async move {
            let cup: u32 = rx.await.expect("tea");
            tx.send(cup).expect("a guest");
        });
    }
    block_on(set);
}

/// It has put its waker into a list that is never looked at.
fn a_local_task_that_no_code_wakes() {
    let (set, wakers) = (LocalSet::new(), Rc::new(RefCell::new(Vec::new())));
    let list = wakers.clone();
    set.spawn_local(poll_fn(move |cx| {
        list.borrow_mut().push(cx.waker().clone());
        Poll::<()>::Pending
    }));
    block_on(set);
    drop(wakers);
}
