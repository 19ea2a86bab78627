//! What the answer of `first-steps` must do.

use std::time::Duration;

use kettle::runtime::Handle;
use kettle::time::Instant;
use kettle::trace::{Event, Record, note, record};
use kettle_judge::runtime::{in_each_order, run};
use kettle_judge::{Check, check, expect};

use super::answer::{boil, pour, two_kettles};

pub const CHECKS: &[Check] = &[
    check!(one_sleep => "`boil` sleeps for as long as it was told, and returns \"boiled\""),
    check!(two_tasks => "two kettles take as long as one: both boil at the same time"),
    check!(a_task_each => "each of the two kettles boils in a task of its own, and both have boiled at the end"),
    check!(a_channel_between => "`pour` receives every number, and ends when the sender is gone"),
    check!(a_task_sends => "`pour` itself receives the numbers, and one other task sends them"),
];

const LONG: Duration = Duration::from_secs(120);

// The clock is paused: what sleeps on it takes no time, and what sleeps elsewhere doesn't move it.
fn one_sleep() {
    let tick = Duration::from_millis(1);
    for long in [LONG, 20 * tick, Duration::ZERO, tick * 7 / 2, Duration::from_hours(2_000)] {
        run(async {
            let begin = Instant::now();
            assert_eq!(boil(long).await, "boiled", "what `boil` gives");
            let took = begin.elapsed();
            let what =
                "the time that `boil` took on the runtime's clock, whose tick is a millisecond";
            expect((long..long + tick).contains(&took), what, took, &format!("{long:?}"));
        });
    }
}

fn two_tasks() {
    run(async {
        let begin = Instant::now();
        assert_eq!(two_kettles(LONG).await, 2, "how many have boiled");
        assert_eq!(begin.elapsed(), LONG, "the time that two kettles took");
    });
}

fn a_task_each() {
    for long in [LONG, Duration::ZERO] {
        let look = |records: &[Record]| {
            let count =
                |is: fn(&Event) -> bool| records.iter().filter(|one| is(&one.event)).count();
            let tasks = count(|event| matches!(event, Event::Spawn { .. }));
            expect(tasks >= 2, &format!("tasks of `two_kettles({long:?})`"), tasks, "two");
            let stopped = count(|event| matches!(event, Event::Cancel { .. }));
            let what = "tasks of `two_kettles` that were stopped, though both kettles have to boil";
            assert_eq!(stopped, 0, "{what}");
            let sleeps = |record: &&Record| matches!(record.event, Event::TimerAdd { due, .. } if due == LONG);
            let by: Vec<_> = records.iter().filter(sleeps).map(by).collect();
            let own = by_itself(records);
            let right = by.len() == 2 && by[0] != by[1] && !by.contains(&own) || long.is_zero();
            let what = format!("which tasks begin the sleeps of two kettles, its own being {own}");
            expect(right, &what, by, "two sleeps, by two tasks besides its own");
        };
        until_the_end("`two_kettles`", || two_kettles(long), look);
    }
}

fn a_task_sends() {
    for cups in [0, 1, 5] {
        let look = |records: &[Record]| {
            // By whom, into or out of which channel, how many.
            let acts = |what: &str| {
                let acts = records.iter().filter_map(|record| match record.event {
                    Event::SyncAct { act, sync, units, .. } if format!("{act:?}") == what => {
                        Some((by(record), format!("{sync:?}"), format!("{units:?}")))
                    }
                    _ => None,
                });
                acts.collect::<Vec<_>>()
            };
            let mut received = acts("Get");
            received.retain(|(task, ..)| *task == by_itself(records));
            let mut senders = acts("Put");
            senders.retain(|(_, to, _)| received.iter().any(|(_, from, _)| from == to));
            let [gets, puts] = [&received, &senders].map(|acts| acts.len());
            senders.dedup_by_key(|(task, ..)| task.clone());
            let others = [by_itself(records), format!("{:?}", None::<()>)];
            let by_one = senders.len() == 1 && !others.contains(&senders[0].0);
            let right = gets == cups as usize && puts == gets && (by_one || gets == 0);
            let what = format!(
                "numbers that `pour({cups})` itself, {}, receives, that are sent to it, and by whom",
                by_itself(records)
            );
            expect(right, &what, (gets, puts, senders), &format!("{cups}, {cups}, one other task"));
        };
        until_the_end("`pour`", || pour(cups), look);
    }
}

/// Looks, in each order of what is ready, at all that happens until the end of `answer`.
fn until_the_end<F: Future>(what: &str, answer: impl Fn() -> F, look: impl Fn(&[Record])) {
    const END: &str = "the end";
    let ((), records) = record(|| {
        in_each_order(async || {
            answer().await;
            note(END);
            let left = Handle::current().metrics().num_alive_tasks();
            assert_eq!(left, 0, "other tasks that still run when {what} returns");
        });
    });
    let end = |record: &Record| matches!(record.event, Event::Note { text: END });
    let runs = records.split_inclusive(end).filter(|run| run.last().is_some_and(end));
    runs.for_each(look);
}

fn by(record: &Record) -> String {
    format!("{:?}", record.task)
}

/// The task that came to the end.
fn by_itself(records: &[Record]) -> String {
    records.last().map_or_else(String::new, by)
}

fn a_channel_between() {
    for (cups, sum) in [(0, 0), (1, 1), (5, 15), (100, 5050), (1_000, 500_500)] {
        run(async {
            let begin = Instant::now();
            assert_eq!(pour(cups).await, sum, "the sum of 1 to {cups}");
            let took = begin.elapsed();
            let what = "the time for which `pour` waited when the task that sends had ended";
            expect(took.is_zero(), what, took, "none: the sender's end is the channel's");
        });
    }
}
