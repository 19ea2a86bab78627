//! What the answer of `first-steps` must do.

use std::collections::BTreeSet;
use std::future::poll_fn;
use std::pin::pin;
use std::time::Duration;

use kettle::runtime::Handle;
use kettle::time::Instant;
use kettle::trace::story;
use kettle_judge::runtime::run;
use kettle_judge::{Check, check, expect};

use super::answer::{boil, pour, two_kettles};

pub const CHECKS: &[Check] = &[
    check!(one_sleep, "`boil` sleeps for as long as it was told, and returns \"boiled\""),
    check!(two_tasks, "two kettles take as long as one: both boil at the same time"),
    check!(a_task_each, "each of the two kettles boils in a task of its own"),
    check!(a_channel_between, "`pour` receives every number, and ends when the sender is gone"),
    check!(one_by_one, "`pour` receives each number from a channel, and sums up none elsewhere"),
    check!(a_task_sends, "the numbers that `pour` adds up come from one other task"),
];

const LONG: Duration = Duration::from_secs(120);

// The clock is paused: what sleeps on it takes no time, and what sleeps elsewhere doesn't move it.
fn one_sleep() {
    for long in [LONG, Duration::from_millis(20), Duration::ZERO] {
        run(async {
            let begin = Instant::now();
            assert_eq!(boil(long).await, "boiled");
            assert_eq!(begin.elapsed(), long, "the time that `boil` took on the runtime's clock");
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
    let tasks = run(tasks_during(two_kettles(LONG)));
    expect(tasks >= 2, "tasks that live while two kettles boil", tasks, "2");
}

fn a_task_sends() {
    let tasks = run(tasks_during(pour(5)));
    expect(tasks >= 1, "tasks that live, besides its own, while `pour` waits for 5 numbers", tasks, "1");

    // Who sends into a channel from which `pour` itself receives? (A task may hand on what another sends.)
    let story = story::plain(&kettle::trace::record(|| run(pour(5))).1);
    let told = |act: &'static str| {
        let lines = story.lines().filter_map(move |line| line.split_once(act));
        lines.map(|(who, channel)| (who.rsplit("  ").next(), channel.split(',').next()))
    };
    let received = told(" receives from ").filter(|(who, _)| *who == Some("main"));
    let channels: BTreeSet<_> = received.map(|(_, channel)| channel).collect();
    let sent = told(" sends into ").filter(|(_, channel)| channels.contains(channel));
    let senders = sent.map(|(who, _)| who).collect::<BTreeSet<_>>().len();
    expect(senders <= 1, "tasks that send the 5 numbers which `pour` receives", senders, "1");
}

fn one_by_one() {
    let (sum, records) = kettle::trace::record(|| run(pour(5)));
    assert_eq!(sum, 15, "the sum of 1 to 5");
    let received = story::plain(&records).matches(" receives from ").count();
    expect(received >= 5, "values that came out of a channel while `pour` adds up 5 numbers", received, "5");
}

/// How many tasks live besides this one, at most, after a poll of a future.
async fn tasks_during<T>(future: impl Future<Output = T>) -> usize {
    let metrics = Handle::current().metrics();
    let mut future = pin!(future);
    let mut tasks = 0;
    poll_fn(|cx| {
        let polled = future.as_mut().poll(cx);
        tasks = tasks.max(metrics.num_alive_tasks());
        polled.map(drop)
    })
    .await;
    tasks
}

fn a_channel_between() {
    for (cups, sum) in [(0, 0), (1, 1), (5, 15), (100, 5050)] {
        assert_eq!(run(pour(cups)), sum, "the sum of 1 to {cups}");
    }
}
