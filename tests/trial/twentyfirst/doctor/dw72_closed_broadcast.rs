// WRONG. A listener ignores all errors of a broadcast (`Lagged` was meant): after the sender has gone, `Closed` comes at once, forever.
// EXPECT: busy_loop: listener's task at `events.recv()`. CURE: leave the loop at Closed.
use kettle::sync::broadcast;
use std::time::Duration;

async fn listen(mut events: broadcast::Receiver<u32>) {
    loop {
        let event = match events.recv().await {
            Ok(event) => event,
            Err(_) => continue, // lagged
        };
        println!("event {event}");
    }
}

#[kettle::main]
async fn main() {
    let (sender, events) = broadcast::channel(4);
    let listener = kettle::spawn(listen(events));
    for event in 0..3 {
        sender.send(event).unwrap();
        kettle::time::sleep(Duration::from_millis(20)).await;
    }
    drop(sender);
    kettle::time::sleep(Duration::from_millis(2500)).await;
    listener.abort();
}
