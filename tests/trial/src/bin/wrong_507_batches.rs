//! Measurements are written in batches of at least three.
//! doctor: `lost_wakeup`

use std::future::poll_fn;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use kettle::sync::mpsc;
use kettle::time::sleep;

struct Batches {
    measured: mpsc::Receiver<f32>,
    batch: Vec<f32>,
}

impl Batches {
    /// Takes what is there without waiting; a batch is ready when it has three or the line is closed.
    fn poll_next(&mut self, _cx: &mut Context<'_>) -> Poll<Option<Vec<f32>>> {
        let mut only_look = Context::from_waker(Waker::noop());
        while let Poll::Ready(value) = self.measured.poll_recv(&mut only_look) {
            match value {
                Some(value) => self.batch.push(value),
                None if self.batch.is_empty() => return Poll::Ready(None),
                None => return Poll::Ready(Some(std::mem::take(&mut self.batch))),
            }
        }
        if self.batch.len() < 3 {
            return Poll::Pending;
        }
        Poll::Ready(Some(std::mem::take(&mut self.batch)))
    }
}

#[kettle::main]
async fn main() {
    let (measure, measured) = mpsc::channel(16);
    let writer = kettle::spawn(async move {
        let mut batches = Batches { measured, batch: Vec::new() };
        while let Some(batch) = poll_fn(|cx| batches.poll_next(cx)).await {
            println!("written: {batch:?}");
        }
    });
    for n in 0..8 {
        measure.send(20.5 + n as f32 / 10.0).await.expect("the writer listens");
        sleep(Duration::from_millis(20)).await;
    }
    drop(measure);
    writer.await.expect("no panic");
    println!("All measurements are written.");
}
