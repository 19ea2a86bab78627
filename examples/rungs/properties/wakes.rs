//! Rung 4: any number of wakes is one poll.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::task::{Poll, Waker};
use std::thread;

use super::kit::*;
use super::tasks::*;

/// How often a waiting task is polled for what `wake` does with its waker.
pub fn polls_for<S: Tasks>(wake: fn(&Waker)) -> usize {
    let polls = Cell::new(0);
    S::block_on(async {
        let (counted, wakers) = spawn_waiting::<S>();
        yield_now().await;
        let waker = wakers.borrow()[0].clone();
        wake(&waker);
        give_way(3).await;
        polls.set(counted.get() - 1);
    });
    polls.get()
}

const NOT_POLLED: &str = "(0: it was not polled in the next three turns. Does each turn take \
                          the tasks of the queue and those of the inbox?)";

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
    S::block_on(async {
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

/// Threads alone wake the first of two tasks, and this thread alone the second; each is woken once
/// in each of its polls. (`block_on`'s own future sleeps until a task has ended.)
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
                assert!(
                    polls[which] <= polls[1 - which] + 2,
                    "polls of a task that threads wake, and of one that this thread wakes: {polls:?}. \
                     (Each turn takes the tasks of the queue and those of the inbox)"
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

pub(super) fn one_waker_for_life<S: Tasks>() {
    let is_same = S::block_on(async {
        let (_, wakers) = spawn_waiting::<S>();
        yield_now().await;
        let first = wakers.borrow()[0].clone();
        first.wake_by_ref();
        give_way(2).await;
        wakers.borrow()[1].will_wake(&first)
    });
    assert!(
        is_same,
        "does `will_wake` say that both polls had the same waker?\n  got:      no\n  \
         expected: yes: one `Arc` for a task's whole life, of which each poll has a clone"
    );
}

pub(super) fn the_waker_of_another_runtime<S: Tasks>() {
    let (is_called, has_ended) = (Arc::<AtomicBool>::default(), Arc::<AtomicBool>::default());
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
            assert!(
                has_ended.load(Ordering::Acquire),
                "inside a runtime, the waker of another thread's runtime is called\n  \
                 got:      this runtime's own future is polled\n  \
                 expected: the other thread's future is polled"
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
