// RIGHT. Three workers share `Arc<Mutex<Receiver>>`; the pool idles for 4 s (the feeder is a plain thread that sleeps), then works, then the channel closes. EXPECT: silence.
use kettle::sync::{Mutex, mpsc};
use std::sync::Arc;
use std::time::Duration;

#[kettle::main]
async fn main() {
    let (jobs, receiver) = mpsc::channel::<u32>(4);
    let receiver = Arc::new(Mutex::new(receiver));
    let workers: Vec<_> = (0..3)
        .map(|_| {
            let receiver = receiver.clone();
            kettle::spawn(async move {
                let mut sum = 0;
                loop {
                    let job = receiver.lock().await.recv().await;
                    let Some(job) = job else { return sum };
                    kettle::time::sleep(Duration::from_millis(30)).await;
                    sum += job;
                }
            })
        })
        .collect();
    let feeder = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_secs(4));
        for job in 0..20 {
            jobs.blocking_send(job).unwrap();
        }
    });
    let mut sum = 0;
    for worker in workers {
        sum += worker.await.unwrap();
    }
    println!("{sum}");
    feeder.join().unwrap();
}
