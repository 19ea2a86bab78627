//! `join!`, `try_join!` and `pin!`: who is polled when, what is kept, what is dropped.

use std::cell::Cell;
use std::convert::Infallible;
use std::future::{Ready, pending, poll_fn, ready};
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use super::Soon;
use crate::common::{Dropped, Log, Polled, block_on, poll, poll_once};
use crate::help::polled_with_two_wakers;
use kettle::{join, pin, try_join};

#[test]
fn outputs_come_in_the_order_of_the_branches() {
    block_on(async {
        assert_eq!(join!(ready(1)), (1,));
        assert_eq!(join!(ready(1), async { "two" }, ready('3'),), (1, "two", '3'));
        assert_eq!(join!(biased; ready(1), ready(2)), (1, 2));
        assert_eq!(join!(biased; ready(1), ready(2),), (1, 2));
    });
}

#[test]
fn nothing_to_join() {
    block_on(async {
        let () = join!();
        let () = join!(biased;);
        assert_eq!(try_join!() as Result<(), Infallible>, Ok(()));
        assert_eq!(try_join!(biased;) as Result<(), Infallible>, Ok(()));
    });
}

#[test]
fn each_poll_begins_one_branch_further_on() {
    let log = Log::new();
    let mut all = Box::pin(async {
        join!(Polled::pending(&log, "0"), Polled::pending(&log, "1"), Polled::pending(&log, "2"),)
    });
    for order in [["0", "1", "2"], ["1", "2", "0"], ["2", "0", "1"], ["0", "1", "2"]] {
        assert!(poll(&mut all).is_pending());
        assert_eq!(log.take(), order);
    }
}

#[test]
fn biased_begins_with_the_first_branch_at_each_poll() {
    let log = Log::new();
    let mut all =
        Box::pin(async { join!(biased; Polled::pending(&log, "0"), Polled::pending(&log, "1")) });
    for _ in 0..3 {
        assert!(poll(&mut all).is_pending());
        assert_eq!(log.take(), ["0", "1"]);
    }
}

#[test]
fn a_finished_branch_is_never_polled_again_and_one_wake_polls_all_others() {
    // `Polled` panics when it is polled after it was ready.
    let log = Log::new();
    block_on(async {
        join!(
            biased;
            Polled::ready_at(&log, "a", 1),
            Polled::ready_at(&log, "b", 3),
            Polled::ready_at(&log, "c", 2),
        )
    });
    assert_eq!(log.take(), ["a", "b", "c", "b", "c", "b"]);
}

#[test]
fn a_finished_future_is_dropped_at_once_its_output_kept() {
    let log = Log::new();
    let all = async {
        join!(
            biased;
            async {
                let _held = log.guard("future");
                ready(()).await;
                log.guard("output")
            },
            pending::<()>(),
        )
    };
    let mut all = Box::pin(all);
    assert!(poll(&mut all).is_pending());
    assert_eq!(log.take(), ["future"]);
    drop(all);
    assert_eq!(log.take(), ["output"]);
}

#[test]
fn cancelling_drops_the_branches_first_to_last() {
    let log = Log::new();
    poll_once(async {
        join!(
            Dropped::pending(&log, "first"),
            Dropped::pending(&log, "second"),
            Dropped::pending(&log, "third"),
        )
    });
    assert_eq!(log.take(), ["first", "second", "third"]);
    poll_once(async {
        let branch = async |name| -> Result<(), ()> {
            Dropped::pending(&log, name).await;
            Ok(())
        };
        try_join!(branch("first"), branch("second"))
    });
    assert_eq!(log.take(), ["first", "second"]);
}

#[test]
fn every_poll_passes_on_the_newest_waker() {
    let slot = Cell::new(None);
    let (_all, wakes) = polled_with_two_wakers(async {
        join!(
            poll_fn(|cx| {
                slot.set(Some(cx.waker().clone()));
                Poll::<()>::Pending
            }),
            ready(1),
        )
    });
    slot.take().unwrap().wake();
    assert_eq!(wakes.map(|wakes| wakes.count()), [0, 1]);
}

#[test]
fn expressions_are_evaluated_in_order_and_may_await_and_fail() {
    async fn run(fail: bool) -> Result<(i32, i32), &'static str> {
        let future = || if fail { Err("no future") } else { Ok(ready(1)) };
        Ok(join!(future()?, ready(ready(2).await)))
    }
    assert_eq!(block_on(run(false)), Ok((1, 2)));
    assert_eq!(block_on(run(true)), Err("no future"));
}

#[test]
fn branches_borrow_from_the_function() {
    let text = String::from("tea");
    let mut count = 0;
    block_on(async {
        let (a, ()) = join!(async { text.len() }, async { count += 1 });
        count += a;
    });
    assert_eq!(count, 4);
}

#[test]
fn into_future_is_enough() {
    assert_eq!(block_on(async { join!(Soon(1), Soon(2)) }), (1, 2));
}

#[test]
fn a_future_can_be_lent() {
    let log = Log::new();
    block_on(async {
        let work = Polled::ready_at(&log, "work", 2);
        pin!(work);
        join!(&mut work, ready(()));
    });
    assert_eq!(log.take(), ["work", "work"]);
}

#[test]
fn try_join_gives_all_values_or_the_first_error() {
    block_on(async {
        assert_eq!(try_join!(async { Ok::<_, ()>(1) }, async { Ok("two") }), Ok((1, "two")));
        assert_eq!(try_join!(biased; async { Ok::<_, ()>(1) }), Ok((1,)));
        let error: Result<((), (), ()), _> =
            try_join!(async { Ok(()) }, async { Err("second") }, async { Err("third") });
        assert_eq!(error, Err("second"));
    });
}

#[test]
fn the_first_error_in_time_counts_not_the_first_in_the_list() {
    let log = Log::new();
    let error = block_on(async {
        try_join!(
            biased;
            async {
                Polled::ready_at(&log, "slow", 3).await;
                Err::<(), _>("slow")
            },
            async {
                Polled::ready_at(&log, "fast", 2).await;
                Err::<(), _>("fast")
            },
        )
    });
    assert_eq!(error, Err("fast"));
    assert_eq!(log.take(), ["slow", "fast", "slow", "fast"]);
}

#[test]
fn after_an_error_nothing_is_polled_and_everything_dropped() {
    let log = Log::new();
    let result: Result<((), (), ()), _> = block_on(async {
        let result = try_join!(
            biased;
            async {
                let _held = log.guard("unfinished dropped");
                pending::<()>().await;
                Ok(())
            },
            async { Err("error") },
            async {
                log.add("polled behind the error");
                Ok(())
            },
        );
        log.add("after");
        result
    });
    assert_eq!(result, Err("error"));
    assert_eq!(log.take(), ["unfinished dropped", "after"]);
}

#[test]
fn an_error_in_a_later_round_drops_the_finished_values() {
    let log = Log::new();
    let result = block_on(async {
        try_join!(async { Ok(log.guard("value")) }, async {
            Polled::ready_at(&log, "polled", 2).await;
            Err::<(), _>("late")
        })
    });
    assert_eq!(result.err(), Some("late"));
    assert_eq!(log.take(), ["polled", "polled", "value"]);
}

#[test]
fn try_join_rotates_like_join() {
    let log = Log::new();
    let mut all = Box::pin(async {
        let branch = async |name| -> Result<(), ()> {
            Polled::pending(&log, name).await;
            Ok(())
        };
        try_join!(branch("0"), branch("1"))
    });
    for order in [["0", "1"], ["1", "0"], ["0", "1"]] {
        assert!(poll(&mut all).is_pending());
        assert_eq!(log.take(), order);
    }
}

#[test]
fn outputs_that_never_come() {
    #![deny(warnings)]
    fn ok() -> Ready<Result<u32, Infallible>> {
        ready(Ok(1))
    }
    fn err() -> Ready<Result<Infallible, &'static str>> {
        ready(Err("always"))
    }
    block_on(async {
        assert_eq!(try_join!(ok(), ok()), Ok((1, 1)));
        assert_eq!(try_join!(err()).err(), Some("always"));
    });
}

#[test]
fn send_if_the_branches_are() {
    fn is_send<T: Send>(future: T) -> T {
        future
    }
    let all = is_send(async { join!(async { 1 }, ready(2)) });
    assert_eq!(block_on(all), (1, 2));
    // And of course also if they are not.
    let shared = Rc::new(3);
    assert_eq!(block_on(async { join!(async { *shared }, ready(4)) }), (3, 4));
}

#[test]
fn names_and_items_of_the_caller_are_its_own() {
    const COUNT: u32 = 10;
    let (future, rotation, lap, all_done) = (1, 2, 3, 4);
    let joined = block_on(async { join!(ready(future + rotation), ready(lap + all_done + COUNT)) });
    assert_eq!(joined, (3, 17));
}

#[test]
fn the_future_of_a_join_stays_small() {
    // Two branches of 12 bytes (future or output, and which); a reference to them, the rotation.
    let two = async { join!(ready(0_i32), ready(0_i32)) };
    assert!(size_of_val(&two) <= 56, "{} bytes", size_of_val(&two));
}

#[test]
fn pin_shadows_names_by_pinned_references() {
    block_on(async {
        let (a, b) = (async { 1 }, async { 2 });
        pin!(a, b);
        assert_eq!((&mut a).await + b.await, 3);
        pin! {
            let c = async { 3 };
            let d = async { 4 };
        }
        assert_eq!(c.as_mut().await + d.await, 7);
        pin!();
    });
}

#[test]
fn a_pinned_value_is_dropped_at_the_end_of_its_scope_and_not_earlier() {
    let log = Log::new();
    {
        pin! { let future = Dropped::pending(&log, "pinned"); }
        log.add("in scope");
        assert!(future.poll(&mut Context::from_waker(Waker::noop())).is_pending());
    }
    log.add("behind");
    assert_eq!(log.take(), ["in scope", "pinned", "behind"]);
}
