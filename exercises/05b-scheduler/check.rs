//! What the answer of `05b-scheduler` must do.

use std::cell::{Cell, RefCell};
use std::future::{Future, pending, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Arc, mpsc};
use std::task::{Poll, Waker};
use std::thread;

use kettle_judge::count::{Log, Polls};
use kettle_judge::{Check, check, expect, if_it_hangs};

use super::answer::{block_on, spawn};

pub const CHECKS: &[Check] = &[
    check!(
        they_take_turns,
        "many tasks share one thread, and are polled in the order of their wakes"
    ),
    check!(a_poll_that_spawns, "a task may spawn another while it is polled"),
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

/// A number of things that have happened.
#[derive(Clone, Default)]
struct Count(Rc<Cell<usize>>);

impl Count {
    fn add(&self) {
        self.0.set(self.0.get() + 1);
    }

    /// Lets the others run until so many things have happened.
    async fn reaches(&self, expected: usize, what: &str) {
        for _ in 0..100 {
            if self.0.get() == expected {
                return;
            }
            yield_now().await;
        }
        assert_eq!(self.0.get(), expected, "{what}");
    }
}

/// Runs `future`; a panic of the scheduler itself is a fault with these words.
fn runs(what: &str, future: impl Future<Output = ()>) {
    let ran = catch_unwind(AssertUnwindSafe(|| block_on(future)));
    let came = ran.err().map(|panic| {
        let text = panic.downcast_ref::<String>().cloned();
        text.or_else(|| panic.downcast_ref::<&str>().map(ToString::to_string)).unwrap_or_default()
    });
    expect(came.is_none(), what, came.unwrap_or_default(), "no panic");
}

fn they_take_turns() {
    let log = Log::new();
    let own = log.clone();
    runs("three tasks that give way", async move {
        let done = Count::default();
        for name in ["kettle", "cup", "pot"] {
            let (log, done) = (own.clone(), done.clone());
            spawn(async move {
                for _ in 0..2 {
                    log.add(name);
                    yield_now().await;
                }
                done.add();
            });
        }
        done.reaches(3, "tasks that have ended").await;
    });
    let turns = ["kettle", "cup", "pot", "kettle", "cup", "pot"];
    assert_eq!(log.lines(), turns, "the polls of three tasks that give way twice each");
}

fn a_poll_that_spawns() {
    runs("a task spawns another while it is polled", async {
        let done = Count::default();
        let (outer, inner) = (done.clone(), done.clone());
        spawn(async move {
            spawn(async move {
                yield_now().await;
                inner.add();
            });
            outer.add();
        });
        done.reaches(2, "tasks that have ended, of one and the one that it spawned").await;
    });
}

fn a_poll_that_wakes() {
    runs("a task wakes another while it is polled", async {
        let (done, place) = (Count::default(), Rc::<RefCell<Option<Waker>>>::default());
        let (waits, from) = (done.clone(), place.clone());
        spawn(async move {
            let mut first = true;
            poll_fn(|cx| {
                *from.borrow_mut() = Some(cx.waker().clone());
                if std::mem::take(&mut first) { Poll::Pending } else { Poll::Ready(()) }
            })
            .await;
            waits.add();
        });
        let wakes = done.clone();
        spawn(async move {
            let waker = place.borrow_mut().take().expect("the first task was polled first");
            waker.wake_by_ref();
            waker.wake();
            wakes.add();
        });
        done.reaches(2, "tasks that have ended, of one that waits and one that wakes it").await;
        // It has ended, and its waker is called once more.
        yield_now().await;
    });
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
    runs("a future that has ended spawns when it is dropped", async {
        let (dropped, ran) = (Count::default(), Count::default());
        let mut spawns = Some(Spawns { dropped: dropped.clone(), ran: ran.clone() });
        // It keeps what it has to its own end: the future is dropped after its last poll.
        spawn(poll_fn(move |_| {
            let _ = &mut spawns;
            Poll::Ready(())
        }));
        ran.reaches(1, "tasks that have ended, of one that the drop of a future has spawned").await;
        assert_eq!(dropped.0.get(), 1, "how often the future was dropped");
    });
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
    let came = (dropped.0.get(), ran.0.get(), Rc::strong_count(&ran.0));
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
    assert_eq!(dropped.0.get(), 1, "how often a task that was left was dropped, after a panic");
    assert!(spawns(), "`spawn` after `block_on` has ended panics, and it did not");
    runs("a second `block_on`, after one that has panicked", async { yield_now().await });
}
