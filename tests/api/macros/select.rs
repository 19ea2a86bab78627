//! `select!`: who is polled when, who wins, what becomes of the others.

use std::cell::{Cell, RefCell};
use std::future::{pending, poll_fn, ready};
use std::task::Poll;

use crate::common::{Dropped, Log, Polled, block_on, poll_once};
use crate::help::polled_with_two_wakers;
use kettle::select;

#[test]
fn the_first_ready_branch_wins_and_its_handler_gives_the_value() {
    let value = block_on(async {
        select! {
            () = pending() => "never",
            n = ready(7) => if n == 7 { "seven" } else { "another" },
        }
    });
    assert_eq!(value, "seven");
}

#[test]
fn else_alone_is_its_value() {
    block_on(async {
        assert_eq!(select! { else => 1, }, 1);
        assert_eq!(select! { biased; else => 2 }, 2);
    });
}

#[test]
fn biased_asks_from_top_to_bottom() {
    for _ in 0..20 {
        let log = Log::new();
        let winner = block_on(async {
            select! {
                biased;
                () = Polled::pending(&log, "a") => "a",
                () = Polled::ready(&log, "b") => "b",
                () = Polled::ready(&log, "c") => "c",
            }
        });
        assert_eq!(winner, "b");
        assert_eq!(log.take(), ["a", "b"], "c stands behind the winner");
    }
}

#[test]
fn a_round_polls_each_branch_once_from_a_place_drawn_by_lot() {
    let mut firsts = [0; 3];
    for _ in 0..300 {
        let log = Log::new();
        poll_once(async {
            select! {
                () = Polled::pending(&log, "0") => {}
                () = Polled::pending(&log, "1") => {}
                () = Polled::pending(&log, "2") => {}
            }
        });
        let order = log.take();
        let first = match order.as_slice() {
            ["0", "1", "2"] => 0,
            ["1", "2", "0"] => 1,
            ["2", "0", "1"] => 2,
            other => panic!("not a round: {other:?}"),
        };
        firsts[first] += 1;
    }
    // Each is expected 100 times. Fewer than 40 happens by chance once in 10¹³ runs.
    assert!(firsts.iter().all(|&times| times >= 40), "{firsts:?}");
}

#[test]
fn each_poll_draws_the_first_branch_anew() {
    let log = Log::new();
    let mut select = Box::pin(async {
        select! {
            () = Polled::pending(&log, "0") => {}
            () = Polled::pending(&log, "1") => {}
        }
    });
    let mut firsts = [0; 2];
    for _ in 0..200 {
        assert!(crate::common::poll(&mut select).is_pending());
        firsts[usize::from(log.take()[0] == "1")] += 1;
    }
    assert!(firsts.iter().all(|&times| times >= 50), "{firsts:?}");
}

#[test]
fn a_branch_whose_output_does_not_fit_is_out_and_the_others_go_on() {
    let (log, tries) = (Log::new(), Cell::new(0));
    let mut select = Box::pin(async {
        select! {
            biased;
            Some(n) = async { log.add("none"); None } => n,
            n = poll_fn(|_| {
                tries.set(tries.get() + 1);
                if tries.get() == 3 { Poll::Ready(3) } else { Poll::Pending }
            }) => n,
        }
    });
    assert!(crate::common::poll(&mut select).is_pending());
    assert!(crate::common::poll(&mut select).is_pending());
    assert_eq!(crate::common::poll(&mut select), Poll::Ready(3));
    assert_eq!(log.take(), ["none"], "an async block that was polled again would have panicked");
}

#[test]
fn a_misfit_in_the_first_lap_still_lets_the_second_lap_win() {
    for _ in 0..50 {
        let winner = block_on(async {
            select! {
                Some(n) = ready(None::<u32>) => n,
                Ok(n) = ready(Err::<u32, ()>(())) => n,
                n = ready(9) => n,
            }
        });
        assert_eq!(winner, 9);
    }
}

#[test]
fn when_no_branch_is_left_else_is_the_value() {
    let value = block_on(async {
        select! {
            Some(n) = ready(None) => n,
            n = ready(1), if false => n,
            else => 5,
        }
    });
    assert_eq!(value, 5);
}

#[test]
#[should_panic = "all branches are disabled and there is no else branch"]
fn when_no_branch_is_left_and_no_else_it_panics() {
    block_on(async {
        select! {
            Some(()) = ready(None) => {}
            () = ready(()), if false => {}
        }
    });
}

#[test]
fn a_disabled_branch_is_evaluated_but_never_polled() {
    let log = Log::new();
    block_on(async {
        select! {
            biased;
            () = {
                log.add("evaluated");
                Polled::ready(&log, "polled")
            }, if false => unreachable!(),
            () = ready(()) => {}
        }
    });
    assert_eq!(log.take(), ["evaluated"]);
}

#[test]
fn preconditions_come_before_expressions_both_in_order() {
    let log = Log::new();
    block_on(async {
        select! {
            () = { log.add("future 0"); ready(()) }, if { log.add("condition 0"); true } => {}
            () = { log.add("future 1"); ready(()) } => {}
            () = { log.add("future 2"); ready(()) }, if { log.add("condition 2"); true } => {}
        }
    });
    assert_eq!(log.take(), ["condition 0", "condition 2", "future 0", "future 1", "future 2"]);
}

#[test]
fn all_futures_are_dropped_first_to_last_before_the_handler_runs() {
    let log = Log::new();
    block_on(async {
        select! {
            biased;
            () = Dropped::pending(&log, "first") => {}
            () = Dropped::ready(&log, "second") => log.add("handler"),
            () = Dropped::pending(&log, "third") => {}
        }
    });
    assert_eq!(log.take(), ["first", "second", "third", "handler"]);
}

#[test]
fn cancelling_drops_all_futures_first_to_last() {
    let log = Log::new();
    poll_once(async {
        select! {
            () = Dropped::pending(&log, "first") => {}
            () = Dropped::pending(&log, "second") => {}
        }
    });
    assert_eq!(log.take(), ["first", "second"]);
}

#[test]
fn every_poll_passes_on_the_newest_waker() {
    let slot = RefCell::new(None);
    let (_select, wakes) = polled_with_two_wakers(async {
        select! {
            () = poll_fn(|cx| { slot.replace(Some(cx.waker().clone())); Poll::Pending }) => {}
            () = pending() => {}
        }
    });
    slot.take().unwrap().wake();
    assert_eq!(wakes.map(|wakes| wakes.count()), [0, 1]);
}

#[test]
fn a_future_can_outlive_the_race_that_borrowed_it() {
    let log = Log::new();
    block_on(async {
        let work = Polled::ready_at(&log, "work", 3);
        kettle::pin!(work);
        loop {
            select! {
                biased;
                () = &mut work => break,
                () = ready(()) => log.add("tick"),
            }
        }
    });
    assert_eq!(log.take(), ["work", "tick", "work", "tick", "work"]);
}

#[test]
fn an_output_is_moved_into_the_handler_and_dropped_once() {
    let log = Log::new();
    block_on(async {
        select! {
            kept = ready(log.guard("output")) => {
                log.add("handler");
                drop(kept);
                log.add("after");
            }
        }
        select! {
            biased;
            None = ready(Some(log.guard("misfit"))) => {}
            () = ready(()) => log.add("other"),
        }
        select! {
            _ = ready(log.guard("unnamed")) => log.add("ignored"),
        }
    });
    assert_eq!(log.take(), ["handler", "output", "after", "misfit", "other", "ignored", "unnamed"]);
}

#[test]
fn the_future_of_a_select_stays_small() {
    // Two futures of 8 bytes; a reference to them, which of them may win, the state.
    let two = async {
        let (a, b) = (ready(0_i32), ready(0_i32));
        select! {
            _ = a => {}
            _ = b => {}
        }
    };
    assert!(size_of_val(&two) <= 56, "{} bytes", size_of_val(&two));
}
