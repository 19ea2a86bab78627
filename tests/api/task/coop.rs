//! `task::coop`: the budget of a task's poll.

use std::future::{pending, poll_fn, ready};
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use kettle::task::coop;
use kettle::task::{self, coop::cooperative, coop::poll_proceed};

use crate::common::engine::{on_drop, outputs_of, yield_until};
use crate::help::{Polled, Side, Wakes, polls_of, side};

/// Spends what is left of this poll's budget; gives back how much that was.
async fn spend_all() -> u32 {
    let mut units = 0;
    poll_fn(|cx| {
        while coop::has_budget_remaining() {
            let Poll::Ready(unit) = poll_proceed(cx) else { panic!("there was some left") };
            unit.made_progress();
            units += 1;
        }
        Poll::Ready(())
    })
    .await;
    units
}

#[kettle::test]
async fn a_poll_has_128_units() {
    task::yield_now().await;
    assert_eq!(spend_all().await, 128);
    assert!(!coop::has_budget_remaining());
    task::yield_now().await;
    assert!(coop::has_budget_remaining(), "another poll, another budget");
}

#[kettle::test]
async fn a_unit_without_progress_comes_back() {
    task::yield_now().await;
    poll_fn(|cx| {
        for _ in 0..1000 {
            assert!(poll_proceed(cx).is_ready(), "each was given back");
        }
        Poll::Ready(())
    })
    .await;
    assert_eq!(spend_all().await, 128);
}

#[kettle::test]
async fn a_unit_is_taken_while_its_guard_lives() {
    task::yield_now().await;
    poll_fn(|cx| {
        let guards: Vec<_> = (0..128).map(|_| poll_proceed(cx)).collect();
        assert!(guards.iter().all(Poll::is_ready));
        assert!(!coop::has_budget_remaining());
        assert!(poll_proceed(cx).is_pending());
        Poll::Ready(())
    })
    .await;
    task::yield_now().await;
}

#[kettle::test]
async fn what_was_spent_under_a_guard_comes_back_with_it() {
    task::yield_now().await;
    poll_fn(|cx| {
        let Poll::Ready(outer) = poll_proceed(cx) else { panic!("a new poll") };
        for _ in 0..10 {
            let Poll::Ready(unit) = poll_proceed(cx) else { panic!("there are more") };
            unit.made_progress();
        }
        drop(outer);
        Poll::Ready(())
    })
    .await;
    assert_eq!(spend_all().await, 128, "as it was before the outer one");
}

/// Spends the budget, asks for more with a waker that counts, and has itself polled again until
/// that waker was called. In which poll does it see that?
async fn polls_until_the_waker_is_called() -> usize {
    let wakes = Arc::new(Wakes::default());
    let waker = Waker::from(wakes.clone());
    spend_all().await;
    let mut polls = 0;
    poll_fn(|cx| {
        if polls == 0 {
            assert!(poll_proceed(&mut Context::from_waker(&waker)).is_pending());
        }
        polls += 1;
        if wakes.count() > 0 {
            return Poll::Ready(polls);
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await
}

/// It is called when the polls of the turn are over: 61 of tasks, or of a `LocalSet`, which then
/// yields. tokio polls the future of `block_on` once in a turn. Here that is in the queue like a
/// task.
#[kettle::test]
async fn a_deferred_waker_is_called_after_the_polls_of_the_turn() {
    let main = polls_until_the_waker_is_called().await;
    let task = kettle::spawn(polls_until_the_waker_is_called()).await.unwrap();
    let set = task::LocalSet::new();
    let local = set.run_until(set.spawn_local(polls_until_the_waker_is_called())).await.unwrap();
    assert!((3..=62).contains(&task), "{task}");
    if side() == Side::Kettle {
        assert!((3..=62).contains(&main), "{main}");
    } else {
        assert_eq!(main, 2);
    }
    assert_eq!(local, 62);
}

#[kettle::test]
async fn consume_budget_lets_others_run_when_it_is_spent() {
    task::yield_now().await;
    let other = kettle::spawn(async {});
    for _ in 0..128 {
        coop::consume_budget().await;
        assert!(!other.is_finished(), "there was budget");
    }
    coop::consume_budget().await;
    assert!(other.is_finished());
}

#[kettle::test]
async fn joining_spends_a_unit_for_each_task_that_has_ended() {
    let ended: Vec<_> = (0..300).map(|_| kettle::spawn(async {})).collect();
    yield_until(|| ended.iter().all(task::JoinHandle::is_finished)).await;
    let joins = async {
        outputs_of(ended).await;
    };
    assert_eq!(kettle::spawn(polls_of(joins)).await.unwrap(), 3, "128, 128 and 44");
}

/// The ids of others are shown meanwhile, and the budget is that of this poll.
#[kettle::test]
async fn a_destructor_has_the_budget_of_the_poll_that_it_runs_in() {
    let answers = Arc::<Mutex<Vec<bool>>>::default();
    let asks = || {
        let answers = answers.clone();
        on_drop(move || answers.lock().unwrap().push(coop::has_budget_remaining()))
    };
    let (output, of_a_job) = (asks(), asks());
    let ended = kettle::spawn(async { output });
    let job = task::spawn_blocking(|| of_a_job);
    yield_until(|| ended.is_finished() && job.is_finished()).await;
    spend_all().await;
    drop((ended, job));
    assert_eq!(*answers.lock().unwrap(), [false, false]);
}

#[kettle::test]
async fn cooperative_makes_a_foreign_future_give_way() {
    task::yield_now().await;
    let other = kettle::spawn(async {});
    for _ in 0..128 {
        assert_eq!(cooperative(ready(7)).await, 7);
    }
    assert!(!other.is_finished());
    cooperative(ready(7)).await;
    assert!(other.is_finished());
}

#[kettle::test]
async fn cooperative_spends_nothing_on_a_pending_future() {
    task::yield_now().await;
    poll_fn(|cx| {
        for _ in 0..1000 {
            let future = std::pin::pin!(cooperative(pending::<()>()));
            assert!(future.poll(cx).is_pending());
        }
        Poll::Ready(())
    })
    .await;
    assert_eq!(spend_all().await, 128);
}

#[kettle::test]
async fn without_budget_cooperative_does_not_poll_its_future() {
    spend_all().await;
    let mut polled = 0;
    let future = poll_fn(|_| {
        polled += 1;
        Poll::Ready(())
    });
    let tries = polls_of(cooperative(future)).await;
    assert_eq!((tries, polled), (2, 1));
}

#[kettle::test]
async fn unconstrained_spends_nothing_and_is_never_put_off() {
    spend_all().await;
    let other = kettle::spawn(async {});
    task::unconstrained(async {
        assert!(coop::has_budget_remaining());
        for _ in 0..1000 {
            task::consume_budget().await;
        }
    })
    .await;
    assert!(!other.is_finished(), "nothing gave the thread away");
    assert!(!coop::has_budget_remaining(), "the budget around it is as it was");
    coop::unconstrained(cooperative(ready(()))).await;
    assert!(!other.is_finished());
}

#[kettle::test]
async fn a_deferred_unit_keeps_a_second_branch_alive() {
    // The example of `has_budget_remaining`: the first branch spends all, the second must not wait.
    let spent = poll_fn(|cx| {
        let had = coop::has_budget_remaining();
        let mut all = std::pin::pin!(spend_all());
        assert!(all.as_mut().poll(cx).is_ready());
        let mut second = std::pin::pin!(coop::unconstrained(cooperative(ready("in time"))));
        match (had, coop::has_budget_remaining()) {
            (true, false) => second.as_mut().poll(cx),
            _ => Poll::Pending,
        }
    });
    assert_eq!(spent.await, "in time");
}

#[test]
fn debug() {
    let mut future = Polled::new(poll_fn(|cx| poll_proceed(cx).map(|unit| format!("{unit:?}"))));
    assert!(future.ready().starts_with("RestoreOnPending"));
    assert!(format!("{:?}", cooperative(ready(1))).starts_with("Coop"));
}

/// A loop of it and `try_read` gives way now and then.
#[kettle::test]
#[cfg_attr(on_tokio, ignore = "tokio's takes none")]
async fn to_wait_for_readiness_takes_a_unit() {
    let socket = kettle::net::UdpSocket::bind("127.0.0.1:0").await.unwrap();
    socket.writable().await.unwrap();
    task::yield_now().await;
    let times = poll_fn(|cx| {
        let is_ready = |_: &u32| pin!(socket.writable()).poll(cx).is_ready();
        Poll::Ready((0..1_000).take_while(is_ready).count())
    });
    assert_eq!(times.await, 128);
}

/// Polls it until it is ready, and once more.
async fn twice<F: Future>(future: F) -> (F::Output, F::Output) {
    let mut future = pin!(future);
    (future.as_mut().await, future.await)
}

#[kettle::test]
#[cfg_attr(on_tokio, should_panic(expected = "resumed after completion"))]
async fn a_recv_that_is_polled_again_receives_the_next() {
    let (tx, mut rx) = kettle::sync::mpsc::channel(2);
    (0..2).for_each(|number| tx.try_send(number).unwrap());
    assert_eq!(twice(rx.recv()).await, (Some(0), Some(1)));
}

#[kettle::test]
#[cfg_attr(on_tokio, should_panic(expected = "resumed after completion"))]
async fn a_join_next_that_is_polled_again_joins_the_next() {
    let mut set = task::JoinSet::from_iter([ready(()), ready(())]);
    let (first, second) = twice(set.join_next()).await;
    assert!(first.is_some() && second.is_some());
}

#[kettle::test]
#[cfg_attr(on_tokio, should_panic(expected = "resumed after completion"))]
async fn a_yield_that_is_polled_again_is_ready() {
    assert_eq!(twice(task::yield_now()).await, ((), ()));
}

#[kettle::test]
#[cfg_attr(on_tokio, should_panic(expected = "resumed after completion"))]
async fn a_changed_that_is_polled_again_sees_the_next_change() {
    let (tx, mut rx) = kettle::sync::watch::channel(0);
    tx.send(1).unwrap();
    let mut changed = pin!(rx.changed());
    changed.as_mut().await.unwrap();
    tx.send(2).unwrap();
    changed.await.unwrap();
}
