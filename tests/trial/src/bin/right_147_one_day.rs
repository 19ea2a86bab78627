//! A test of a timetable: a day of 24 hours with the clock paused. Jobs come at their hour, and one listens for orders as well.
//!
//! Right: the clock jumps from hour to hour while each task also waits for a channel, on which hardly anything comes. A limit
//! of a week never fires, and one of an hour is expected to.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::time::Duration;

use kettle::runtime::Builder;
use kettle::sync::{mpsc, watch};
use kettle::time::{Instant, interval, sleep, timeout};

const HOUR: Duration = Duration::from_hours(1);

async fn bells(mut night: watch::Receiver<bool>) -> u32 {
    let mut rung = 0;
    let mut clock = interval(HOUR);
    loop {
        kettle::select! {
            _ = clock.tick() => rung += 1,
            _ = night.wait_for(|night| *night) => return rung,
        }
    }
}

async fn baker(mut orders: mpsc::Receiver<u32>) -> u32 {
    let mut baked = 0;
    loop {
        match timeout(3 * HOUR, orders.recv()).await {
            Ok(Some(order)) => baked += order,
            Ok(None) => return baked,
            Err(_) => baked += 1, // no order: one for the shop window
        }
    }
}

async fn a_day() {
    let begun = Instant::now();
    let (night, falls) = watch::channel(false);
    let (order, orders) = mpsc::channel(1);
    let bells = kettle::spawn(bells(falls));
    let baker = kettle::spawn(baker(orders));
    sleep(10 * HOUR).await;
    order.send(5).await.unwrap();
    assert!(timeout(HOUR, order.closed()).await.is_err(), "the baker works on");
    sleep(13 * HOUR + HOUR / 2).await;
    drop(order);
    night.send(true).unwrap();
    let (rung, baked) = timeout(168 * HOUR, async { kettle::join!(bells, baker) }).await.unwrap();
    assert_eq!((rung.unwrap(), baked.unwrap()), (25, 3 + 5 + 4));
    assert!(begun.elapsed() < 25 * HOUR);
}

fn main() {
    Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()
        .unwrap()
        .block_on(a_day());
}
