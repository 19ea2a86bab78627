//! What the answer of `budget` must do.

use std::future::{pending, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::task::{Context, Poll, Waker, ready};
use std::time::{Duration, Instant};

use kettle_judge::count::{Log, Polls, waker};
use kettle_judge::{Check, check, expect, no_panic};

use super::budget::{has_remaining, poll_proceed, remaining, set_remaining, with_unconstrained};
use super::schedule::Schedule;
use crate::event::{Outcome, Point};
use crate::{Config, Id, Runtime, Timer, clock, poll_task, spawn};

pub const CHECKS: &[Check] = &[
    check!(a_share_of_128 => "each poll of a task has 128 operations, and the next poll has 128 again"),
    check!(only_progress_costs => "asking without making progress costs nothing"),
    check!(two_asked_for_the_last => "when two operations ask for the last unit, only one unit is spent"),
    check!(a_seed_may_end_it => "if a seed decides, the budget may end at any operation"),
    check!(the_rest_comes_later => "a task that has spent its budget is woken once, after the others had their turn"),
    check!(timers_get_their_turn => "a task that is always ready delays a timer by two polls at most"),
    check!(a_poll_inside_a_poll => "a poll inside a poll has a budget of its own, and doesn't spend the outer one's"),
    check!(off_the_executor => "outside the poll of a task there is no limit, and no operation sets one"),
    check!(unconstrained => "`with_unconstrained` has no limit, changes nothing else, and restores what was left"),
];

/// More than any budget; a loop that may not end stops here.
const MANY: usize = 100_000;

fn run<F: Future>(future: F) -> F::Output {
    let config = Config { start_paused: true, ..Config::default() };
    Runtime::with(config).expect("a runtime").block_on(future)
}

/// An operation that is always ready, like a `recv` from a channel that never runs dry.
fn take(cx: &mut Context<'_>) -> Poll<()> {
    ready!(poll_proceed(cx)).made_progress();
    Poll::Ready(())
}

/// As many operations as there are, up to `MANY`.
fn take_all(cx: &mut Context<'_>) -> usize {
    (0..MANY).take_while(|_| take(cx).is_ready()).count()
}

async fn take_times(times: usize) {
    for _ in 0..times {
        poll_fn(take).await;
    }
}

fn a_share_of_128() {
    async fn shares() -> Vec<usize> {
        let mut shares = Vec::new();
        let three_polls = poll_fn(|cx| {
            shares.push(take_all(cx));
            if shares.len() < 3 { Poll::Pending } else { Poll::Ready(()) }
        });
        three_polls.await;
        shares
    }
    assert_eq!(run(shares()), [128; 3], "operations in each poll of `block_on`'s own future");
    let of_a_task = run(async { spawn(shares()).await.expect("it ends") });
    assert_eq!(of_a_task, [128; 3], "operations in each poll of a task");
}

fn only_progress_costs() {
    run(poll_fn(|cx| {
        for asked in 0..1_000 {
            let gets_one = has_remaining() && poll_proceed(cx).is_ready();
            let before = "permits that were dropped without progress";
            expect(
                gets_one,
                &format!("an operation after {asked} {before}"),
                "no permit",
                "one more",
            );
        }
        assert_eq!(take_all(cx), 128, "operations after a thousand that made no progress");
        Poll::Ready(())
    }));
}

fn two_asked_for_the_last() {
    run(poll_fn(|cx| {
        assert!((0..127).all(|_| take(cx).is_ready()), "one of 127 operations waits");
        // As a `select!` whose branches have asked, and both have something. The second gets a
        // permit, too, if one pays for what one has done. It gets none if one pays when one asks.
        let permits = [poll_proceed(cx), poll_proceed(cx)];
        let first = permits[0].is_ready();
        expect(first, "the first of two operations that ask for the last unit", "no permit", "one");
        for permit in permits {
            if let Poll::Ready(permit) = permit {
                no_panic("`made_progress`, when two have asked for the last unit", || {
                    permit.made_progress();
                });
            }
        }
        let left = take_all(cx);
        assert_eq!(left, 0, "operations left after 127, if two have asked for the last unit");
        Poll::Ready(())
    }));
}

/// Ends the budget at the operation of this number, from 1, and at all that follow.
struct Ends {
    at: usize,
    asked: Arc<AtomicUsize>,
}

impl Schedule for Ends {
    fn choose(&mut self, point: Point, among: usize) -> usize {
        let is_budget = point == Point::Budget;
        assert!(!is_budget || among == 2, "a seed chooses among {among}: the budget ends, or not");
        usize::from(is_budget && self.asked.fetch_add(1, SeqCst) + 1 >= self.at)
    }
}

fn a_seed_may_end_it() {
    for at in [1, 5, 128] {
        let schedule = Box::new(Ends { at, asked: Arc::default() });
        let config = Config { start_paused: true, schedule: Some(schedule), ..Config::default() };
        let taken = Runtime::with(config).expect("a runtime").block_on(poll_fn(|cx| {
            let taken = take_all(cx);
            assert!(!has_remaining(), "the budget has ended, and `has_remaining` says yes");
            Poll::Ready(taken)
        }));
        assert_eq!(taken, at, "operations of a poll, where `choose` says 1 at operation {at}");
    }
}

fn the_rest_comes_later() {
    // 1,000 operations are 7 polls of 128 and one of the rest.
    let (future, polls) = Polls::new(take_times(1_000), 50);
    run(future);
    assert_eq!(
        polls.load(SeqCst),
        8,
        "polls for 1,000 operations: each has a budget of 128, and a task that has spent it is woken once, for the next poll"
    );
    // Two such tasks take turns.
    let log = Log::new();
    let greedy = |name: &'static str| {
        let log = log.clone();
        let mut future = Box::pin(take_times(300));
        poll_fn(move |cx| {
            log.add(name);
            future.as_mut().poll(cx)
        })
    };
    run(async {
        let both = (spawn(greedy("kettle")), spawn(greedy("cup")));
        let ended = (both.0.await.is_ok(), both.1.await.is_ok());
        assert_eq!(ended, (true, true), "have two tasks ended that wait only for their budget?");
    });
    let turns = ["kettle", "cup", "kettle", "cup", "kettle", "cup"];
    assert_eq!(
        log.lines(),
        turns,
        "the polls of two tasks with 300 operations each: a task that has spent its budget goes behind the other, and its next poll has a full budget"
    );
}

fn timers_get_their_turn() {
    // A machine that is busy with other things may pass the deadline before the greedy task is
    // polled at all. That says nothing.
    let at_the_timer = (0..20).map(|_| operations_until_a_timer()).find(|taken| *taken > 0);
    let at_the_timer = at_the_timer.expect("of 20 timers, one is waited for");
    // The first poll of 128, in which the time passes; the loop sees the timer; one more poll of
    // 128, for the greedy task is in the run queue already.
    expect(
        at_the_timer <= 260,
        "operations of a task that never waits, until it sees a timer that was due after the tenth",
        at_the_timer,
        "two polls of 128",
    );
}

/// By the machine's clock, because time has to pass inside a poll.
fn operations_until_a_timer() -> usize {
    let taken = Arc::new(AtomicUsize::new(0));
    let count = taken.clone();
    Runtime::with(Config::default()).expect("a runtime").block_on(async move {
        let deadline = clock::now() + Duration::from_millis(10);
        // It never waits. At its tenth operation the deadline passes, and the tick that it is in.
        spawn(async move {
            while count.fetch_add(1, SeqCst) < MANY {
                poll_fn(take).await;
                if count.load(SeqCst) == 10 {
                    while Instant::now() < deadline + Duration::from_millis(2) {}
                }
            }
            pending::<()>().await;
        });
        let mut timer = Timer::new(deadline);
        poll_fn(|cx| timer.poll(cx)).await;
        taken.load(SeqCst)
    })
}

fn a_poll_inside_a_poll() {
    run(poll_fn(|cx| {
        assert!((0..100).all(|_| take(cx).is_ready()), "one of 100 operations waits");
        let (waker, _) = waker();
        // As a local set polls its tasks.
        let mut inner = 0;
        let takes = |cx: &mut Context<'_>| {
            inner = take_all(cx);
            Outcome::Pending
        };
        poll_task(Id::next(), None, &waker, &mut Default::default(), None, takes);
        assert_eq!(inner, 128, "operations of the inner poll");
        assert_eq!(take_all(cx), 28, "operations left to the outer poll, after 100 of its own");
        Poll::Ready(())
    }));
}

/// Is each of more operations ready than a budget has?
fn no_limit() -> bool {
    let mut cx = Context::from_waker(Waker::noop());
    (0..1_000).all(|_| take(&mut cx).is_ready())
}

fn off_the_executor() {
    assert!(no_limit(), "an operation waits, on a thread without a runtime");
    run(take_times(100));
    assert!(no_limit(), "an operation waits, when `block_on` has come back");
    assert_eq!(remaining(), None, "units left (`None`: no limit), after all these operations");
}

fn unconstrained() {
    run(poll_fn(|_| {
        for left in [128, 28, 1, 0] {
            set_remaining(left);
            let inside = || no_limit() && with_unconstrained(no_limit) && no_limit();
            assert!(with_unconstrained(inside), "an operation waits in `with_unconstrained`");
            assert_eq!(remaining(), Some(left), "what is left when {left} were left before");
            assert_eq!(has_remaining(), left > 0, "`has_remaining`, with {left} left");
            let panics = || with_unconstrained(|| panic!("a part of the check"));
            assert!(catch_unwind(AssertUnwindSafe(panics)).is_err(), "the panic is lost");
            assert_eq!(remaining(), Some(left), "what is left after a panic in it, of {left}");
        }
        Poll::Ready(())
    }));
}
