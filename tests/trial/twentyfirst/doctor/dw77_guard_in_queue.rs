// WRONG. As dr02, but the uploader stops after an error; the next guard lies in the queue (main has sent it), and main waits for the lock. The receiver is kept in a struct with the statistics.
// EXPECT: deadlock: main waits for lock 1; it took it itself, and sent the guard into channel 1, where no task receives. CURE: go on after an error / drop the receiver when the uploader stops.
use kettle::sync::{Mutex, OwnedMutexGuard, mpsc};
use std::sync::Arc;
use std::time::Duration;

struct Uploader {
    work: mpsc::Receiver<OwnedMutexGuard<Vec<u8>>>,
    uploads: u32,
}

impl Uploader {
    async fn run(&mut self) -> Result<(), String> {
        while let Some(mut buffer) = self.work.recv().await {
            kettle::time::sleep(Duration::from_millis(20)).await;
            buffer.clear();
            self.uploads += 1;
            if self.uploads == 2 {
                return Err("connection lost".into());
            }
        }
        Ok(())
    }
}

#[kettle::main]
async fn main() {
    let buffer = Arc::new(Mutex::new(Vec::new()));
    let (send, work) = mpsc::channel(1);
    let mut uploader = Uploader { work, uploads: 0 };
    let up = kettle::spawn(async move {
        let end = uploader.run().await;
        (end, uploader)
    });
    for round in 0..4_u8 {
        let mut slot = buffer.clone().lock_owned().await;
        slot.extend([round; 100]);
        if send.send(slot).await.is_err() {
            break;
        }
    }
    drop(send);
    let (end, uploader) = up.await.unwrap();
    println!("{end:?} after {} uploads", uploader.uploads);
}
