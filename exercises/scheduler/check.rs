//! What the answer of `scheduler` must do.

use std::cell::{Cell, RefCell};
use std::future::{Future, pending, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Arc, mpsc};
use std::task::{Poll, Waker};
use std::thread;

use kettle_judge::count::{Log, Polls};
use kettle_judge::{Check, check, if_it_hangs, no_panic};

use super::answer::{block_on, spawn};

pub const CHECKS: &[Check] = &[
    check!(
        they_take_turns,
        "many tasks share one thread, and are polled in the order of their wakes"
    ),
    check!(only_the_woken, "what no wake has asked for is not polled, `block_on`'s own future included"),
    check!(a_poll_that_spawns, "a task may spawn others while it is polled, and is polled again itself"),
    check!(a_poll_that_wakes, "a task may wake itself and others while it is polled"),
    check!(a_drop_that_spawns, "a future that has ended may spawn when it is dropped"),
    check!(
        tasks_that_are_left,
        "tasks that have not ended with `block_on` are dropped; they may spawn"
    ),
    check!(from_another_thread, "another thread may wake a task, and the thread sleeps until then"),
    check!(
        where_there_is_none,
        "outside `block_on`, and after one that has panicked, there is no scheduler"
    ),
];

/// Gives way once.
async fn yield_now() {
    let mut first = true;
    poll_fn(|cx| {
        if !std::mem::take(&mut first) {
            return Poll::Ready(());
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// Lets the others run: a hundred times, which is more than any of them needs.
async fn let_others_run() {
    for _ in 0..100 {
        yield_now().await;
    }
}

/// How often something has happened.
#[derive(Clone, Default)]
struct Count(Rc<Cell<usize>>);

impl Count {
    fn add(&self) {
        self.0.set(self.0.get() + 1);
    }

    fn get(&self) -> usize {
        self.0.get()
    }
}

/// Runs `future`; a panic of the scheduler itself is a fault with these words.
fn runs(what: &str, future: impl Future<Output = ()>) {
    no_panic(what, || block_on(future));
}

fn they_take_turns() {
    let log = Log::new();
    let own = log.clone();
    runs("three tasks that give way", async move {
        for name in ["kettle", "cup", "pot"] {
            let log = own.clone();
            spawn(async move {
                for _ in 0..2 {
                    log.add(name);
                    yield_now().await;
                }
            });
        }
        let_others_run().await;
    });
    let turns = ["kettle", "cup", "pot", "kettle", "cup", "pot"];
    assert_eq!(
        log.lines(),
        turns,
        "the polls of three tasks that give way twice each, while `block_on`'s future gives way a \
         hundred times"
    );
}

fn only_the_woken() {
    let (waiting, main) = (Count::default(), Count::default());
    let (task, own) = (waiting.clone(), main.clone());
    runs("a task gives way, and two futures wait", async move {
        let place = Rc::<RefCell<Option<Waker>>>::default();
        spawn(poll_fn(move |_| {
            task.add();
            Poll::<()>::Pending
        }));
        let wakes = place.clone();
        spawn(async move {
            for _ in 0..5 {
                yield_now().await;
            }
            // Taken: from now on `block_on`'s future has what it waits for.
            wakes.borrow_mut().take().expect("`block_on`'s future was polled first").wake();
        });
        let mut has_waited = false;
        poll_fn(move |cx| {
            own.add();
            let mut place = place.borrow_mut();
            if has_waited && place.is_none() {
                return Poll::Ready(());
            }
            has_waited = true;
            *place = Some(cx.waker().clone());
            Poll::Pending
        })
        .await;
    });
    assert_eq!(
        (main.get(), waiting.get()),
        (2, 1),
        "while a task gives way five times: polls of `block_on`'s future, which that task wakes at \
         its end, and of a task that nothing wakes"
    );
}

fn a_poll_that_spawns() {
    let log = Log::new();
    let own = log.clone();
    // One goes on after it has spawned, and one ends in that poll.
    runs("two tasks spawn while they are polled", async move {
        for (name, child, waits) in [("kettle", "its cup", true), ("pot", "its lid", false)] {
            let (log, of_child) = (own.clone(), own.clone());
            spawn(async move {
                for _ in 0..2 {
                    let log = of_child.clone();
                    spawn(async move {
                        log.add(child);
                        yield_now().await;
                        log.add(format!("{child}, again"));
                    });
                }
                if waits {
                    yield_now().await;
                }
                log.add(name);
            });
        }
        let_others_run().await;
    });
    let mut ran = log.lines();
    ran.sort();
    let twice = |line: &str| [line.to_owned(), line.to_owned()];
    let children = ["its cup", "its cup, again", "its lid", "its lid, again"].map(twice).concat();
    let expected = [children, vec!["kettle".to_owned(), "pot".to_owned()]].concat();
    assert_eq!(
        ran, expected,
        "what ran, of two tasks that spawn two each while they are polled (in alphabetical order)"
    );
}

fn a_poll_that_wakes() {
    let done = Count::default();
    let (waits, wakes) = (done.clone(), done.clone());
    runs("a task wakes another while it is polled", async move {
        let place = Rc::<RefCell<Option<Waker>>>::default();
        let from = place.clone();
        spawn(async move {
            let mut first = true;
            poll_fn(|cx| {
                *from.borrow_mut() = Some(cx.waker().clone());
                if std::mem::take(&mut first) { Poll::Pending } else { Poll::Ready(()) }
            })
            .await;
            waits.add();
        });
        spawn(async move {
            let waker = place.borrow_mut().take().expect("the first task was polled first");
            waker.wake_by_ref();
            waker.wake();
            wakes.add();
        });
        // It ends, and its waker has been called once more.
        let_others_run().await;
    });
    assert_eq!(done.get(), 2, "tasks that have ended, of one that waits and one that wakes it");
}

/// Spawns when it is dropped.
struct Spawns {
    dropped: Count,
    /// Runs in the task that it spawns.
    ran: Count,
}

impl Drop for Spawns {
    fn drop(&mut self) {
        self.dropped.add();
        let ran = self.ran.clone();
        spawn(async move { ran.add() });
    }
}

fn a_drop_that_spawns() {
    let (dropped, ran) = (Count::default(), Count::default());
    let mut spawns = Some(Spawns { dropped: dropped.clone(), ran: ran.clone() });
    runs("a future that has ended spawns when it is dropped", async {
        // It keeps what it has to its own end: the future is dropped after its last poll.
        spawn(poll_fn(move |_| {
            let _ = &mut spawns;
            Poll::Ready(())
        }));
        let_others_run().await;
    });
    assert_eq!(
        (dropped.get(), ran.get()),
        (1, 1),
        "how often a future that has ended was dropped, and polls of the task that its drop has spawned"
    );
}

fn tasks_that_are_left() {
    let (dropped, ran) = (Count::default(), Count::default());
    let spawns = Spawns { dropped: dropped.clone(), ran: ran.clone() };
    runs("a task is left when `block_on` ends, and spawns when it is dropped", async move {
        spawn(async move {
            let _spawns = spawns;
            pending::<()>().await;
        });
        yield_now().await;
    });
    let came = (dropped.get(), ran.get(), Rc::strong_count(&ran.0));
    assert_eq!(
        came,
        (1, 0, 1),
        "how often a task that was left was dropped; polls of the one that its drop has spawned, \
         which is never polled; and what still holds a part of the two"
    );
}

fn from_another_thread() {
    let (flag, (sender, receiver)) = (Arc::new(AtomicBool::new(false)), mpsc::channel::<Waker>());
    let set = flag.clone();
    let other = thread::spawn(move || {
        let waker = receiver.recv().expect("a waker comes");
        set.store(true, SeqCst);
        waker.wake();
    });
    // A loop that polls more often than this does not sleep.
    const MOST: usize = 50;
    let waits = poll_fn(move |cx| {
        if flag.load(SeqCst) {
            return Poll::Ready(());
        }
        sender.send(cx.waker().clone()).ok();
        Poll::Pending
    });
    let (ended, main) = (Rc::new(Cell::new(false)), Rc::<RefCell<Option<Waker>>>::default());
    let (end, wake) = (ended.clone(), main.clone());
    let task = async move {
        Polls::new(waits, MOST).0.await;
        end.set(true);
        if let Some(waker) = wake.borrow_mut().take() {
            waker.wake();
        }
    };
    let until_it_ends = poll_fn(move |cx| {
        *main.borrow_mut() = Some(cx.waker().clone());
        if ended.get() { Poll::Ready(()) } else { Poll::Pending }
    });
    if_it_hangs("a wake from another thread has not reached the queue, or has not ended the sleep");
    runs("a task is woken by another thread", async move {
        spawn(task);
        Polls::new(until_it_ends, MOST).0.await;
    });
    other.join().expect("no panic on the other thread");
}

/// Says that it was dropped.
struct Dropped(Count);

impl Drop for Dropped {
    fn drop(&mut self) {
        self.0.add();
    }
}

fn where_there_is_none() {
    let spawns = || catch_unwind(|| spawn(async {})).is_err();
    assert!(spawns(), "`spawn` outside `block_on` has to panic, and did not");
    let dropped = Count::default();
    let inside = Dropped(dropped.clone());
    let panics = catch_unwind(AssertUnwindSafe(|| {
        block_on(async move {
            spawn(async move {
                let _inside = inside;
                pending::<()>().await;
            });
            yield_now().await;
            panic!("a future that panics, as it should");
        })
    }));
    assert!(panics.is_err(), "the panic of `block_on`'s future is passed on");
    assert_eq!(dropped.get(), 1, "how often a task that was left was dropped, after a panic");
    assert!(spawns(), "`spawn` after `block_on` has ended panics, and it did not");
    runs("a second `block_on`, after one that has panicked", async { yield_now().await });
}
