// RIGHT. Graceful end: broadcast "stop", each worker finishes its present item and ends; main awaits all. EXPECT: silence.
use kettle::sync::broadcast;
use std::time::Duration;

async fn worker(id: u64, mut stop: broadcast::Receiver<()>) -> u64 {
    let mut items = 0;
    loop {
        kettle::select! {
            _ = stop.recv() => break,
            () = kettle::time::sleep(Duration::from_millis(17 + id)) => {}
        }
        // the item itself is never interrupted
        kettle::time::sleep(Duration::from_millis(40)).await;
        items += 1;
    }
    items
}

#[kettle::main]
async fn main() {
    let (stop, _) = broadcast::channel(1);
    let handles: Vec<_> = (0..4).map(|id| kettle::spawn(worker(id, stop.subscribe()))).collect();
    kettle::time::sleep(Duration::from_millis(1200)).await;
    stop.send(()).unwrap();
    let mut items = 0;
    for handle in handles {
        items += handle.await.unwrap();
    }
    println!("some items: {}", items > 0);
}
