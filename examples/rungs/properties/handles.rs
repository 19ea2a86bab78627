//! Rung 7: a task's end reaches its handle.

use std::cell::{Cell, RefCell};
use std::future::{pending, poll_fn, ready};
use std::panic::panic_any;
use std::rc::Rc;
use std::task::{Poll, Waker};
use std::thread;

use super::futures::{stat, until_asleep};
use super::kit::*;
use super::tasks::*;

pub(super) fn a_panic_ends_one_task<S: Handles>() {
    let mut ends = Vec::new();
    let reached = panics_in(|| {
        S::block_on(async {
            let other = S::spawn_joined(yield_now());
            let panics: [fn(); 4] = [
                || panic!("a text"),
                || panic_any("a string".to_owned()),
                || panic_any(7),
                || panic_any(Box::new(7)),
            ];
            for handle in panics.map(|panics| S::spawn_joined(async move { panics() })) {
                ends.push(S::join(handle).await);
            }
            ends.push(S::join(other).await);
        });
    });
    assert_eq!(reached, None, "a task's panic that reaches `block_on`");
    let carried =
        ["the text \"a text\"", "the string \"a string\"", "the number 7", "something else"];
    let carried = carried.map(|what| Err::<(), End>(End::Panic(what.to_owned())));
    let expected: Vec<_> = carried.into_iter().chain([Ok(())]).collect();
    assert_eq!(ends, expected, "the results of five handles, if the first four tasks panic");
}

pub(super) fn an_aborted_task<S: Handles>() {
    let (future, dropped) = waits_for_ever();
    S::block_on(async {
        let handle = S::spawn_joined(future);
        yield_now().await;
        S::abort(&handle);
        assert!(!dropped.get(), "`abort` has dropped the future itself");
        assert_eq!(S::join(handle).await, Err(End::Cancelled), "the result of its handle");
        assert!(dropped.get(), "its handle is ready, but its future isn't dropped yet");
    });
}

pub(super) fn aborted_before_its_turn<S: Handles>() {
    let polls = Rc::new(Cell::new(0));
    let counted = Rc::clone(&polls);
    S::block_on(async {
        let handle = S::spawn_joined(async move { counted.set(counted.get() + 1) });
        S::abort(&handle);
        assert_eq!(S::join(handle).await, Err(End::Cancelled), "the result of its handle");
        assert_eq!(Rc::strong_count(&polls), 1, "owners of the value that the aborted task had");
    });
    assert_eq!(polls.get(), 0, "polls of a task that was aborted right after `spawn`");
}

pub(super) fn a_dropped_handle<S: Handles>() {
    let ended = Rc::new(Cell::new(false));
    let tell = Rc::clone(&ended);
    S::block_on(async {
        let handle = S::spawn_joined(async move {
            give_way(2).await;
            tell.set(true);
        });
        yield_now().await;
        drop(handle);
        give_way(3).await;
    });
    assert!(
        ended.get(),
        "a task whose handle was dropped hasn't ended, although the runtime owns the task"
    );
}

pub(super) fn aborted_by_itself<S: Handles>() {
    S::block_on(async {
        let place = Rc::new(RefCell::new(None::<S::Handle<()>>));
        let own = Rc::clone(&place);
        *place.borrow_mut() = Some(S::spawn_joined(poll_fn(move |_| {
            S::abort(own.borrow().as_ref().unwrap());
            Poll::Pending
        })));
        give_way(2).await;
        assert_eq!(Rc::strong_count(&place), 1, "owners of the value that the aborted task had");
        let aborted = place.take().unwrap();
        assert_eq!(S::join(aborted).await, Err(End::Cancelled), "the result of its handle");

        let ended = S::spawn_joined(async { 1 });
        yield_now().await;
        S::abort(&ended);
        assert_eq!(S::join(ended).await, Ok(1), "the output of a task that was aborted too late");
    });
}

pub(super) fn aborted_by_a_thread<S: Handles>() {
    S::block_on(async {
        // Many times, since the loop may look at any moment of an abort.
        for _ in 0..100 {
            let handle = S::spawn_joined(pending::<()>());
            let end = thread::spawn(move || {
                S::abort(&handle);
                S::block_on(S::join(handle))
            });
            while !end.is_finished() {
                yield_now().await;
            }
            assert_eq!(
                end.join().unwrap(),
                Err(End::Cancelled),
                "the result of its handle on that thread"
            );
        }
    });
}

/// Wakes when it is dropped.
struct Wakes(Rc<RefCell<Option<Waker>>>);

impl Drop for Wakes {
    fn drop(&mut self) {
        self.0.take().into_iter().for_each(Waker::wake);
    }
}

pub(super) fn aborted_while_it_sleeps<S: Handles>() {
    let place = Rc::new(RefCell::new(None));
    let wakes = Wakes(Rc::clone(&place));
    S::block_on(async {
        let handle = S::spawn_joined(async move {
            let _wakes = wakes;
            pending::<()>().await;
        });
        yield_now().await;
        let stat = stat();
        let there = thread::spawn(move || {
            until_asleep(stat.as_deref());
            S::abort(&handle);
        });
        poll_fn(|cx| {
            if Rc::strong_count(&place) == 1 {
                return Poll::Ready(()); // the task was dropped
            }
            *place.borrow_mut() = Some(cx.waker().clone());
            Poll::Pending
        })
        .await;
        there.join().unwrap();
    });
}

pub(super) fn a_handle_outlives<S: Handles>() {
    let place = RefCell::new(None);
    S::block_on(async { *place.borrow_mut() = Some(S::spawn_joined(pending::<()>())) });
    let handle = place.take().unwrap();
    let end = S::block_on(S::join(handle));
    assert_eq!(end, Err(End::Cancelled), "the result of the handle");
    // One that has been polled before: a task waits, perhaps on another thread.
    let ((waker, calls), mut place) = (caller(), None);
    S::block_on(async {
        let join = place.insert(Box::pin(S::join(S::spawn_joined(pending::<()>()))));
        assert!(poll(join.as_mut(), &waker).is_pending(), "a handle is ready before its task");
    });
    let what = "calls of a handle's waker, when the handle's task was dropped with its runtime";
    assert_eq!(calls.calls(), 1, "{what}");
    let end = place.map(|mut join| poll(join.as_mut(), &waker));
    assert_eq!(end, Some(Poll::Ready(Err(End::Cancelled))), "the result of that handle then");
}

pub(super) fn the_loser_is_dropped<S: Handles>() {
    for wins_first in [true, false] {
        let ((held, winner_dropped), (loser, loser_dropped)) = (guard(), waits_for_ever());
        let winner: Job = Box::pin(poll_fn(move |_| {
            let _is_held = &held;
            Poll::Ready(())
        }));
        let (first, second) = if wins_first {
            (winner, Box::pin(loser) as Job)
        } else {
            (Box::pin(loser) as Job, winner)
        };
        let both = || (winner_dropped.get(), loser_dropped.get());
        let in_the_arm =
            || assert_eq!(both(), (true, true), "are winner and loser dropped when the arm runs?");
        let first_won = S::block_on(S::first_wins(first, second, in_the_arm));
        assert_eq!(first_won, wins_first, "the first has won");
    }
}
/// How often another task is polled while one takes `steps` steps without ever having to wait.
pub fn polls_beside_a_greedy_task<S: Tasks>(steps: usize) -> usize {
    let (polls, seen) = (Rc::new(Cell::new(0)), Rc::new(Cell::new(None)));
    let (counted, other, told) = (Rc::clone(&polls), Rc::clone(&polls), Rc::clone(&seen));
    S::block_on(async move {
        S::spawn(async move {
            for _ in 0..steps {
                ready(()).await;
            }
            told.set(Some(counted.get()));
        });
        S::spawn(async move {
            for _ in 0..steps {
                other.set(other.get() + 1);
                yield_now().await;
            }
        });
        give_way(3).await;
    });
    seen.get().expect("the greedy task has ended")
}
