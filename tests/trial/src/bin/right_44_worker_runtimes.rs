//! Three threads with a runtime each, and a main runtime that gives them jobs and waits for the results. One of
//! them has a timer; another one waits for the third.
//!
//! Suspicious: three of four runtimes sleep without a deadline for more than a second.
//!
//! doctor: silence

use std::thread;
use std::time::Duration;

use kettle::runtime::Builder;
use kettle::sync::{mpsc, oneshot};
use kettle::time::sleep;

fn start(service: impl Future<Output = ()> + Send + 'static) -> thread::JoinHandle<()> {
    thread::spawn(|| {
        let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(service);
    })
}

#[kettle::main]
async fn main() {
    let (job, mut jobs) = mpsc::channel::<u32>(1);
    let (cooked, mut meals) = mpsc::channel(1);
    let (served, dinner) = oneshot::channel();
    let cook = start(async move {
        while let Some(job) = jobs.recv().await {
            sleep(Duration::from_millis(1400)).await;
            cooked.send(job * 2).await.expect("it is served");
        }
    });
    let waiter = start(async move {
        let mut sum = 0;
        while let Some(meal) = meals.recv().await {
            sum += meal;
        }
        served.send(sum).expect("main is hungry");
    });
    for number in 1..3 {
        job.send(number).await.expect("the cook works");
    }
    drop(job);
    println!("{:?}", dinner.await);
    cook.join().expect("it doesn't panic");
    waiter.join().expect("it doesn't panic");
}
