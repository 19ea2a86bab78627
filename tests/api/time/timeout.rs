//! `timeout`: who wins, and what becomes of the loser.

use std::future::{pending, poll_fn, ready};
use std::io;
use std::pin::pin;
use std::sync::Arc;

use kettle::sync::mpsc;
use kettle::task::{spawn, yield_now};
use kettle::time::{Duration, Instant, advance, sleep, sleep_until, timeout, timeout_at};

use super::{ms, secs};
use crate::help::polls_of;
use crate::macros::Soon;

#[kettle::test(start_paused = true)]
async fn who_wins() {
    const NEVER: u64 = u64::MAX;
    // The future is ready at, the deadline is at, who wins, when (all in ms).
    for (value, deadline, wins, at) in [
        (0, 0, true, 0),
        (0, 10, true, 0),
        (5, 10, true, 5),
        (9, 10, true, 9),
        (10, 10, true, 10),
        (11, 10, false, 10),
        (20, 10, false, 10),
        (10, 0, false, 0),
        (NEVER, 10, false, 10),
        (10, NEVER, true, 10),
    ] {
        let start = Instant::now();
        let work = async move {
            match value {
                0 => {}
                NEVER => pending().await,
                _ => sleep(ms(value)).await,
            }
        };
        let limit = if deadline == NEVER { Duration::MAX } else { ms(deadline) };
        let won = timeout(limit, work).await.is_ok();
        assert_eq!((won, start.elapsed()), (wins, ms(at)), "ready at {value}, until {deadline}");
    }
}

#[kettle::test(start_paused = true)]
async fn a_deadline_behind_us() {
    advance(secs(1)).await;
    let past = Instant::now() - ms(500);
    assert_eq!(timeout_at(past, ready("tea")).await, Ok("tea"), "the future is polled first");
    assert!(timeout_at(past, pending::<()>()).await.is_err());
    assert_eq!(Instant::now() - past, ms(500));
}

#[kettle::test(start_paused = true)]
async fn the_future_is_polled_once_before_and_once_after_its_wake() {
    assert_eq!(timeout(secs(2), polls_of(sleep(secs(1)))).await, Ok(2));
}

/// `Err` does not drop the future; the `Timeout`'s own end does.
#[kettle::test(start_paused = true)]
async fn the_loser_is_dropped_with_the_timeout() {
    let held = Arc::new(());
    let witness = held.clone();
    let work = async move {
        pending::<()>().await;
        drop(held);
    };
    let mut limited = Box::pin(timeout(secs(1), work));
    assert!(limited.as_mut().await.is_err());
    assert_eq!(Arc::strong_count(&witness), 2);
    drop(limited);
    assert_eq!(Arc::strong_count(&witness), 1);
}

#[kettle::test(start_paused = true)]
async fn one_in_another() {
    let start = Instant::now();
    let inner_first = timeout(secs(2), timeout(secs(1), pending::<()>())).await;
    assert!(matches!(inner_first, Ok(Err(_))));
    assert_eq!(start.elapsed(), secs(1));
    let outer_first = timeout(secs(1), timeout(secs(2), pending::<()>())).await;
    assert!(outer_first.is_err());
    assert_eq!(start.elapsed(), secs(2));
}

#[kettle::test(start_paused = true)]
async fn takes_what_becomes_a_future() {
    assert_eq!(timeout(secs(1), Soon(7)).await, Ok(7));
}

#[kettle::test(start_paused = true)]
async fn elapsed_is_an_error_of_io() {
    async fn read() -> io::Result<()> {
        timeout(secs(1), pending::<()>()).await?;
        Ok(())
    }
    assert_eq!(read().await.unwrap_err().kind(), io::ErrorKind::TimedOut);
}

// ---- with the budget spent ----------------------------------------------------------------------

/// A future that could go on without end spends the budget of every poll. Its timeout asks after
/// it, finds nothing left, and must be heard all the same.
#[kettle::test(start_paused = true)]
async fn a_busy_future_cannot_put_its_deadline_off() {
    let busy = async {
        let (sender, mut receiver) = mpsc::channel(1);
        for lap in 0..100_000 {
            sender.send(lap).await.unwrap();
            receiver.recv().await.unwrap();
        }
    };
    let clock = spawn(async {
        yield_now().await;
        advance(secs(2)).await;
    });
    assert!(timeout(secs(1), busy).await.is_err(), "it was ready before its deadline was heard");
    clock.await.unwrap();
}

/// If the budget was gone before, the future inside wasn't heard either: then nobody is yet.
#[kettle::test(start_paused = true)]
async fn without_budget_from_the_start_it_waits_for_the_next_poll() {
    let mut spent = pin!(sleep(ms(1)));
    spent.as_mut().await;
    let past = Instant::now();
    let mut limited = pin!(timeout_at(past, sleep_until(past)));
    let mut polls = 0;
    let result = poll_fn(|cx| {
        polls += 1;
        if polls == 1 {
            while spent.as_mut().poll(cx).is_ready() {}
        }
        limited.as_mut().poll(cx)
    });
    assert_eq!(result.await, Ok(()), "both were ready: the value wins");
    assert_eq!(polls, 2);
}
