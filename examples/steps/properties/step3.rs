//! Step 3: tasks take turns.

use std::cell::{Cell, RefCell};
use std::future::{pending, poll_fn};
use std::marker::PhantomData;
use std::rc::Rc;
use std::task::{Poll, Waker};
use std::thread;
use std::time::Duration;

use super::kit::*;
use super::step2::*;

pub fn step3<S: Tasks>() -> Vec<Property> {
    properties![
        tasks_take_turns "two tasks take turns"
        in_the_order_of_wakes "tasks are polled in the order in which they were woken"
        only_the_woken "what no wake has asked for is not polled, `block_on`'s own future included"
        a_task_spawns "a task may spawn others, which are polled when their turn comes, as it is itself"
        spawned_when_it_ends "a future that has ended may call `spawn` when it is dropped"
        dropped_at_the_end "when `block_on`'s own future is ready, no task is polled any more, and all are dropped"
        spawned_at_the_end "a task that is dropped at the end of `block_on` may call `spawn`"
        eight_threads_wake_a_task "wakes from eight threads reach each task"
        woken_whatever_else_sleeps "a thread wakes a task while another one sleeps for an hour"
        a_waker_outlives "a waker may be called after its task and its runtime have ended"
        block_on_inside "`block_on` inside `block_on` panics, and the outer one goes on"
        after_a_panic "a panic leaves nothing behind, and then the thread can run `block_on` again"
        spawn_outside "`spawn` without a runtime panics, and its message names `block_on`"
    ]
}

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
    assert_eq!(*log.borrow(), expected, "what two tasks and `block_on`'s future did, in its order");
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
        yield_now().await;
        yield_now().await; // what is in an inbox may have the next turn
    });
    let right = [0, 1, 2, 3, 2, 0, 3, 1, 1, 3, 0, 2];
    assert_eq!(
        *order.borrow(),
        right,
        "which tasks are polled: as they were spawned, as they were woken, and as a thread woke them. (The last four have two turns for that: if one is missing, look at what a turn takes.)"
    );
}

pub(super) fn only_the_woken<S: Tasks>() {
    let polls = Rc::new(Cell::new(0));
    let (counted, place) = (Rc::clone(&polls), Rc::<RefCell<Option<Waker>>>::default());
    S::block_on(async move {
        let wakes = Rc::clone(&place);
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
    assert_eq!(
        polls.get(),
        2,
        "polls of `block_on`'s future, which a task wakes after five turns. (Only a wake queues it.)"
    );
    S::block_on(async {
        for (wakes_itself, when) in [(0, "after its end"), (1, "in its last poll, and later")] {
            let old = Rc::<RefCell<Option<Waker>>>::default();
            let left = Rc::clone(&old);
            S::spawn(poll_fn(move |cx| {
                *left.borrow_mut() = Some(cx.waker().clone());
                (0..wakes_itself).for_each(|_| cx.waker().wake_by_ref());
                Poll::Ready(())
            }));
            yield_now().await;
            let (polls, _) = spawn_waiting::<S>();
            yield_now().await;
            old.take().expect("it was polled").wake();
            yield_now().await;
            let what = "polls of a task that waits. Another one ended before, whose number, or place, it must not get: that one was woken";
            assert_eq!(polls.get(), 1, "{what} {when}");
        }
    });
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
        "of two tasks that spawn two each: how many of these begin, and end, and how many of the two end (all: each in turn)"
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

pub(super) fn spawned_when_it_ends<S: Tasks>() {
    let ran = Rc::new(Cell::new(false));
    let tell = Guard(Rc::clone(&ran));
    let (its, is_gone) = guard();
    let mut spawns = SpawnsInDrop::<S>(Some(Box::pin(async move { drop(tell) })), PhantomData);
    S::block_on(async {
        // It keeps what it has to its own end: the future is dropped after its last poll.
        S::spawn(poll_fn(move |_| {
            let _ = (&mut spawns, &its);
            Poll::Ready(())
        }));
        give_way(3).await;
        assert!(is_gone.get(), "a future has ended, and was not dropped in the next three turns");
        assert!(ran.get(), "a future has ended and spawned in its drop, and that task did not run");
    });
}

pub(super) fn dropped_at_the_end<S: Tasks>() {
    let (future, dropped) = waits_for_ever();
    S::block_on(async {
        S::spawn(future);
        yield_now().await;
        assert!(!dropped.get(), "a task that waits was dropped while `block_on` ran");
    });
    assert!(dropped.get(), "`block_on` has returned, and the task that waited is still there");
    let polled = Rc::new(Cell::new(false));
    let tell = Rc::clone(&polled);
    S::block_on(async { S::spawn(async move { tell.set(true) }) });
    assert!(
        !polled.get(),
        "a task was polled by `spawn`, or after the end of `block_on`'s own future"
    );
    // Two that wait, one woken before that future and one after it.
    let (waiting, mut turn) = (RefCell::new(Vec::new()), 0);
    let polls = || waiting.borrow().iter().map(|(polls, _): &Waiting| polls.get()).sum::<usize>();
    let by_then = S::block_on(poll_fn(|cx| {
        turn += 1;
        let wake = |one: usize| waiting.borrow()[one].1.borrow()[0].wake_by_ref();
        match turn {
            1 => waiting.borrow_mut().extend([(); 2].map(|()| spawn_waiting::<S>())),
            2 => wake(0),
            _ => return Poll::Ready(polls()),
        }
        cx.waker().wake_by_ref();
        if turn == 2 {
            wake(1);
        }
        Poll::Pending
    }));
    assert_eq!(
        polls(),
        by_then,
        "polls of two tasks in all, and those when `block_on`'s own future was ready"
    );
}

/// Spawns this when it is dropped.
struct SpawnsInDrop<S: Tasks>(Option<Job>, PhantomData<S>);

impl<S: Tasks> Drop for SpawnsInDrop<S> {
    fn drop(&mut self) {
        S::spawn(self.0.take().unwrap());
    }
}

pub(super) fn spawned_at_the_end<S: Tasks>() {
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
    assert_eq!(panic, None, "the panic of a task that calls `spawn` in its drop");
    assert!(dropped.get(), "`block_on` has returned, and what the drop has spawned is still there");
    S::block_on(async {});
}

pub(super) fn eight_threads_wake_a_task<S: Tasks>() {
    if_woken_it_hangs();
    S::block_on(async {
        let (ended, waiting) = (Rc::new(Cell::new(false)), Rc::new(Cell::new(None::<Waker>)));
        let (tell, wakes) = (Rc::clone(&ended), Rc::clone(&waiting));
        S::spawn(async move {
            wait_for_eight_threads().await;
            tell.set(true);
            wakes.take().into_iter().for_each(Waker::wake);
        });
        wait_for_eight_threads().await;
        poll_fn(|cx| {
            waiting.set(Some(cx.waker().clone()));
            if ended.get() { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
    });
}

pub(super) fn woken_whatever_else_sleeps<S: Tasks>() {
    if_it_hangs(UNPARK_USED_UP);
    S::block_on(async {
        S::spawn(S::sleep(Duration::from_hours(1)));
        yield_now().await;
        let mut woken = false;
        poll_fn(|cx| {
            if woken {
                return Poll::Ready(());
            }
            woken = true;
            let waker = cx.waker().clone();
            thread::spawn(move || waker.wake()).join().unwrap();
            thread::park_timeout(Duration::ZERO);
            Poll::Pending
        })
        .await;
    });
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
    S::block_on(async move {
        let (_, wakers) = spawn_waiting::<S>();
        let ended = Rc::clone(&wakers);
        S::spawn(poll_fn(move |cx| {
            counted.set(counted.get() + 1);
            ended.borrow_mut().push(cx.waker().clone());
            Poll::Ready(())
        }));
        yield_now().await;
        wakers.borrow().iter().for_each(wake_often);
        yield_now().await;
        yield_now().await;
        kept.borrow_mut().append(&mut wakers.borrow_mut());
    });
    for (wake, by) in WAYS {
        let panic = panics_in(|| left.borrow().iter().for_each(wake));
        assert_eq!(
            panic, None,
            "the panic of a waker that is called {by} when `block_on` has returned"
        );
    }
    assert_eq!(polls.get(), 1, "polls of a task that ends in its first");
}

pub(super) fn block_on_inside<S: Tasks>() {
    let [inner, in_a_task] = [(); 2].map(|()| Rc::new(Cell::new(false)));
    let tell = Rc::clone(&in_a_task);
    let outer = panics_in(|| {
        S::block_on(async {
            inner.set(panics_in(|| S::block_on(async {})).is_some());
            S::spawn(async move { tell.set(panics_in(|| S::block_on(async {})).is_some()) });
            yield_now().await;
        });
    });
    assert!(inner.get(), "`block_on` inside `block_on` has returned");
    let words = "the panic of a `block_on` that goes on after an inner one has panicked: it spawns a task, and yields";
    assert_eq!(outer, None, "{words}");
    assert!(in_a_task.get(), "`block_on` in a task has returned, or the task was not polled");
}

pub(super) fn after_a_panic<S: Tasks>() {
    let (future, dropped) = waits_for_ever();
    let words = panics_in(|| {
        S::block_on(async {
            S::spawn(future);
            yield_now().await;
            panic!("a part of the test");
        });
    });
    assert_eq!(words.as_deref(), Some("a part of the test"), "the panic of the future");
    assert!(dropped.get(), "`block_on` has panicked, and the task that waited is still there");
    assert!(panics_in(|| S::spawn(async {})).is_some(), "`spawn` after that panic has returned");
    S::block_on(yield_now());
    // A task that panics. Whether `block_on` does so, too, is another matter.
    let ((future, dropped), (its, is_gone)) = (waits_for_ever(), guard());
    let _ = panics_in(|| {
        S::block_on(async {
            S::spawn(future);
            S::spawn(async move {
                let _its = its;
                panic!("a part of the test");
            });
            yield_now().await;
            yield_now().await;
        });
    });
    assert!(is_gone.get(), "a task has panicked, and what it owned is still there");
    assert!(dropped.get(), "a task has panicked, and one that waited is still there");
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
