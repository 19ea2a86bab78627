//! A meter's readings are written four at a time. The bell rings for every fourth, and for the end.
//!
//! Right: the waker that is stored is called whenever there is enough, and kept otherwise. The reader and its waker wait for
//! code that isn't kettle's for most of the time.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::future::poll_fn;
use std::sync::{Arc, Mutex};
use std::task::{Poll, Waker};
use std::time::Duration;

use kettle::time::sleep;

#[derive(Default)]
struct Readings {
    list: Vec<u32>,
    ended: bool,
    reader: Option<Waker>,
}

fn change(readings: &Mutex<Readings>, change: impl FnOnce(&mut Readings)) {
    let mut readings = readings.lock().unwrap();
    change(&mut readings);
    if (readings.ended || readings.list.len() >= 4)
        && let Some(reader) = readings.reader.take()
    {
        reader.wake();
    }
}

async fn some(readings: &Mutex<Readings>) -> Vec<u32> {
    poll_fn(|cx| {
        let mut readings = readings.lock().unwrap();
        let here = readings.list.len();
        if here >= 4 || readings.ended {
            return Poll::Ready(readings.list.drain(..here.min(4)).collect());
        }
        readings.reader = Some(cx.waker().clone());
        Poll::Pending
    })
    .await
}

#[kettle::main]
async fn main() {
    let readings = Arc::new(Mutex::new(Readings::default()));
    let writer = kettle::spawn({
        let readings = readings.clone();
        async move {
            let mut sums = Vec::new();
            loop {
                let batch = some(&readings).await;
                if batch.is_empty() {
                    return sums;
                }
                sums.push(batch.iter().sum::<u32>());
            }
        }
    });
    for value in 10..20 {
        sleep(Duration::from_millis(150)).await;
        change(&readings, |readings| readings.list.push(value));
    }
    change(&readings, |readings| readings.ended = true);
    println!("{:?}", writer.await.unwrap());
}
