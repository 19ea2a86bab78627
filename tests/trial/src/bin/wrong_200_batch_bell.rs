//! A meter's readings are written four at a time. The bell rings only for a reader that may be asleep: when the list was empty.
//!
//! Wrong: the reader goes to sleep at three readings, too, and the fourth rings no bell.
//!
//! Expected: `lost_wakeup` (or `deadlock`) of task 1: its waker is stored, and nothing is left that would call it. The cure: call it
//! whenever the state changes that the task waits for.
//!
//! doctor: `lost_wakeup` | `deadlock`
//! ends: killed

use std::future::poll_fn;
use std::sync::{Arc, Mutex};
use std::task::{Poll, Waker};
use std::time::Duration;

use kettle::time::sleep;

#[derive(Default)]
struct Readings {
    list: Vec<u32>,
    reader: Option<Waker>,
}

fn add(readings: &Mutex<Readings>, value: u32) {
    let mut readings = readings.lock().unwrap();
    readings.list.push(value);
    if readings.list.len() == 1
        && let Some(reader) = readings.reader.take()
    {
        reader.wake();
    }
}

async fn four(readings: &Mutex<Readings>) -> Vec<u32> {
    poll_fn(|cx| {
        let mut readings = readings.lock().unwrap();
        if readings.list.len() >= 4 {
            return Poll::Ready(readings.list.drain(..4).collect());
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
        async move { four(&readings).await.iter().sum::<u32>() }
    });
    for value in 10..14 {
        sleep(Duration::from_millis(15)).await;
        add(&readings, value);
    }
    println!("{}", writer.await.unwrap());
}
