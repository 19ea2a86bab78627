// RIGHT. A supervisor that gives each attempt 1.5 s and aborts it then; the attempt waits for a Notify that nobody calls (a device that isn't there). After two attempts it goes on without. EXPECT: silence.
use kettle::sync::Notify;
use kettle::time::timeout;
use std::sync::Arc;
use std::time::Duration;

#[kettle::main]
async fn main() {
    let device = Arc::new(Notify::new());
    for attempt in 0..2 {
        let device = device.clone();
        let mut task = kettle::spawn(async move { device.notified().await });
        if timeout(Duration::from_millis(1500), &mut task).await.is_err() {
            println!("attempt {attempt}: no device");
            task.abort();
            assert!(task.await.unwrap_err().is_cancelled());
        }
    }
    println!("goes on without");
}
