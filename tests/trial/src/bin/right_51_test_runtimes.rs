//! What a test suite does: a runtime for each case, thirty of them, in which services are spawned that still
//! wait for their channels when the case is over.
//!
//! Suspicious: tasks that have begun and never end; senders that outlive a runtime.
//!
//! doctor: silence

use std::time::Duration;

use kettle::runtime::Builder;
use kettle::sync::{mpsc, oneshot};
use kettle::time::{sleep, timeout};

fn case(number: u32) -> u32 {
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    let (ask, mut asked) = mpsc::channel::<(u32, oneshot::Sender<u32>)>(2);
    let answer = runtime.block_on(async {
        kettle::spawn(async move {
            while let Some((number, reply)) = asked.recv().await {
                sleep(Duration::from_millis(2)).await;
                let _gone = reply.send(number + 1);
            }
        });
        let (reply, answer) = oneshot::channel();
        ask.send((number, reply)).await.expect("the service runs");
        timeout(Duration::from_secs(5), answer).await
    });
    drop(runtime);
    drop(ask);
    answer.expect("it is quick").expect("it answers")
}

fn main() {
    println!("{}", (0..30).map(case).sum::<u32>());
}
