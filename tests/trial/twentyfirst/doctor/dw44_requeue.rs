// WRONG. A worker keeps a sender of its own queue to put failed jobs back. The channel never closes, since its own sender is left.
// EXPECT: deadlock: worker waits for a value from the channel of which 1 sender is left; main awaits the worker. CURE: WeakSender / own list.
use kettle::sync::mpsc;
use std::time::Duration;

struct Job {
    id: u32,
    tries: u32,
}

async fn work(queue: mpsc::Sender<Job>, mut jobs: mpsc::Receiver<Job>) -> u32 {
    let mut done = 0;
    while let Some(mut job) = jobs.recv().await {
        kettle::time::sleep(Duration::from_millis(5)).await;
        job.tries += 1;
        if job.id % 3 == 0 && job.tries < 3 {
            queue.send(job).await.ok();
        } else {
            done += 1;
        }
    }
    done
}

#[kettle::main]
async fn main() {
    let (queue, jobs) = mpsc::channel(32);
    let worker = kettle::spawn(work(queue.clone(), jobs));
    for id in 0..9 {
        queue.send(Job { id, tries: 0 }).await.ok();
    }
    drop(queue);
    println!("{} jobs", worker.await.unwrap());
}
