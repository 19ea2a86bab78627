//! How does a local set get on with those who poll it?

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::Duration;

use crate::common::Wakes;
use crate::common::engine::*;
use crate::records::*;
use kettle::sync::Notify;
use kettle::task::{JoinHandle, LocalSet, spawn_local};
use kettle::time::{advance, sleep};

/// Two futures of one task run the same set. One of them ends by spawning what the other waits for.
#[test]
fn what_a_finished_run_until_has_set_going_is_run_by_the_one_beside_it() {
    within_a_minute(|| {
        let (set, channel) = (LocalSet::new(), Channel::new());
        let sender = channel.clone();
        runtime().block_on(async {
            let mut waits = pin!(set.run_until(channel.receive()));
            let mut spawns = pin!(set.run_until(async {
                spawn_local(async move { sender.send("served") });
            }));
            let mut spawned = false;
            let served = poll_fn(|cx| {
                let served = waits.as_mut().poll(cx);
                if served.is_pending() && !spawned {
                    spawned = spawns.as_mut().poll(cx).is_ready();
                    assert!(spawned);
                }
                served
            });
            assert_eq!(served.await, "served");
        });
    });
}

/// The host's waker is foreign: it is called once, by value, and not kept.
#[test]
fn a_set_that_has_woken_its_host_lets_go_of_it() {
    let host = Arc::new(Wakes::default());
    let (mut set, sleeper) = (Box::pin(LocalSet::new()), Sleeper::default());
    set.spawn_local(sleeper.clone().sleep());
    let waker = Waker::from(host.clone());
    for _ in 0..2 {
        let polled = set.as_mut().poll(&mut Context::from_waker(&waker));
        assert_eq!((polled, Arc::strong_count(&host)), (Poll::Pending, 3), "the set keeps one");
        let local = sleeper.waker();
        thread::spawn(move || local.wake()).join().unwrap();
        assert_eq!(Arc::strong_count(&host), 2, "the set has woken it");
    }
    assert_eq!(sleeper.polls(), 2);
}

/// The last poll of `block_on`'s own future ends the turn; whoever gave way in that turn is woken
/// all the same, wherever the set is run next.
#[test]
fn who_gave_way_in_a_runtimes_last_turn_is_woken() {
    within_a_minute(|| {
        let set = LocalSet::new();
        let mut gives_way = set.spawn_local(settle());
        let mut polls = 0;
        let twice = poll_fn(|cx| {
            polls += 1;
            cx.waker().wake_by_ref();
            if polls == 2 { Poll::Ready(()) } else { Poll::Pending }
        });
        let first = runtime();
        set.block_on(&first, twice);
        assert!(!gives_way.is_finished());
        set.block_on(&runtime(), &mut gives_way).unwrap();
    });
}

/// One of the two ways to make a task.
type Spawn = fn(Pin<Box<dyn Future<Output = ()> + Send>>) -> JoinHandle<()>;

/// One task makes two others ready in one poll: it wakes the first, and by moving the clock makes a
/// timer wake the second. So many were polled before. In which order are the two polled?
fn order(polled_before: usize, spawn: Spawn) -> Vec<&'static str> {
    let (order, notify) = (Arc::new(Mutex::new(Vec::new())), Arc::new(Notify::new()));
    let (by_task, by_timer, notified) = (order.clone(), order.clone(), notify.clone());
    let first = async move {
        notified.notified().await;
        by_task.lock().unwrap().push("woken by a task");
    };
    let second = async move {
        sleep(Duration::from_millis(1)).await;
        by_timer.lock().unwrap().push("woken by a timer");
    };
    let wakes_both = async move {
        notify.notify_one();
        advance(Duration::from_millis(1)).await;
    };
    paused().block_on(LocalSet::new().run_until(async {
        let woken = [spawn(Box::pin(first)), spawn(Box::pin(second))];
        for _ in 0..polled_before {
            spawn(Box::pin(async {}));
        }
        spawn(Box::pin(wakes_both)).await.unwrap();
        outputs_of(woken).await;
    }));
    let order = order.lock().unwrap();
    order.clone()
}

#[test]
fn a_local_set_polls_its_tasks_in_the_engines_order() {
    for polled_before in 0..4 {
        let order = [order(polled_before, kettle::spawn), order(polled_before, spawn_local)];
        assert_eq!(order, [["woken by a timer", "woken by a task"]; 2], "after {polled_before}");
    }
}
