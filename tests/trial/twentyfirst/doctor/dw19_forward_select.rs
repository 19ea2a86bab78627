// WRONG. A forwarder: in one branch of `select!` it receives and then sends on (bounded, slow consumer); the other branch is a status tick.
// If the tick comes while the send waits for room, the branch is dropped with the value.
// EXPECT: lost_value (warning): channel of `jobs`, the branch with `out.send`. CURE: only `recv()` in the branch, `send` in the handler.
use kettle::sync::mpsc;
use std::time::Duration;

async fn forward(mut jobs: mpsc::Receiver<u32>, out: mpsc::Sender<u32>) {
    let mut status = kettle::time::interval(Duration::from_millis(70));
    loop {
        kettle::select! {
            more = async {
                match jobs.recv().await {
                    Some(job) => { out.send(job).await.unwrap(); true }
                    None => false,
                }
            } => if !more { return },
            _ = status.tick() => {}
        }
    }
}

#[kettle::main]
async fn main() {
    let (sender, jobs) = mpsc::channel(4);
    let (out, mut results) = mpsc::channel(1);
    kettle::spawn(forward(jobs, out));
    kettle::spawn(async move {
        for job in 0..20 {
            sender.send(job).await.unwrap();
        }
    });
    let mut done = 0;
    while let Some(job) = results.recv().await {
        kettle::time::sleep(Duration::from_millis(50)).await;
        println!("job {job}");
        done += 1;
    }
    println!("{done} of 20 jobs");
}
