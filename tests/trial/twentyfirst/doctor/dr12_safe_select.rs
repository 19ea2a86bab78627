// RIGHT. `select!` in a loop over a cancel-safe recv and a timer; a value that waits for room is kept in a variable (`reserve` in a branch,
// the value outside). Nothing is lost. EXPECT: silence.
use kettle::sync::mpsc;
use std::time::Duration;

async fn forward(mut jobs: mpsc::Receiver<u32>, out: mpsc::Sender<u32>) {
    let mut status = kettle::time::interval(Duration::from_millis(20));
    let mut kept: Option<u32> = None;
    loop {
        kettle::select! {
            job = jobs.recv(), if kept.is_none() => match job {
                Some(job) => kept = Some(job),
                None => return,
            },
            permit = out.reserve(), if kept.is_some() => {
                permit.unwrap().send(kept.take().unwrap());
            }
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
    while results.recv().await.is_some() {
        kettle::time::sleep(Duration::from_millis(50)).await;
        done += 1;
    }
    println!("{done} of 20 jobs");
}
