//! Step 7: a task's end reaches its handle.

use std::cell::{Cell, RefCell};
use std::future::{pending, poll_fn, ready};
use std::panic::panic_any;
use std::rc::Rc;
use std::task::{Poll, Waker};
use std::thread;

use super::ends::*;
use super::kit::*;
use super::step3::*;

pub fn step7<S: Handles>() -> Vec<Property> {
    properties![
        a_panic_ends_one_task "a panic ends its own task, and the handle has what the panic carries"
        an_aborted_task "an aborted task is dropped when its turn comes, before its handle knows"
        aborted_before_its_turn "a task that is aborted before its first turn is never polled"
        the_newest_asks "a handle wakes the task that polled it last"
        a_dropped_handle "a task goes on when its handle is dropped, at whatever moment"
        aborted_by_itself "a task may abort itself; one that has ended stays ended"
        aborted_by_a_thread "another thread may abort a task and wait for its end"
        aborted_while_it_sleeps "another thread may abort a task while the runtime's thread sleeps, and inside a runtime of its own"
        aborted_at_any_moment "an abort between any two steps of the runtime is not lost, nor if the runtime goes on between two of the abort"
        joined_at_any_moment "a task that ends while another thread polls its handle wakes that one, or the handle is ready"
        a_handle_outlives "a handle that outlives its runtime says that the task was cancelled"
        the_loser_is_dropped "`select!` drops both, the winner and the loser, before it goes on"
    ]
}

pub(super) fn a_panic_ends_one_task<S: Handles>() {
    let mut ends = None;
    let reached = panics_in(|| {
        ends = Some(S::block_on(async {
            let other = S::spawn_joined(async {
                yield_now().await;
                7
            });
            let panics: [fn(); 4] = [
                || panic!("a text"),
                || panic_any("a string".to_owned()),
                || panic_any(7),
                || panic_any(Box::new(7)),
            ];
            let panicking = (0..).zip(panics).map(|(polls, panics)| {
                S::spawn_joined(async move {
                    give_way(polls).await;
                    panics();
                })
            });
            let mut ends = Vec::new();
            for panicking in panicking {
                ends.push(S::join(panicking).await);
            }
            (ends, S::join(other).await)
        }));
    });
    assert_eq!(reached, None, "the panic of a task that reaches `block_on`");
    let carried =
        ["the text \"a text\"", "the string \"a string\"", "the number 7", "something else"];
    let carried = carried.map(|what| Err::<(), End>(End::Panic(what.to_owned())));
    let expected = (carried.into(), Ok(7));
    assert_eq!(
        ends,
        Some(expected),
        "what the handles of five tasks say, of which the first four panic"
    );
}

pub(super) fn an_aborted_task<S: Handles>() {
    let (future, dropped) = waits_for_ever();
    S::block_on(async {
        let handle = S::spawn_joined(future);
        yield_now().await;
        S::abort(&handle);
        assert!(!dropped.get(), "`abort` has dropped the future itself");
        assert_eq!(S::join(handle).await, Err(End::Cancelled), "what its handle says");
        assert!(dropped.get(), "its handle is ready, and its future not yet dropped");
    });
}

pub(super) fn aborted_before_its_turn<S: Handles>() {
    let polls = Rc::new(Cell::new(0));
    let counted = Rc::clone(&polls);
    S::block_on(async {
        let handle = S::spawn_joined(async move { counted.set(counted.get() + 1) });
        S::abort(&handle);
        assert_eq!(S::join(handle).await, Err(End::Cancelled), "what its handle says");
        assert_eq!(Rc::strong_count(&polls), 1, "owners of what the aborted task owned");
    });
    assert_eq!(polls.get(), 0, "polls of a task that was aborted right after `spawn`");
    // The one that is polled before it, in the turn of its second poll, aborts it.
    S::block_on(async {
        let place = Rc::new(RefCell::new(None::<S::Handle<()>>));
        let own = Rc::new(RefCell::new(None::<Waker>));
        let (aborts, wakes) = (Rc::clone(&place), Rc::clone(&own));
        let (counted, mut turn) = (Rc::clone(&polls), 0);
        S::spawn(poll_fn(move |cx| {
            turn += 1;
            if turn == 4 {
                aborts.borrow().iter().for_each(S::abort);
                return Poll::Ready(());
            }
            cx.waker().wake_by_ref(); // before the other: so it comes before that one in the next turn, too
            wakes.borrow().iter().filter(|_| turn == 3).for_each(Waker::wake_by_ref);
            Poll::Pending
        }));
        *place.borrow_mut() = Some(S::spawn_joined(poll_fn(move |cx| {
            counted.set(counted.get() + 1);
            own.replace(Some(cx.waker().clone()));
            Poll::Pending
        })));
        give_way(6).await;
    });
    let came = polls.get();
    assert!(
        came <= 1,
        "polls of a task. In the turn of its second, the task that is polled before it aborts it\n  came:     {came}\n  \
         expected: 1. (The mark is looked at right before the task's own poll, not where a turn begins.)"
    );
}

pub(super) fn the_newest_asks<S: Handles>() {
    let (first, _) = caller();
    S::block_on(async {
        let mut join = Box::pin(S::join(S::spawn_joined(yield_now())));
        assert!(poll(join.as_mut(), &first).is_pending(), "a handle is ready before its task");
        assert_eq!(join.await, Ok(()), "what it says to a task that polls it later");
    });
}

pub(super) fn a_dropped_handle<S: Handles>() {
    const POLLS: usize = 4;
    S::block_on(async {
        for polls_before in 0..POLLS {
            let ended = Rc::new(Cell::new(false));
            let tell = Rc::clone(&ended);
            let handle = S::spawn_joined(async move {
                for _ in 1..POLLS {
                    yield_now().await;
                }
                tell.set(true);
            });
            give_way(polls_before).await;
            let drops = move || drop(handle);
            if polls_before % 2 > 0 {
                thread::spawn(drops).join().unwrap();
            } else {
                drops();
            }
            give_way(POLLS).await;
            assert!(
                ended.get(),
                "has a task ended, whose handle was dropped after {polls_before} of {POLLS} polls?\n  came:     no\n  expected: yes: the \
                 runtime owns the task, and its handle only what comes of it"
            );
        }
    });
}

pub(super) fn aborted_by_itself<S: Handles>() {
    S::block_on(async {
        let place = Rc::new(RefCell::new(None::<S::Handle<()>>));
        let own = Rc::clone(&place);
        let polls = Rc::new(Cell::new(0));
        let counted = Rc::clone(&polls);
        *place.borrow_mut() = Some(S::spawn_joined(poll_fn(move |_| {
            counted.set(counted.get() + 1);
            S::abort(own.borrow().as_ref().unwrap());
            Poll::Pending
        })));
        yield_now().await;
        yield_now().await;
        assert_eq!(polls.get(), 1, "polls of a task that aborts itself in its first");
        assert_eq!(Rc::strong_count(&place), 1, "owners of what the aborted task owned");
        let aborted = place.take().unwrap();
        assert_eq!(S::join(aborted).await, Err(End::Cancelled), "what its handle says");

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
            assert_eq!(end.join().unwrap(), Err(End::Cancelled), "what the handle says there");
        }
    });
}

pub(super) fn a_handle_outlives<S: Handles>() {
    let place = RefCell::new(None);
    S::block_on(async { *place.borrow_mut() = Some(S::spawn_joined(pending::<()>())) });
    let handle = place.take().unwrap();
    let end = S::block_on(S::join(handle));
    assert_eq!(end, Err(End::Cancelled), "what the handle says");
    // One that has been polled before: a task waits, perhaps on another thread.
    let ((waker, calls), mut place) = (caller(), None);
    S::block_on(async {
        let join = place.insert(Box::pin(S::join(S::spawn_joined(pending::<()>()))));
        assert!(poll(join.as_mut(), &waker).is_pending(), "a handle is ready before its task");
    });
    let woken = !calls.0.lock().unwrap().is_empty();
    assert!(
        woken,
        "a handle was polled, and then its runtime ended: was the handle's waker called?\n  came:     no\n  expected: yes: the \
         task was dropped, and what waits for its end would wait for ever"
    );
    let end = place.map(|mut join| poll(join.as_mut(), &waker));
    assert_eq!(end, Some(Poll::Ready(Err(End::Cancelled))), "what that handle says then");
}

pub(super) fn the_loser_is_dropped<S: Handles>() {
    let (loser, dropped) = waits_for_ever();
    S::block_on(async {
        let is_dropped =
            || assert!(dropped.get(), "the winner's arm runs, and the loser is still there");
        let first = S::first_wins(Box::pin(loser), Box::pin(yield_now()), is_dropped).await;
        assert!(!first, "the future that waits for ever has won");
        for wins_first in [true, false] {
            let ((held, dropped), (loser, _)) = (guard(), waits_for_ever());
            let winner: Job = Box::pin(poll_fn(move |_| {
                let _is_held = &held;
                Poll::Ready(())
            }));
            let is_dropped =
                || assert!(dropped.get(), "the winner's arm runs, and its future is still there");
            let (first, second) = if wins_first {
                (winner, Box::pin(loser) as Job)
            } else {
                (Box::pin(loser) as Job, winner)
            };
            assert_eq!(
                S::first_wins(first, second, is_dropped).await,
                wins_first,
                "the first has won"
            );
        }
        // Both are ready in the same poll, of the task that it is in.
        for waits in 0..4 {
            let both = Rc::new(Cell::new(0));
            let [first, second] = [false, true].map(|is_second| -> Job {
                let polls = Rc::clone(&both);
                Box::pin(poll_fn(move |cx| {
                    cx.waker().wake_by_ref();
                    let early = polls.get() < waits;
                    assert!(early || !is_second, "the first is ready, and the second is polled");
                    if early { Poll::Pending } else { Poll::Ready(()) }
                }))
            });
            let mut race = Box::pin(S::first_wins(first, second, || ()));
            let first = poll_fn(|cx| {
                let polled = race.as_mut().poll(cx);
                both.set(both.get() + 1);
                polled
            });
            assert!(first.await, "both are ready in poll {}, and the second has won", waits + 1);
        }
    });
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
