// How does a server end without throwing its visitors out? It takes no new ones, lets those inside
// finish, and not forever. (The server is a café here: guests come through a channel instead
// of a listener, and a oneshot says what Ctrl-C would.)

use std::time::Duration;

use kettle::sync::{mpsc, oneshot};
use kettle::time::{Instant, sleep, timeout_at};

async fn meal(guest: &'static str, seconds: u64) {
    sleep(Duration::from_secs(seconds)).await;
    println!("  {guest} has finished");
}

async fn cafe(mut door: mpsc::Receiver<(&'static str, u64)>, mut closing: oneshot::Receiver<()>) {
    let mut tables = Vec::new();
    loop {
        kettle::select! {
            Some((guest, seconds)) = door.recv() => {
                tables.push((guest, kettle::spawn(meal(guest, seconds))));
            }
            _ = &mut closing => break, // 1. no new guests
            else => break,
        }
    }
    println!("Closing: {} guests were served", tables.len());
    let last_orders = Instant::now() + Duration::from_secs(10);
    for (guest, mut table) in tables {
        // 2. Guests who are here may finish…
        if timeout_at(last_orders, &mut table).await.is_err() {
            table.abort(); // 3. …but not stay forever.
            let end = table.await;
            println!("  {guest} is sent home: {}", end.is_err_and(|error| error.is_cancelled()));
        }
    }
}

#[kettle::main(start_paused = true)]
async fn main() {
    let (guests, door) = mpsc::channel(8);
    let (close, closing) = oneshot::channel();
    let cafe = kettle::spawn(cafe(door, closing));
    for guest in [("Anna", 2), ("Bert", 8), ("Carl", 3600)] {
        guests.send(guest).await.expect("the café is open");
    }
    sleep(Duration::from_secs(5)).await;
    close.send(()).expect("the café is open");
    let called = Instant::now();
    cafe.await.expect("no panic");
    println!("Closed after {} s", called.elapsed().as_secs());
}
