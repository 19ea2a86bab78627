// Thirty workers put results into a bounded queue of four; one slow consumer.
// Expected: ends by itself, 90 results, ~ 0.9 s; workers mostly wait for room.
use kettle::sync::mpsc;
use kettle::time::{Duration, Instant, sleep};

#[derive(Debug)]
struct Finding {
    worker: usize,
    round: usize,
}

async fn worker(number: usize, results: mpsc::Sender<Finding>) {
    for round in 0..3 {
        sleep(Duration::from_millis((number % 7) as u64)).await;
        if results.send(Finding { worker: number, round }).await.is_err() {
            return;
        }
    }
}

async fn consumer(mut results: mpsc::Receiver<Finding>) -> usize {
    let mut seen = 0;
    while let Some(finding) = results.recv().await {
        // Every tenth takes longer, and holds the thread for a while.
        if seen % 10 == 9 {
            std::thread::sleep(Duration::from_millis(15));
        }
        sleep(Duration::from_millis(8)).await;
        seen += 1;
        if finding.worker == 0 {
            println!("{finding:?}, round {}", finding.round);
        }
    }
    seen
}

#[kettle::main]
async fn main() {
    let start = Instant::now();
    let (send, receive) = mpsc::channel(4);
    let consuming = kettle::spawn(consumer(receive));
    let workers: Vec<_> = (0..30).map(|number| kettle::spawn(worker(number, send.clone()))).collect();
    drop(send);
    for worker in workers {
        worker.await.unwrap();
    }
    let seen = consuming.await.unwrap();
    println!("{seen} results in {:?}", start.elapsed());
}
