// WRONG. A pool of workers shares `Arc<Mutex<Receiver>>`. Main awaits the workers while it still has the sender.
// EXPECT: deadlock: one worker waits for a value (it has the lock), the others wait for the lock; main awaits the first; a sender is left in main. CURE: drop(jobs).
use kettle::sync::{Mutex, mpsc};
use std::sync::Arc;
use std::time::Duration;

async fn worker(id: u32, jobs: Arc<Mutex<mpsc::Receiver<u32>>>) -> u32 {
    let mut done = 0;
    loop {
        let job = jobs.lock().await.recv().await;
        let Some(job) = job else { return done };
        kettle::time::sleep(Duration::from_millis(u64::from(5 + job % 3))).await;
        println!("worker {id}: job {job}");
        done += 1;
    }
}

#[kettle::main]
async fn main() {
    let (jobs, receiver) = mpsc::channel(4);
    let receiver = Arc::new(Mutex::new(receiver));
    let workers: Vec<_> = (0..3).map(|id| kettle::spawn(worker(id, receiver.clone()))).collect();
    for job in 0..10 {
        jobs.send(job).await.unwrap();
    }
    let mut done = 0;
    for worker in workers {
        done += worker.await.unwrap();
    }
    println!("{done} jobs");
}
