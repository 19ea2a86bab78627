//! What the answer of `yield-now` must do.

use std::sync::atomic::Ordering;
use std::task::{Poll, Waker};
use std::thread;

use kettle_judge::count::{Log, Polls, poll_unpin, waker};
use kettle_judge::runtime::run;
use kettle_judge::{Check, check};

use super::answer::yield_now;

pub const CHECKS: &[Check] = &[
    check!(pending_then_ready => "the first poll gives `Pending`, the second gives `Ready`"),
    check!(one_wake => "the first poll calls the waker, once; the second and a drop don't, and none is kept"),
    check!(goes_on => "a task that yields comes to its end: each yield takes exactly two polls"),
    check!(others_between => "when a task yields, the other tasks run before it goes on"),
];

// No runtime here: the check itself polls, with wakers that only count their calls. The second poll is another thread's.
fn pending_then_ready() {
    let by_none = poll_unpin(&mut Box::pin(yield_now()), Waker::noop());
    assert_eq!(by_none, Poll::Pending, "a first poll with a waker that does nothing");
    for by in [0, 1] {
        assert_eq!(
            polled_by(by).0,
            [Poll::Pending, Poll::Ready(())],
            "two polls, the second by task {by}, the first by task 0. (The caller goes on at once if the first is `Ready`. By the \
             second the others have had their turn)"
        );
    }
}

/// What two polls give, the first by task 0; the wakers of task 0 that are kept between them; the calls of both tasks' wakers.
fn polled_by(second: usize) -> ([Poll<()>; 2], usize, [usize; 2]) {
    let tasks = [waker(), waker()];
    let mut yielding = Box::pin(yield_now());
    let first = poll_unpin(&mut yielding, &tasks[0].0);
    let held = tasks[0].1.held();
    let there = || poll_unpin(&mut yielding, &tasks[second].0);
    let second = thread::scope(|scope| scope.spawn(there).join()).expect("no panic");
    ([first, second], held, tasks.map(|(_, calls)| calls.count()))
}

fn one_wake() {
    let (waker, calls) = waker();
    for is_polled_again in [false, true] {
        let before = calls.count();
        let mut yielding = Box::pin(yield_now());
        let _ = poll_unpin(&mut yielding, &waker);
        assert_eq!(
            calls.count() - before,
            1,
            "calls of the waker by the first poll. (Without any, it would never be polled again: the \
             runtime doesn't ask a second time by itself.)"
        );
        let what = if is_polled_again {
            let _ = poll_unpin(&mut yielding, &waker);
            "both polls together"
        } else {
            "the first poll, and the drop after it"
        };
        drop(yielding);
        assert_eq!(
            (calls.count() - before, calls.held()),
            (1, 0),
            "calls of the waker by {what}, and clones of it that are left. (A call in the second would make the \
             runtime poll the task once more for nothing.)"
        );
    }
    for by in [0, 1] {
        let (_, held, calls) = polled_by(by);
        assert_eq!(held, 0, "clones of the waker that are kept between the two polls");
        assert_eq!(calls, [1, 0], "calls of two tasks' wakers, the second poll by {by}");
    }
}

// From here on kettle polls: a task that is not woken is never polled again, and the check hangs.
fn goes_on() {
    run(async {
        for _ in 0..10 {
            let (yielding, polls) = Polls::new(yield_now(), 50);
            yielding.await;
            assert_eq!(polls.load(Ordering::SeqCst), 2, "polls of one `yield_now()`");
        }
    });
}

fn others_between() {
    let log = Log::new();
    run(async {
        let [tea, coffee] = ["tea", "coffee"].map(|drink| {
            let log = log.clone();
            kettle::spawn(async move {
                for step in 1..=3 {
                    log.add(format!("{drink} {step}"));
                    Polls::new(yield_now(), 50).0.await;
                }
            })
        });
        tea.await.expect("the task that makes tea");
        coffee.await.expect("the task that makes coffee");
    });
    let in_turn = ["tea 1", "coffee 1", "tea 2", "coffee 2", "tea 3", "coffee 3"];
    assert_eq!(log.lines(), in_turn, "the steps of two tasks that yield after each step");
}
