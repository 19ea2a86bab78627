// WRONG. Tasks put their results into a bounded channel; main joins all of them first, and receives afterwards. The channel is full.
// EXPECT: deadlock: tasks wait for room; main waits for the JoinSet, has the receiver itself. CURE: receive before/while joining.
use kettle::sync::mpsc;
use kettle::task::JoinSet;

async fn square(n: u64, results: mpsc::Sender<u64>) {
    kettle::time::sleep(std::time::Duration::from_millis(n)).await;
    results.send(n * n).await.unwrap();
}

#[kettle::main]
async fn main() {
    let (results, mut squares) = mpsc::channel(8);
    let mut tasks = JoinSet::new();
    for n in 0..20 {
        tasks.spawn(square(n, results.clone()));
    }
    drop(results);
    while let Some(end) = tasks.join_next().await {
        end.unwrap();
    }
    let mut sum = 0;
    while let Some(square) = squares.recv().await {
        sum += square;
    }
    println!("{sum}");
}
