//! A test, with the clock paused: a queue that is closed for the night gives nothing for an hour, and opens after that.
//!
//! Right: the limit is what is expected. All tasks wait until it ends, and then the test goes on.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::{Notify, mpsc};
use kettle::time::{Instant, timeout};

struct Desk {
    morning: Notify,
}

async fn clerk(desk: Arc<Desk>, tickets: mpsc::Sender<u32>) {
    desk.morning.notified().await;
    for number in 1..=3 {
        if tickets.send(number).await.is_err() {
            return;
        }
    }
}

async fn nothing_for(hours: u64, queue: &mut mpsc::Receiver<u32>) {
    let limit = Duration::from_hours(hours);
    let ticket = timeout(limit, queue.recv()).await;
    assert!(ticket.is_err(), "the desk is closed");
}

#[kettle::main(start_paused = true)]
async fn main() {
    let began = Instant::now();
    let desk = Arc::new(Desk { morning: Notify::new() });
    let (tickets, mut queue) = mpsc::channel(1);
    let clerk = kettle::spawn(clerk(Arc::clone(&desk), tickets));
    nothing_for(1, &mut queue).await;
    nothing_for(7, &mut queue).await;
    assert!(began.elapsed() >= Duration::from_hours(8));

    desk.morning.notify_one();
    let mut served = Vec::new();
    while let Ok(Some(ticket)) = timeout(Duration::from_mins(1), queue.recv()).await {
        served.push(ticket);
    }
    assert_eq!(served, [1, 2, 3]);
    clerk.await.expect("the clerk");
    println!("{served:?}");
}
