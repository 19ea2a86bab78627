//! Many sleeps, and far ones: each fires once, in order, and not one is forgotten.

use std::cell::RefCell;
use std::future::poll_fn;
use std::pin::pin;
use std::rc::Rc;

use kettle::task::{LocalSet, spawn, spawn_local};
use kettle::time::{Duration, Instant, interval, interval_at, sleep, sleep_until, timeout};

use super::{look, ms, outputs_of, secs};

const YEAR: Duration = Duration::from_hours(365 * 24);

/// The wheel's last level ends at 2^36 ms, 2.2 years.
#[kettle::test(start_paused = true)]
async fn sleeps_of_years() {
    let start = Instant::now();
    let years = [9, 3, 29, 5, 3, 0, 17];
    let order = Rc::new(RefCell::new(Vec::new()));
    LocalSet::new()
        .run_until(async {
            let sleeps = years.map(|years| {
                let order = order.clone();
                spawn_local(async move {
                    sleep(years * YEAR + ms(7)).await;
                    assert_eq!(start.elapsed(), years * YEAR + ms(7));
                    order.borrow_mut().push(years);
                })
            });
            outputs_of(sleeps).await;
        })
        .await;
    assert_eq!(order.take(), [0, 3, 3, 5, 9, 17, 29]);
}

/// Nobody lives to see these; nothing overflows, and they can be moved back to our time.
#[kettle::test(start_paused = true)]
#[cfg_attr(on_tokio, ignore = "tokio cuts a period of ages to thirty years")]
async fn durations_without_end() {
    let start = Instant::now();
    let mut forever = pin!(sleep(Duration::MAX));
    assert!(forever.deadline() >= start + 29 * YEAR);
    assert!(look(forever.as_mut()).await.is_pending());
    forever.as_mut().reset(start + secs(1));
    forever.await;
    assert_eq!(start.elapsed(), secs(1));

    assert!(timeout(Duration::MAX, sleep(secs(1))).await.is_ok());
    assert!(timeout(Duration::from_secs(u64::MAX / 4), sleep(secs(1))).await.is_ok());

    let mut seldom = interval(Duration::MAX);
    assert_eq!(seldom.period(), Duration::MAX);
    seldom.tick().await;
    seldom.reset();
    seldom.reset_after(Duration::MAX);
    assert!(poll_fn(|cx| std::task::Poll::Ready(seldom.poll_tick(cx))).await.is_pending());
    seldom.reset_after(ms(1));
    let due = start + secs(3) + ms(1);
    assert_eq!(seldom.tick().await, due);
    assert!(seldom.tick().await >= due + 29 * YEAR);

    let far = interval_at(start + 100 * YEAR, Duration::MAX).tick().await;
    assert_eq!(far, start + 100 * YEAR);
}

/// The farthest instant there is: no arithmetic of ours overflows on the way to it.
#[kettle::test(start_paused = true)]
async fn the_last_instant() {
    let mut last = Instant::now();
    for shift in (0..64).rev() {
        last = last.checked_add(Duration::from_secs(1 << shift)).unwrap_or(last);
    }
    let mut sleep = pin!(sleep_until(last));
    assert!(look(sleep.as_mut()).await.is_pending());
    let beside = spawn(kettle::time::sleep(secs(1)));
    beside.await.unwrap();
    assert!(look(sleep.as_mut()).await.is_pending());
}
