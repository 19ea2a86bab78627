//! What the answer of `yield-now` must do.

use std::sync::atomic::Ordering;
use std::task::Poll;

use kettle_judge::count::{Log, Polls, poll_unpin, waker};
use kettle_judge::runtime::run;
use kettle_judge::{Check, check};

use super::answer::yield_now;

pub const CHECKS: &[Check] = &[
    check!(pending_then_ready => "the first poll gives `Pending`, the second gives `Ready`"),
    check!(one_wake => "the first poll calls the waker, once; the second doesn't, and none is kept"),
    check!(goes_on => "a task that yields comes to its end: each yield takes exactly two polls"),
    check!(others_between => "when a task yields, the other tasks run before it goes on"),
];

// No runtime in the first two: the check itself polls, with wakers that only count their calls.
fn pending_then_ready() {
    let mut yielding = Box::pin(yield_now());
    let polls = [(); 2].map(|()| poll_unpin(&mut yielding, &waker().0));
    assert_eq!(
        polls,
        [Poll::Pending, Poll::Ready(())],
        "two polls, with a waker each. (If the first were `Ready`, the caller would go on at once. \
         By the second poll the other tasks have had their turn.)"
    );
}

fn one_wake() {
    let (waker, calls) = waker();
    let mut yielding = Box::pin(yield_now());
    let _ = poll_unpin(&mut yielding, &waker);
    assert_eq!(
        calls.count(),
        1,
        "calls of the waker by the first poll. (Without a call it would never be polled again, \
         because the runtime doesn't ask a second time by itself.)"
    );
    assert_eq!(calls.held(), 0, "clones of the waker that are kept between the two polls");
    let _ = poll_unpin(&mut yielding, &waker);
    assert_eq!(
        calls.count(),
        1,
        "calls of the waker by both polls together. (A call in the second would make the runtime \
         poll the task once more for nothing.)"
    );
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
