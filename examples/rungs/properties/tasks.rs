//! Rung 3: tasks take turns.

use std::cell::{Cell, RefCell};
use std::future::{pending, poll_fn};
use std::marker::PhantomData;
use std::rc::Rc;
use std::task::{Poll, Waker};
use std::thread;

use super::futures::*;
use super::kit::*;

pub(super) fn tasks_take_turns<S: Tasks>() {
    let log = Log::default();
    let told = log.clone();
    S::block_on(async move {
        S::spawn(begin_and_end(told.clone(), "tea begins", "tea ends"));
        S::spawn(begin_and_end(told.clone(), "toast begins", "toast ends"));
        for _ in 0..2 {
            told.borrow_mut().push("main yields");
            yield_now().await;
        }
    });
    let (tea, toast) = (["tea begins", "toast begins"], ["tea ends", "toast ends"]);
    let expected = [&["main yields"][..], &tea, &["main yields"], &toast].concat();
    assert_eq!(*log.borrow(), expected, "what two tasks and `block_on`'s future did, in order");
}

pub(super) fn in_the_order_of_wakes<S: Tasks>() {
    let order = Rc::<RefCell<Vec<usize>>>::default();
    let told = Rc::clone(&order);
    S::block_on(async move {
        let tasks = [0, 1, 2, 3].map(|number| {
            let (waker, told) = (Rc::<RefCell<Option<Waker>>>::default(), Rc::clone(&told));
            let left = Rc::clone(&waker);
            S::spawn(poll_fn(move |cx| {
                told.borrow_mut().push(number);
                *left.borrow_mut() = Some(cx.waker().clone());
                Poll::Pending
            }));
            waker
        });
        for (woken, by_a_thread) in [([2, 0, 3, 1], false), ([1, 3, 0, 2], true)] {
            yield_now().await;
            let wakers = woken.map(|number| tasks[number].take().expect("it was polled"));
            let wake = move || wakers.into_iter().for_each(Waker::wake);
            if by_a_thread { thread::spawn(wake).join().unwrap() } else { wake() }
        }
        give_way(2).await; // what is in an inbox may have the next turn
    });
    let right = [0, 1, 2, 3, 2, 0, 3, 1, 1, 3, 0, 2];
    assert_eq!(
        *order.borrow(),
        right,
        "the order of polls: after the spawns, after wakes, and after wakes by a thread"
    );
}

pub(super) fn only_the_woken<S: Tasks>() {
    let (polls, place) = (Rc::new(Cell::new(0)), Rc::<RefCell<Option<Waker>>>::default());
    let (counted, wakes) = (Rc::clone(&polls), Rc::clone(&place));
    S::block_on(async move {
        S::spawn(async move {
            give_way(5).await;
            // Taken: from now on `block_on`'s future has what it waits for.
            wakes.borrow_mut().take().expect("the future was polled first").wake();
        });
        let mut has_waited = false;
        poll_fn(move |cx| {
            counted.set(counted.get() + 1);
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
    assert_eq!(polls.get(), 2, "polls of `block_on`'s future, which a task wakes after five turns");
}

pub(super) fn a_task_spawns<S: Tasks>() {
    let log = Log::default();
    let told = log.clone();
    S::block_on(async move {
        // One goes on after it has spawned, and one ends in that poll.
        for goes_on in [true, false] {
            let told = told.clone();
            S::spawn(async move {
                for _ in 0..2 {
                    S::spawn(begin_and_end(told.clone(), "spawned begins", "spawned ends"));
                }
                told.borrow_mut().push("both are spawned");
                if goes_on {
                    yield_now().await;
                }
                told.borrow_mut().push("spawning ends");
            });
        }
        give_way(9).await;
    });
    let (begun, log) = ("spawned begins", log.borrow());
    let early = log.iter().take_while(|line| **line != "both are spawned").count();
    assert_eq!(early, 0, "tasks that are polled in the call of `spawn`, not when their turn comes");
    let count = |what| log.iter().filter(|line| **line == what).count();
    assert_eq!(
        [begun, "spawned ends", "spawning ends"].map(count),
        [4, 4, 2],
        "two tasks spawn two each: how many of the four begin and end, and how many of the two end"
    );
}

/// Tells when it is dropped.
pub(super) struct Guard(Rc<Cell<bool>>);

impl Drop for Guard {
    fn drop(&mut self) {
        self.0.set(true);
    }
}

/// One, and whether it was dropped.
pub(super) fn guard() -> (Guard, Rc<Cell<bool>>) {
    let dropped = Rc::new(Cell::new(false));
    (Guard(Rc::clone(&dropped)), dropped)
}

/// A future that owns a guard and waits for ever, and whether that was dropped.
pub(super) fn waits_for_ever() -> (impl Future<Output = ()>, Rc<Cell<bool>>) {
    let (guard, dropped) = guard();
    let future = async move {
        let _guard = guard;
        pending::<()>().await;
    };
    (future, dropped)
}

pub(super) fn dropped_at_the_end<S: Tasks>() {
    let (future, dropped) = waits_for_ever();
    S::block_on(async {
        S::spawn(future);
        yield_now().await;
        assert!(!dropped.get(), "a task that waits was dropped while `block_on` ran");
    });
    assert!(dropped.get(), "`block_on` has returned, but the task that waited is still there");
    let polled = Rc::new(Cell::new(false));
    let tell = Rc::clone(&polled);
    S::block_on(async { S::spawn(async move { tell.set(true) }) });
    let what = "a task was polled by `spawn`, or after the end of `block_on`'s own future";
    assert!(!polled.get(), "{what}");
}

/// Spawns this when it is dropped.
struct SpawnsInDrop<S: Tasks>(Option<Job>, PhantomData<S>);

impl<S: Tasks> Drop for SpawnsInDrop<S> {
    fn drop(&mut self) {
        S::spawn(self.0.take().unwrap());
    }
}

pub(super) fn tidy_in_a_drop<S: Tasks>() {
    let (future, dropped) = waits_for_ever();
    // One in the drop of the other.
    let job = (0..4).fold(Box::pin(future) as Job, |job, _| {
        let spawns = SpawnsInDrop::<S>(Some(job), PhantomData);
        Box::pin(async move {
            let _spawns = spawns;
            pending::<()>().await;
        })
    });
    let panic = panics_in(|| {
        S::block_on(async {
            S::spawn(job);
            yield_now().await;
        });
    });
    assert_eq!(panic, None, "a panic of a task that calls `spawn` in its drop");
    assert!(
        dropped.get(),
        "`block_on` has returned, but the task that the drop spawned is still there"
    );
    S::block_on(async {});
}

/// How often a task was polled, and its wakers.
type Waiting = (Rc<Cell<usize>>, Rc<RefCell<Vec<Waker>>>);

/// A task that leaves its waker and waits for ever.
pub(super) fn spawn_waiting<S: Tasks>() -> Waiting {
    let (polls, wakers) = (Rc::new(Cell::new(0)), Rc::new(RefCell::new(Vec::new())));
    let (counted, left) = (Rc::clone(&polls), Rc::clone(&wakers));
    S::spawn(poll_fn(move |cx| {
        counted.set(counted.get() + 1);
        left.borrow_mut().push(cx.waker().clone());
        Poll::Pending
    }));
    (polls, wakers)
}

pub(super) fn a_waker_outlives<S: Tasks>() {
    let (left, polls) = (Rc::new(RefCell::new(Vec::new())), Rc::new(Cell::new(0)));
    let (kept, counted) = (Rc::clone(&left), Rc::clone(&polls));
    S::block_on(async {
        S::spawn(poll_fn(move |cx| {
            counted.set(counted.get() + 1);
            kept.borrow_mut().push(cx.waker().clone());
            Poll::Ready(())
        }));
        let (_, wakers) = spawn_waiting::<S>();
        yield_now().await;
        left.borrow().iter().for_each(wake_often);
        give_way(2).await;
        left.borrow_mut().append(&mut wakers.borrow_mut());
    });
    for wake in [wake_often, wake_often_from_a_thread] {
        let panic = panics_in(|| left.borrow().iter().for_each(wake));
        assert_eq!(panic, None, "a panic of a waker that is called after `block_on` has returned");
    }
    assert_eq!(polls.get(), 1, "polls of a task that ends in its first poll");
}

pub(super) fn block_on_inside<S: Tasks>() {
    let inner = Cell::new(false);
    let outer = panics_in(|| {
        S::block_on(async {
            inner.set(panics_in(|| S::block_on(async {})).is_some());
            S::spawn(async {});
            yield_now().await;
        });
    });
    assert!(inner.get(), "`block_on` inside `block_on` has returned");
    assert_eq!(outer, None, "a panic of a `block_on` that goes on after an inner one has panicked");
}

pub(super) fn tidy_after_a_panic<S: Tasks>() {
    let (future, dropped) = waits_for_ever();
    let words = panics_in(|| {
        S::block_on(async {
            S::spawn(future);
            yield_now().await;
            panic!("a part of the test");
        });
    });
    assert_eq!(words.as_deref(), Some("a part of the test"), "the panic of the future");
    assert!(dropped.get(), "`block_on` has panicked, but the task that waited is still there");
    assert!(panics_in(|| S::spawn(async {})).is_some(), "`spawn` after that panic has returned");
    // A task that panics. Whether `block_on` does so, too, is another matter.
    let (future, dropped) = waits_for_ever();
    let _ = panics_in(|| {
        S::block_on(async {
            S::spawn(future);
            S::spawn(async { panic!("a part of the test") });
            give_way(2).await;
        });
    });
    assert!(dropped.get(), "a task has panicked, but another that waited is still there");
    S::block_on(yield_now());
}

pub(super) fn spawn_outside<S: Tasks>() {
    for before in ["before the first `block_on`", "after one"] {
        let words = panics_in(|| S::spawn(async {}));
        let words = words.unwrap_or_else(|| panic!("`spawn` {before} has returned"));
        assert!(words.contains("block_on"), "the message is {words:?}");
        S::block_on(async {});
    }
}
