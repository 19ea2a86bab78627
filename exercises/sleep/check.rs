//! What the answer of `sleep` must do.

use std::collections::BTreeMap;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use kettle::task::yield_now;
use kettle_judge::count::{Polls, calling, poll_unpin, waker};
use kettle_judge::proptest::collection::vec;
use kettle_judge::proptest::prelude::{Strategy, prop_oneof};
use kettle_judge::runtime::run;
use kettle_judge::{Check, check, if_it_hangs, property};

use super::answer::{Clock, Sleep};

pub const CHECKS: &[Check] = &[
    check!(at_its_deadline => "it is ready at its deadline, neither earlier nor later"),
    check!(newest_waker => "polled by one task and then by another, it wakes only the second"),
    check!(moved_to_another_task => "a task that takes over a sleep which was already polled comes to its end"),
    check!(one_waker_kept => "it keeps one waker, and none once it is over or dropped"),
    check!(drops_a_task => "no waker is called or dropped under the lock, because it may use the clock or drop a sleep"),
    check!(any_schedule => "in any order of polls, and with any wakers, the newest waker is called"),
];

const SECOND: Duration = Duration::from_secs(1);

fn at_its_deadline() {
    let clock = Clock::default();
    let (waker, calls) = waker();
    let mut sleep = Box::pin(clock.sleep(10 * SECOND));
    for second in 0..10 {
        let early = poll_unpin(&mut sleep, &waker);
        assert_eq!(early, Poll::Pending, "after {second} of 10 seconds, polled each second");
        assert_eq!(calls.count(), 0, "calls of the waker after {second} of 10 seconds");
        clock.advance(SECOND);
    }
    assert_eq!(calls.count(), 1, "calls of the waker after 10 of 10 seconds");
    assert_eq!(poll_unpin(&mut sleep, &waker), Poll::Ready(()), "after 10 of 10 seconds");
    let nothing = poll_unpin(&mut Box::pin(clock.sleep(Duration::ZERO)), &waker);
    assert_eq!(nothing, Poll::Ready(()), "a sleep of no length");
}

fn newest_waker() {
    let ((first, first_calls), (second, second_calls)) = (waker(), waker());
    let clock = Clock::default();
    let mut sleep = Box::pin(clock.sleep(SECOND));
    let _ = poll_unpin(&mut sleep, &first);
    let _ = poll_unpin(&mut sleep, &second);
    clock.advance(SECOND);
    assert_eq!(
        (first_calls.count(), second_calls.count()),
        (0, 1),
        "calls of the first task's waker, and of the second's, which polled last"
    );
}

// `main` asks once whether the sleep is over, and gives it away. The clock moves when all others
// wait.
fn moved_to_another_task() {
    run(async {
        let clock = Clock::default();
        let mut sleep = Box::pin(clock.sleep(SECOND));
        let early = poll_fn(|cx| Poll::Ready(sleep.as_mut().poll(cx))).await;
        assert_eq!(early, Poll::Pending, "asked at once");
        let guest = kettle::spawn(Polls::new(sleep, 10).0);
        turns().await;
        clock.advance(SECOND);
        turns().await;
        assert!(guest.is_finished(), "the sleep is over, but its task was not woken");
    });
}

/// Lets all others run until they wait. (If one of them doesn't wait but spins, it has the time to
/// be found out.)
async fn turns() {
    for _ in 0..20 {
        yield_now().await;
    }
}

fn one_waker_kept() {
    let clock = Clock::default();
    let mut sleep = Box::pin(clock.sleep(SECOND));
    let wakers = [waker(), waker()];
    let kept = || wakers.each_ref().map(|(_, calls)| calls.held());
    for turn in [0, 0, 1, 1, 0, 1] {
        let _ = poll_unpin(&mut sleep, &wakers[turn].0);
    }
    assert_eq!(kept(), [0, 1], "wakers kept of two tasks, of which the second polled last");
    clock.advance(SECOND);
    assert_eq!(kept(), [0, 0], "wakers kept when the sleep is over");
    let mut sleep = Box::pin(clock.sleep(SECOND));
    let _ = poll_unpin(&mut sleep, &wakers[0].0);
    drop(sleep);
    assert_eq!(kept(), [0, 0], "wakers kept when a sleep is dropped before its end");
}

fn drops_a_task() {
    let clock = Clock::default();
    // A task that only its waker holds, and what it was going to await. Called, it makes another
    // one.
    let task = || {
        let (clock, sleep) = (clock.clone(), clock.sleep(SECOND));
        calling(move || {
            let _is_kept = &sleep;
            drop(clock.sleep(SECOND));
        })
    };
    let mut sleep = Box::pin(clock.sleep(SECOND));
    if_it_hangs(
        "the thread waits for a lock that it holds itself: under it, a waker was called, or it was \
         dropped together with its task and that task's sleep",
    );
    // Replaced by another, dropped with its sleep, called.
    let _ = poll_unpin(&mut sleep, &task());
    let _ = poll_unpin(&mut sleep, &task());
    drop(sleep);
    let mut sleep = Box::pin(clock.sleep(SECOND));
    let _ = poll_unpin(&mut sleep, &task());
    clock.advance(SECOND);
    assert_eq!(poll_unpin(&mut sleep, &task()), Poll::Ready(()), "after 1 of 1 seconds");
}

/// A step of [`any_schedule`].
#[derive(Clone, Copy, Debug)]
enum Do {
    /// A task polls a sleep; there are three of each.
    Poll { task: usize, sleep: usize },
    /// A sleep is dropped, and another one made in its place.
    Restart { sleep: usize },
    /// So many nanoseconds pass.
    Advance(u64),
}

fn any_schedule() {
    let step = prop_oneof![
        4 => (0..3_usize, 0..3_usize).prop_map(|(task, sleep)| Do::Poll { task, sleep }),
        1 => (0..3_usize).prop_map(|sleep| Do::Restart { sleep }),
        2 => (0..4_u64).prop_map(Do::Advance),
    ];
    property(500, &vec(step, 0..25), |steps| {
        let clock = Clock::default();
        let tasks = [waker(), waker(), waker()];
        let length = |sleep| Duration::from_nanos(sleep as u64 + 1);
        let mut now = Duration::ZERO;
        let mut sleeps: [(Pin<Box<Sleep>>, Duration); 3] =
            [0, 1, 2].map(|sleep| (Box::pin(clock.sleep(length(sleep))), length(sleep)));
        // Which task each sleep has to wake, and how often each task has to have been woken.
        let mut newest = BTreeMap::new();
        let mut expected = [0; 3];
        for step in steps {
            match step {
                Do::Poll { task, sleep } => {
                    let (future, deadline) = &mut sleeps[sleep];
                    let ready = poll_unpin(future, &tasks[task].0).is_ready();
                    assert_eq!(ready, now >= *deadline, "is sleep {sleep} over?");
                    if !ready {
                        newest.insert(sleep, task);
                    }
                }
                Do::Restart { sleep } => {
                    sleeps[sleep] = (Box::pin(clock.sleep(length(sleep))), now + length(sleep));
                    newest.remove(&sleep);
                }
                Do::Advance(nanos) => {
                    clock.advance(Duration::from_nanos(nanos));
                    now += Duration::from_nanos(nanos);
                    let due = |sleep: &usize| sleeps[*sleep].1 <= now;
                    for (_, task) in newest.extract_if(.., |sleep, _| due(sleep)) {
                        expected[task] += 1;
                    }
                }
            }
            let woken = tasks.each_ref().map(|(_, calls)| calls.count());
            assert_eq!(
                woken, expected,
                "how often tasks 0, 1 and 2 were woken. (Sleeps 0, 1 and 2 are 1, 2 and 3 ns long; \
                 `Advance` is in ns; `Restart` drops a sleep and makes a new one.)"
            );
        }
    });
}
