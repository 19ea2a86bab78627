//! A service is told to stop, and takes its time: each worker first ends what it has begun.
//! doctor: silence

use std::time::{Duration, Instant};

use kettle::select;
use kettle::sync::watch;
use kettle::task::JoinSet;
use kettle::time::{sleep, timeout};

async fn worker(id: u32, mut stop: watch::Receiver<bool>) -> (u32, u32) {
    let mut served = 0;
    loop {
        select! {
            biased;
            _ = stop.wait_for(|stop| *stop) => break,
            () = sleep(Duration::from_millis(60 + u64::from(id) * 10)) => served += 1,
        }
    }
    // Saves its state: a slow disk.
    for _ in 0..id {
        sleep(Duration::from_millis(350)).await;
    }
    (id, served)
}

#[kettle::main]
async fn main() {
    let (stop, stopped) = watch::channel(false);
    let mut workers = JoinSet::new();
    for id in 1..=4 {
        workers.spawn(worker(id, stopped.clone()));
    }
    drop(stopped);
    sleep(Duration::from_millis(700)).await;

    let said = Instant::now();
    stop.send(true).expect("the workers listen");
    println!("Stopping ...");
    let ending = async {
        while let Some(ended) = workers.join_next().await {
            let (id, served) = ended.expect("no panic");
            println!("worker {id} served {served}, ended after {} ms", said.elapsed().as_millis());
        }
    };
    match timeout(Duration::from_secs(5), ending).await {
        Ok(()) => println!("All have ended."),
        Err(_) => println!("Some were too slow."),
    }
}
