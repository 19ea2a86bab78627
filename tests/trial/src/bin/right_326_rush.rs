//! Lorries send the reports of the whole night when they come back, all at once, through a channel without a limit.
//!
//! Right: the channel grows in a moment and is then emptied in handfuls; no more comes than was driven. It happens twice.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::time::Duration;

use kettle::sync::mpsc::{self, UnboundedReceiver};
use kettle::task::yield_now;
use kettle::time::sleep;

#[derive(Clone, Copy)]
struct Report {
    lorry: u32,
    metres: u64,
}

async fn geocode(mut reports: UnboundedReceiver<Report>) -> (usize, u64) {
    let (mut count, mut metres) = (0, 0);
    let mut handful = Vec::with_capacity(256);
    while reports.recv_many(&mut handful, 256).await > 0 {
        sleep(Duration::from_millis(4)).await; // one request for all of them
        count += handful.len();
        metres += handful.drain(..).map(|report| report.metres).max().unwrap_or(0);
    }
    (count, metres)
}

#[kettle::main]
async fn main() {
    let (sender, reports) = mpsc::unbounded_channel();
    let streets = kettle::spawn(geocode(reports));
    for night in 1..=2 {
        for lorry in 0..8_u32 {
            for metres in 0..1000 {
                let report = Report { lorry, metres: night * metres };
                sender.send(report).unwrap();
                debug_assert!(report.lorry < 8);
            }
            yield_now().await;
        }
        sleep(Duration::from_millis(1200)).await; // the day
    }
    drop(sender);
    let (count, metres) = streets.await.unwrap();
    println!("{count} reports, {metres} metres or more");
}
