//! Two thousand visitors are there from the beginning and wait for the doors to open, for two and a half
//! seconds.
//!
//! Suspicious: a crowd that waits and does nothing. Right: it doesn't grow, and gets its order.
//!
//! doctor: silence

use std::time::Duration;

use kettle::sync::watch;
use kettle::time::sleep;

#[kettle::main]
async fn main() {
    let (door, closed) = watch::channel(false);
    let (seat, mut seats) = kettle::sync::mpsc::unbounded_channel();
    for visitor in 0..2000_u32 {
        let (mut door, seat) = (closed.clone(), seat.clone());
        kettle::spawn(async move {
            door.wait_for(|&open| open).await.expect("it opens");
            seat.send(visitor).expect("there are seats");
        });
    }
    drop(seat);
    sleep(Duration::from_millis(2500)).await;
    door.send_replace(true);
    let mut taken = 0;
    while seats.recv().await.is_some() {
        taken += 1;
    }
    println!("{taken}");
}
