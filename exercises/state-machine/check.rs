//! What the answer of `state-machine` must do.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use kettle::time::{Instant, sleep};
use kettle_judge::count::{Log, LogDrop, poll, waker};
use kettle_judge::runtime::run;
use kettle_judge::{Check, check, expect};

use super::answer::make_tea;

pub const CHECKS: &[Check] = &[
    check!(only_when_polled => "making it calls nothing"),
    check!(as_far_as_it_can => "a poll goes on until it meets a future that isn't ready"),
    check!(gone_at_once => "a future is dropped when it is ready, before the next line runs"),
    check!(dropped_half_way => "when it is dropped, polled or not, it drops the same things as rustc's, in the same order"),
    check!(not_again => "polled after it was ready, it panics"),
    check!(one_place_for_both => "the two futures never exist at the same time, so they share their memory"),
    check!(the_waker_goes_down => "both futures are polled with the task's waker"),
];

const MINUTE: Duration = Duration::from_mins(1);

/// The same function, left to rustc.
async fn by_rustc<B: Future, S: Future, C>(
    boil: impl FnOnce() -> B,
    steep: impl FnOnce(B::Output) -> S,
    cup: C,
) -> (C, S::Output) {
    let water = boil().await;
    let tea = steep(water).await;
    (cup, tea)
}

fn only_when_polled() {
    let kitchen = Kitchen::new(1, 1);
    let _tea = make_tea(kitchen.boil(), kitchen.steep(), kitchen.cup());
    let lines = kitchen.log.lines();
    assert!(lines.is_empty(), "it was made and not polled, and yet: {lines:?}");
}

fn as_far_as_it_can() {
    for (boils_in, steeps_in) in [(1, 1), (1, 3), (3, 1), (2, 2)] {
        let kitchen = Kitchen::new(boils_in, steeps_in);
        let (waker, calls) = waker();
        let mut tea = Box::pin(make_tea(kitchen.boil(), kitchen.steep(), kitchen.cup()));
        let last = boils_in + steeps_in - 1;
        for number in 1..=last {
            let polled = poll(tea.as_mut(), &waker);
            assert_eq!(
                polled.is_ready(),
                number == last,
                "is it ready in poll {number}? The kettle is ready in its poll {boils_in}, and the \
                 pot in its poll {steeps_in}."
            );
            if let Poll::Ready((_cup, tea)) = polled {
                assert_eq!(tea, "tea", "the output, beside the cup");
            }
        }
        assert_eq!(calls.count(), 0, "calls of the waker: the two futures call it, not this one");
    }
}

fn gone_at_once() {
    beside_rustcs(|how, [(ours, _), (theirs, _)]| {
        assert_eq!(ours, theirs, "all that happens {how} (expected: what happens with rustc's)");
    });
}

fn dropped_half_way() {
    beside_rustcs(|how, [(_, ours), (_, theirs)]| {
        assert_eq!(ours, theirs, "what is dropped with a tea {how} (expected: what rustc's drops)");
    });
    let [ours, theirs] = [true, false].map(|by_hand| {
        let kitchen = Kitchen::new(1, 1);
        let (boil, steep, cup) = (kitchen.boil(), kitchen.steep(), kitchen.cup());
        let spills = move |_: &'static str| -> Step {
            let _leaves = steep;
            panic!("a part of the test")
        };
        let polls = || {
            if by_hand {
                poll(Box::pin(make_tea(boil, spills, cup)).as_mut(), &waker().0).is_ready()
            } else {
                poll(Box::pin(by_rustc(boil, spills, cup)).as_mut(), &waker().0).is_ready()
            }
        };
        assert!(catch_unwind(AssertUnwindSafe(polls)).is_err(), "a panic of `steep` is lost");
        kitchen.log.lines()
    });
    assert_eq!(
        ours, theirs,
        "all that happens if `steep` panics (expected: what happens with rustc's)"
    );
}

/// Polls both so often, and drops them. What happens before the drop, and in it?
fn beside_rustcs(look: impl Fn(&str, [(Vec<String>, Vec<String>); 2])) {
    for (boils_in, steeps_in) in [(2, 2), (1, 1), (1, 2), (2, 1), (3, 3)] {
        for polls in 0..boils_in + steeps_in {
            let (ours, theirs) =
                (Kitchen::new(boils_in, steeps_in), Kitchen::new(boils_in, steeps_in));
            let by_hand = make_tea(ours.boil(), ours.steep(), ours.cup());
            let by_rustc = by_rustc(theirs.boil(), theirs.steep(), theirs.cup());
            let how = format!(
                "in {polls} polls, if the kettle is ready in its poll {boils_in} and the pot in its poll {steeps_in}"
            );
            look(&how, [ours.polled(by_hand, polls), theirs.polled(by_rustc, polls)]);
        }
    }
}

fn not_again() {
    let kitchen = Kitchen::new(1, 1);
    let mut tea = Box::pin(make_tea(kitchen.boil(), kitchen.steep(), kitchen.cup()));
    let waker = waker().0;
    assert!(poll(tea.as_mut(), &waker).is_ready(), "both futures are ready, it is not");
    let again = catch_unwind(AssertUnwindSafe(|| poll(tea.as_mut(), &waker).is_ready()));
    let came = match again {
        Err(_) => return,
        Ok(true) => "Ready",
        Ok(false) => "Pending, and nothing will ever wake the task",
    };
    expect(false, "a poll after it was ready", came, "a panic");
}

fn one_place_for_both() {
    let large = || Large([0; 128]);
    let tea = make_tea(large, move |()| large(), ());
    let (size, most) = (size_of_val(&tea), size_of::<Large>() + 16);
    let what = "the size of a tea whose two futures have 1,024 bytes each, in bytes";
    expect(size <= most, what, size, &format!("at most {most}: one of them, and a tag"));
}

// The clock is paused. A future that was polled with another waker would hang here.
fn the_waker_goes_down() {
    run(async {
        let begin = Instant::now();
        let (boil, steep) = (|| Box::pin(sleep(MINUTE)), |()| Box::pin(sleep(3 * MINUTE)));
        let (cup, ()) = make_tea(boil, steep, "cup").await;
        assert_eq!(cup, "cup", "the cup comes back");
        assert_eq!(begin.elapsed(), 4 * MINUTE, "a minute to boil and three to steep");
    });
}

/// What a tea is made of. Each part tells the log what becomes of it.
struct Kitchen {
    log: Log,
    boils_in: usize,
    steeps_in: usize,
}

impl Kitchen {
    fn new(boils_in: usize, steeps_in: usize) -> Kitchen {
        Kitchen { log: Log::new(), boils_in, steeps_in }
    }

    fn boil(&self) -> impl FnOnce() -> Step + use<> {
        let (log, polls) = (self.log.clone(), self.boils_in);
        let matches = log.on_drop("the match is dropped");
        move || {
            log.add("`boil` is called");
            drop(matches);
            Step::new("water", polls, log.on_drop("the kettle is dropped"))
        }
    }

    fn steep(&self) -> impl FnOnce(&'static str) -> Step + use<> {
        let (log, polls) = (self.log.clone(), self.steeps_in);
        let leaves = log.on_drop("the leaves are dropped");
        move |water| {
            assert_eq!(water, "water", "what `steep` is called with");
            log.add("`steep` is called");
            drop(leaves);
            Step::new("tea", polls, log.on_drop("the pot is dropped"))
        }
    }

    fn cup(&self) -> LogDrop {
        self.log.on_drop("the cup is dropped")
    }

    /// What happens in so many polls of this future, and when it is dropped then.
    fn polled(&self, tea: impl Future, polls: usize) -> (Vec<String>, Vec<String>) {
        let mut tea = Box::pin(tea);
        for _ in 0..polls {
            let _ = poll(tea.as_mut(), &waker().0);
        }
        let before = self.log.lines();
        drop(tea);
        let dropped = self.log.lines().split_off(before.len());
        (before, dropped)
    }
}

/// Ready in poll number `left`, with what it gives.
struct Step {
    gives: &'static str,
    left: usize,
    _on_drop: LogDrop,
}

impl Step {
    fn new(gives: &'static str, ready_in: usize, on_drop: LogDrop) -> Step {
        Step { gives, left: ready_in, _on_drop: on_drop }
    }
}

impl Future for Step {
    type Output = &'static str;

    fn poll(mut self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<&'static str> {
        assert!(self.left > 0, "a future was polled again after it was ready");
        self.left -= 1;
        if self.left == 0 { Poll::Ready(self.gives) } else { Poll::Pending }
    }
}

/// A large future, ready at once.
struct Large([u64; 128]);

impl Future for Large {
    type Output = ();

    fn poll(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<()> {
        Poll::Ready(())
    }
}
