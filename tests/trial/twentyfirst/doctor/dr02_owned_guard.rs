// RIGHT. An owned guard is handed from the task that takes it to another, which drops it after the upload (1 s). Meanwhile another
// task waits for the lock on purpose (one upload at a time). EXPECT: silence.
use kettle::sync::{Mutex, OwnedMutexGuard, mpsc};
use std::sync::Arc;
use std::time::Duration;

type Slot = OwnedMutexGuard<Vec<u8>>;

async fn uploader(mut work: mpsc::Receiver<Slot>) {
    while let Some(mut slot) = work.recv().await {
        kettle::time::sleep(Duration::from_millis(900)).await;
        slot.clear();
    }
}

#[kettle::main]
async fn main() {
    let buffer = Arc::new(Mutex::new(Vec::new()));
    let (send, work) = mpsc::channel(1);
    let up = kettle::spawn(uploader(work));
    for round in 0..3_u8 {
        let mut slot = buffer.clone().lock_owned().await;
        slot.extend([round; 100]);
        send.send(slot).await.unwrap();
        println!("round {round} handed over");
    }
    drop(send);
    up.await.unwrap();
    println!("{}", buffer.lock().await.len());
}
