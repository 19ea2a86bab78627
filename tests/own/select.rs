//! `select!`: which branch has won, and who is polled without a budget.

use std::future::{poll_fn, ready};

use kettle::runtime::Builder;
use kettle::select;
use kettle::task::yield_now;
use kettle::trace::Event;
use kettle_events::ScopeKind;
use kettle_runtime::budget;

use crate::common::{Log, Polled};
use crate::records::{picked, recorded};

/// Of each `select!` of this future: how many branches it has, and which one won.
fn selects(future: impl Future<Output = ()>) -> Vec<(&'static str, u32)> {
    picked!(
        recorded(future),
        Event::Scope { what: ScopeKind::Select, branches, .. } => ("branches", branches),
        Event::ScopeEnd { what: ScopeKind::Select, won: Some(won), .. } => ("won", won),
    )
}

#[test]
fn a_select_tells_once_how_many_branches_it_has_and_which_has_won() {
    let log = Log::new();
    let told = selects(async {
        select! {
            biased;
            () = Polled::pending(&log, "never") => {}
            () = async { yield_now().await } => {}
            Some(()) = ready(None) => {}
            () = ready(()), if false => {}
        }
    });
    assert_eq!(told, [("branches", 4), ("won", 1)]);
    assert_eq!(log.take(), ["never", "never"], "in each round");
}

#[test]
fn with_no_budget_left_a_round_polls_nobody() {
    /// Spends one unit of the task's budget at each poll, and is ready.
    fn spend() -> impl Future<Output = ()> {
        poll_fn(|cx| budget::poll_proceed(cx).map(budget::Permit::made_progress))
    }
    let log = Log::new();
    let inside = log.clone();
    Builder::new_current_thread().build().unwrap().block_on(async move {
        let mut spent = Box::pin(async {
            while budget::has_remaining() {
                spend().await;
            }
            inside.add("spent");
            select! {
                biased;
                // Would be ready whatever the budget is.
                () = Polled::ready(&inside, "polled") => {}
            }
        });
        poll_fn(|cx| {
            inside.add("poll");
            spent.as_mut().poll(cx)
        })
        .await;
    });
    // The first poll ends at the `select!`; the second, with a new budget, wins.
    assert_eq!(log.take(), ["poll", "spent", "poll", "polled"]);
}
