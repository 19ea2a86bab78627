//! `select!`: which branches each round polled, and which one won.

use std::future::{poll_fn, ready};

use kettle::runtime::Builder;
use kettle::select;
use kettle::task::yield_now;
use kettle::trace::{Event, Recorder};
use kettle_runtime::budget;

use crate::common::{Log, Polled};

/// Runs a future on a runtime and gives the events of `select!`, with the file that emitted each.
fn select_events(future: impl Future<Output = ()>) -> Vec<(Event, &'static str)> {
    let (recorder, recording) = Recorder::new();
    let runtime = Builder::new_current_thread().trace(recorder).build().unwrap();
    runtime.block_on(future);
    let of_select = |event: &Event| {
        matches!(
            event,
            Event::SelectStart { .. } | Event::SelectPoll { .. } | Event::SelectWin { .. }
        )
    };
    let records = recording.records();
    let records = records.iter().filter(|record| of_select(&record.event));
    records.map(|record| (record.event, record.place.file())).collect()
}

#[test]
fn each_round_tells_who_was_polled_and_who_won() {
    let log = Log::new();
    let events = select_events(async {
        select! {
            biased;
            () = Polled::pending(&log, "never") => {}
            () = async { yield_now().await } => {}
            Some(()) = ready(None) => {}
            () = ready(()), if false => {}
        }
    });
    let (start, poll) = (Event::SelectStart { branches: 4, first: 0 }, |branch, ready| {
        Event::SelectPoll { branch, ready }
    });
    let expected = [
        start,
        poll(0, false),
        poll(1, false),
        poll(2, true), // it does not fit: no win
        start,
        poll(0, false),
        poll(1, true),
        Event::SelectWin { branch: 1 },
    ];
    assert_eq!(events.iter().map(|(event, _)| *event).collect::<Vec<_>>(), expected);
    assert!(events.iter().all(|(_, file)| file.ends_with("src/macros/support.rs")), "{events:?}");
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
