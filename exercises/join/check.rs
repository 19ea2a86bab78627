//! What the answer of `join` must do.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use std::time::Duration;

use kettle::time::{Instant, sleep};
use kettle_judge::count::{Log, LogDrop, Polls, poll, poll_unpin, waker};
use kettle_judge::proptest::collection::vec;
use kettle_judge::runtime::run;
use kettle_judge::{Check, check, property};

use super::answer::{join_all, join2};

pub const CHECKS: &[Check] = &[
    check!(both_outputs => "`join2` gives both outputs, whichever was ready first"),
    check!(at_once => "`join2` takes as long as the longer of the two, and sleeps until then"),
    check!(all_at_once => "`join_all` of a hundred futures takes as long as the longest"),
    check!(nothing_to_join => "`join_all` of no futures is ready at once"),
    check!(polled_until_ready => "each future is polled until it is ready, and never after that"),
    check!(each_polls_waker => "each poll passes its own waker on to each future, because the task may be a different one by then"),
    check!(gone_at_once => "a future is dropped when it is ready, not when the last one is"),
    check!(dropped_half_way => "dropped half way, it drops what it has and does nothing else"),
];

const MINUTE: Duration = Duration::from_mins(1);

fn both_outputs() {
    for (a, b) in (1..=4).flat_map(|a| (1..=4).map(move |b| (a, b))) {
        let mut both = Box::pin(join2(Step::new("a", a), Step::new("b", b)));
        for poll in 1..=a.max(b) {
            let expected = if poll < a.max(b) { Poll::Pending } else { Poll::Ready(("a", "b")) };
            assert_eq!(
                poll_unpin(&mut both, &waker().0),
                expected,
                "poll {poll}, where `a` is ready in poll {a} and `b` in poll {b}"
            );
        }
    }
}

// The clock is paused. One after the other would take three minutes of its time. (Two bare `sleep`s
// would not: a sleep counts from the moment when it is made. These here begin with their first
// poll.)
fn at_once() {
    for (a, b) in [(2, 1), (1, 2)] {
        run(async {
            let begin = Instant::now();
            let boil = |minutes| async move { sleep(MINUTE * minutes).await };
            let (both, _) = Polls::new(join2(boil(a), boil(b)), 10);
            both.await;
            assert_eq!(
                begin.elapsed(),
                2 * MINUTE,
                "how long both took, if `a` alone takes {a} min and `b` alone {b} min"
            );
        });
    }
}

const ALL: &str =
    "(Each poll has to poll every future that isn't ready: one that was never polled hasn't begun)";

fn all_at_once() {
    run(async {
        let begin = Instant::now();
        let sleepers = (0..100_u32).map(|number| async move {
            sleep(MINUTE * (100 - number)).await;
            number
        });
        let (all, _) = Polls::new(join_all(sleepers.collect()), 300);
        assert_eq!(all.await, (0..100).collect::<Vec<_>>(), "the outputs, in the futures' order");
        assert_eq!(begin.elapsed(), 100 * MINUTE, "as long as the longest of a hundred. {ALL}");
    });
}

fn nothing_to_join() {
    let mut all = Box::pin(join_all(Vec::<Step>::new()));
    let (waker, calls) = waker();
    let none = poll_unpin(&mut all, &waker);
    assert_eq!(none, Poll::Ready(vec![]), "the first poll of no futures at all");
    assert_eq!(calls.count(), 0, "calls of the waker");
}

// `ready_in[n]`: in which poll the n-th future is ready. `Step` panics if it is polled again.
fn polled_until_ready() {
    property(500, &vec(1..5_usize, 1..6), |ready_in| {
        let steps = ready_in.iter().map(|&poll| Step::new("tea", poll));
        let mut all = Box::pin(join_all(steps.collect()));
        let (waker, calls) = waker();
        let last = *ready_in.iter().max().expect("at least one");
        for poll in 1..=last {
            let result = poll_unpin(&mut all, &waker);
            assert_eq!(
                result.is_ready(),
                poll == last,
                "is it ready in poll {poll}? In the case, each number is the poll in which that \
                 future is ready, if it is polled each time."
            );
        }
        assert_eq!(calls.count(), 0, "calls of the waker: the branches call it, never `join`");
    });
}

fn each_polls_waker() {
    let given = Log::new();
    let part = |name| {
        let given = given.clone();
        poll_fn(move |cx| {
            given.add(format!("{name} is given {:?}", cx.waker().data()));
            Poll::<()>::Pending
        })
    };
    let polled = |mut joined: Pin<&mut dyn Future<Output = ()>>, what: &str, names: &[&str]| {
        // By one task, and then by another.
        for waker in [waker().0, waker().0] {
            let before = given.lines().len();
            let _ = poll(joined.as_mut(), &waker);
            let mut came = given.lines().split_off(before);
            came.sort();
            let right = names.iter().map(|name| format!("{name} is given {:?}", waker.data()));
            assert_eq!(came, right.collect::<Vec<_>>(), "the wakers in a poll of `{what}`");
        }
    };
    let both = join2(part("a"), part("b"));
    polled(
        pin!(async {
            let ((), ()) = both.await;
        }),
        "join2",
        &["a", "b"],
    );
    let names = ["a", "b", "c", "d", "e"];
    let all = join_all(names.map(part).into());
    polled(pin!(async { drop(all.await) }), "join_all", &names);
}

fn gone_at_once() {
    let log = Log::new();
    let quick = Step::new("quick", 1).telling(&log);
    let slow = Step::new("slow", 2).telling(&log);
    let mut both = Box::pin(join2(slow, quick));
    let waker = waker().0;
    let _ = poll_unpin(&mut both, &waker);
    assert_eq!(log.lines(), ["quick is dropped"], "after the poll in which `quick` was ready");
    let _ = poll_unpin(&mut both, &waker);
    assert_eq!(log.lines(), ["quick is dropped", "slow is dropped"], "after the last poll");

    let log = Log::new();
    let steps = [("slow", 3), ("quick", 1), ("next", 2)];
    let steps = steps.map(|(name, poll)| Step::new(name, poll).telling(&log));
    let mut all = Box::pin(join_all(steps.into()));
    for dropped in ["quick is dropped", "next is dropped", "slow is dropped"] {
        let _ = poll_unpin(&mut all, &waker);
        assert_eq!(log.lines().last().map(String::as_str), Some(dropped), "of three in `join_all`");
    }
}

fn dropped_half_way() {
    let log = Log::new();
    let part = |name, ready_in| {
        let (log, mut step) = (log.clone(), Step::new(name, ready_in).telling(&log));
        let mut output = Some(log.on_drop(format!("the output of {name} is dropped")));
        poll_fn(move |cx| {
            log.add(format!("{name} is polled"));
            Pin::new(&mut step).poll(cx).map(|_| output.take())
        })
    };
    let mut all = Box::pin(join_all(vec![part("a", 1), part("b", 9)]));
    let _ = poll_unpin(&mut all, &waker().0);
    let before = log.lines().len();
    drop(all);
    // In whatever order.
    let mut came = log.lines().split_off(before);
    came.sort();
    let right = ["b is dropped", "the output of a is dropped", "the output of b is dropped"];
    assert_eq!(came, right, "what happens when it is dropped half way, after `a` was ready");
}

/// Ready in poll number `left`, with its name.
struct Step {
    name: &'static str,
    left: usize,
    _on_drop: Option<LogDrop>,
}

impl Step {
    fn new(name: &'static str, ready_in: usize) -> Step {
        Step { name, left: ready_in, _on_drop: None }
    }

    fn telling(self, log: &Log) -> Step {
        let on_drop = log.on_drop(format!("{} is dropped", self.name));
        Step { _on_drop: Some(on_drop), ..self }
    }
}

impl Future for Step {
    type Output = &'static str;

    fn poll(mut self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<&'static str> {
        assert!(self.left > 0, "a future was polled again after it was ready");
        self.left -= 1;
        if self.left == 0 { Poll::Ready(self.name) } else { Poll::Pending }
    }
}
