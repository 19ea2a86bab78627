//! Step 4: any number of wakes is one poll.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::task::{Context, Poll, Waker};
use std::thread;

use super::kit::*;
use super::moments::a_tasks_second_wake;
use super::step3::*;

pub fn step4<S: Tasks>() -> Vec<Property> {
    properties![
        many_wakes_are_one_poll "a thousand wakes before the next poll are one poll"
        many_wakes_from_a_thread "a thousand wakes from another thread before the next poll are one poll"
        wakes_during_a_poll "a thousand wakes during a poll are one more poll"
        any_of_its_wakers "whichever of its wakers are called, a task is polled once; so is `block_on`'s own future"
        woken_before_its_turn "a wake of a task that is still to be polled in this turn is answered by that poll"
        each_turn_takes_both "each turn takes what is in the queue, and what is in the inbox"
        a_wake_here_needs_no_inbox "a wake on the runtime's own thread goes into the plain queue, not into the inbox"
        one_waker_for_life "a task has one waker for its whole life"
        a_tasks_second_wake "a wake of a task is not lost when an earlier one is being answered"
        the_waker_of_another_runtime "a waker wakes its own runtime, also when it is called inside another"
    ]
}

/// How often a waiting task is polled for what `wake` does with its waker.
pub fn polls_for<S: Tasks>(wake: fn(&Waker)) -> usize {
    let result = Rc::new(Cell::new(0));
    let told = Rc::clone(&result);
    S::block_on(async move {
        let (polls, wakers) = spawn_waiting::<S>();
        yield_now().await;
        let waker = wakers.borrow()[0].clone();
        wake(&waker);
        give_way(3).await;
        told.set(polls.get() - 1);
    });
    result.get()
}

const NOT_POLLED: &str = "(0: it was not polled in the three turns after those wakes. Does each turn take what is in the \
                          queue, and what is in the inbox?)";

pub(super) fn many_wakes_are_one_poll<S: Tasks>() {
    assert_eq!(polls_for::<S>(wake_often), 1, "polls of a task for {WAKES} wakes {NOT_POLLED}");
}

pub(super) fn many_wakes_from_a_thread<S: Tasks>() {
    let polls = polls_for::<S>(wake_often_from_a_thread);
    assert_eq!(polls, 1, "polls of a task for {WAKES} wakes from another thread {NOT_POLLED}");
}

/// How often a task is polled that wakes itself a thousand times in its first poll.
pub fn polls_for_wakes_during_a_poll<S: Tasks>() -> usize {
    let polls = Rc::new(Cell::new(0));
    let counted = Rc::clone(&polls);
    S::block_on(async move {
        S::spawn(poll_fn(move |cx| {
            if counted.replace(counted.get() + 1) == 0 {
                wake_often(cx.waker());
            }
            Poll::Pending
        }));
        give_way(3).await;
    });
    polls.get()
}

pub(super) fn wakes_during_a_poll<S: Tasks>() {
    let polls = polls_for_wakes_during_a_poll::<S>();
    assert_eq!(polls, 2, "polls of a task that wakes itself {WAKES} times in its first poll");
}

/// Calls wakers that a future has left, at one poll each: all, the oldest, the newest. It gives way after
/// each of these rounds. How often was the future polled by then?
async fn polls_by_then(wakers: &RefCell<Vec<Waker>>, wake: fn(&Waker)) -> Vec<usize> {
    let mut polls = Vec::new();
    let chosen: [fn(&mut Vec<Waker>); 5] = [
        |_| (),
        |all| all.truncate(1),
        |all| all.truncate(1),
        |all| all.drain(..all.len() - 1).for_each(drop),
        |all| all.truncate(3),
    ];
    for choose in chosen {
        let mut kept = wakers.borrow().clone();
        choose(&mut kept);
        kept.iter().for_each(wake);
        give_way(3).await;
        polls.push(wakers.borrow().len());
    }
    polls
}

pub(super) fn any_of_its_wakers<S: Tasks>() {
    for (wake, by) in WAYS {
        let polls = Rc::<RefCell<Vec<usize>>>::default();
        let told = Rc::clone(&polls);
        S::block_on(async move {
            let (_, wakers) = spawn_waiting::<S>();
            yield_now().await;
            *told.borrow_mut() = polls_by_then(&wakers, wake).await;
        });
        let what = "after rounds in which its wakers of all polls, of the first, the first, the last, and of \
                    the first three are called 1,000 times. (One mark for all wakers of a task: a wake sets it, and its poll clears it)";
        let right = [2, 3, 4, 5, 6];
        assert_eq!(polls.take(), right, "polls of a task, {what} {by}");
        // The other way round: a task wakes `block_on`'s own future.
        let (own, told, mut begun) =
            (Rc::<RefCell<Vec<Waker>>>::default(), Rc::clone(&polls), false);
        S::block_on(poll_fn(|cx| {
            if !told.borrow().is_empty() {
                return Poll::Ready(());
            }
            own.borrow_mut().push(cx.waker().clone());
            if !std::mem::replace(&mut begun, true) {
                let (own, told) = (Rc::clone(&own), Rc::clone(&told));
                S::spawn(async move {
                    let polls = polls_by_then(&own, wake).await;
                    *told.borrow_mut() = polls;
                    let newest = own.borrow().last().unwrap().clone();
                    newest.wake();
                });
            }
            Poll::Pending
        }));
        assert_eq!(polls.take(), right, "polls of `block_on`'s own future, {what} {by}");
    }
}

pub(super) fn woken_before_its_turn<S: Tasks>() {
    for (wake, by) in WAYS {
        // Whose polls, in which order? Number 0 is `block_on`'s own future.
        let polls = Rc::<RefCell<Vec<usize>>>::default();
        let wakers = Rc::<RefCell<[Option<Waker>; 3]>>::default();
        let wake_but = move |number, wakers: &RefCell<[Option<Waker>; 3]>| {
            let all = wakers.borrow().clone().into_iter().enumerate();
            all.filter(|(i, _)| *i != number).for_each(|(_, waker)| wake(&waker.unwrap()));
        };
        let waiting = |number| {
            let (polls, wakers) = (Rc::clone(&polls), Rc::clone(&wakers));
            move |cx: &mut Context<'_>| {
                wakers.borrow_mut()[number] = Some(cx.waker().clone());
                polls.borrow_mut().push(number);
                // After the first poll of each: whichever comes first wakes the others, who are to come.
                if polls.borrow().len() == 4 {
                    wake_but(number, &wakers);
                }
                Poll::<()>::Pending
            }
        };
        let (own, mut begun, ended) = (waiting(0), false, Rc::new(Cell::new(false)));
        S::block_on(poll_fn(|cx| {
            if ended.get() {
                return Poll::Ready(());
            }
            if !std::mem::replace(&mut begun, true) {
                S::spawn(poll_fn(waiting(1)));
                S::spawn(poll_fn(waiting(2)));
                let (wakers, ended) = (Rc::clone(&wakers), Rc::clone(&ended));
                S::spawn(async move {
                    give_way(3).await;
                    wake_but(3, &wakers);
                    give_way(3).await;
                    ended.set(true);
                    let own = wakers.borrow()[0].clone();
                    own.unwrap().wake();
                });
            }
            own(cx)
        }));
        let mut polls = polls.take();
        polls.sort_unstable();
        assert_eq!(
            polls,
            [0, 0, 1, 1, 2, 2],
            "polls of `block_on`'s own future (0) and two tasks, after all were woken {by}, and the first \
             that was polled had woken the others again. (A mark is cleared just before its own task's poll, not where a turn begins.)"
        );
    }
}

/// One task is woken by threads alone, and another one here alone, each once in each of its polls.
pub(super) fn each_turn_takes_both<S: Tasks>() {
    const POLLS: usize = 20;
    let polls = Rc::new(RefCell::new([0; 2]));
    let told = Rc::clone(&polls);
    S::block_on(async move {
        let ends = Rc::new(RefCell::new(None::<Waker>));
        for (which, wake) in [(0, by_a_thread as fn(&Waker)), (1, Waker::wake_by_ref)] {
            let (polls, ends) = (Rc::clone(&told), Rc::clone(&ends));
            S::spawn(poll_fn(move |cx| {
                let mut polls = polls.borrow_mut();
                if polls[which] == POLLS {
                    ends.take().into_iter().for_each(Waker::wake);
                    return Poll::Ready(());
                }
                polls[which] += 1;
                let behind = polls[which].saturating_sub(polls[1 - which] + 2);
                let by = ["threads wake in each poll", "is woken here in each poll"];
                assert!(
                    behind == 0,
                    "polls of a task that {}, and of another one that {}: {} and {}. (Each turn takes what is in the queue, and what is \
                     in the inbox. If it leaves one while there is something in the other, who is there waits on and on.)",
                    by[which],
                    by[1 - which],
                    polls[which],
                    polls[1 - which]
                );
                wake(cx.waker());
                Poll::Pending
            }));
        }
        poll_fn(|cx| {
            *ends.borrow_mut() = Some(cx.waker().clone());
            if told.borrow().contains(&POLLS) { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
    });
}

fn by_a_thread(waker: &Waker) {
    thread::scope(|scope| scope.spawn(|| waker.wake_by_ref()).join().unwrap());
}

pub(super) fn a_wake_here_needs_no_inbox<S: Tasks>() {
    let Some(Watching { accesses, .. }) = WATCHING.get() else { return };
    let uses = Rc::new(RefCell::new(Vec::new()));
    let told = Rc::clone(&uses);
    S::block_on(async move {
        let (_, wakers) = spawn_waiting::<S>();
        for wake in [Waker::wake_by_ref as fn(&Waker), by_a_thread] {
            yield_now().await;
            yield_now().await;
            let (waker, before) = (wakers.borrow()[0].clone(), accesses());
            wake(&waker);
            told.borrow_mut().push(accesses() - before);
        }
    });
    let (here, there) = (uses.borrow()[0], uses.borrow()[1]);
    assert!(
        here < there || there == 0,
        "uses of locks and atomics in a wake on the runtime's own thread, if a wake from another thread has {there}\n  came:     {here}\n  \
         expected: fewer: there the queue is a plain `Vec` of the runtime's. The inbox and its lock are for other threads"
    );
}

pub(super) fn one_waker_for_life<S: Tasks>() {
    let same = Rc::new(Cell::new(false));
    let told = Rc::clone(&same);
    S::block_on(async move {
        let (_, wakers) = spawn_waiting::<S>();
        yield_now().await;
        let first = wakers.borrow()[0].clone();
        first.wake_by_ref();
        yield_now().await;
        yield_now().await;
        told.set(wakers.borrow()[1].will_wake(&first));
    });
    assert!(
        same.get(),
        "does `will_wake` say that the second poll's waker is the first one's?\n  came:     no\n  expected: yes: one `Arc` for a \
         task's whole life, of which each poll has a clone"
    );
    S::block_on(async {
        let (polls, wakers) = spawn_waiting::<S>();
        for _ in 0..1 << 8 {
            (0..=1 << 8).for_each(|_| S::spawn(async {}));
            yield_now().await;
        }
        let waker = wakers.borrow()[0].clone();
        waker.wake();
        yield_now().await;
        yield_now().await;
        let what = "polls of a task that is woken once, when 65,792 others have come and gone. (No number is used twice)";
        assert_eq!(polls.get(), 2, "{what}");
    });
}

pub(super) fn the_waker_of_another_runtime<S: Tasks>() {
    let (is_called, has_ended) =
        (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
    let (called, ended) = (Arc::clone(&is_called), Arc::clone(&has_ended));
    let ((send, receive), (leave, left)) = (mpsc::channel::<Waker>(), mpsc::channel::<Waker>());
    thread::spawn(move || {
        S::block_on(poll_fn(|cx| {
            if called.load(Ordering::Acquire) {
                return Poll::Ready(());
            }
            let _ = send.send(cx.waker().clone()); // the first one counts
            Poll::Pending
        }));
        ended.store(true, Ordering::Release);
        left.recv().unwrap().wake();
    });
    let theirs = receive.recv().unwrap();
    let mut has_called = false;
    S::block_on(poll_fn(|cx| {
        if has_called {
            let of_the_other = has_ended.load(Ordering::Acquire);
            assert!(
                of_the_other,
                "inside a runtime, the waker of another thread's runtime is called\n  \
                 came:     this runtime's own future is polled\n  \
                 expected: that of the other thread is"
            );
            return Poll::Ready(());
        }
        has_called = true;
        leave.send(cx.waker().clone()).unwrap();
        is_called.store(true, Ordering::Release);
        theirs.wake_by_ref();
        Poll::Pending
    }));
}
