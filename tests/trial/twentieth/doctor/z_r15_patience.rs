//! A simulation with the clock paused: a customer waits for a call back that never comes, gives up after ten minutes, takes
//! the next line, and is served there.
//!
//! Right: the time limit is what the program is about. Near to: a hang that only a limit has ended.
//!
//! Expected: silent.

use std::time::Duration;

use kettle::sync::{mpsc, oneshot};
use kettle::time::{Instant, sleep, timeout};

type Call = oneshot::Sender<&'static str>;

async fn sleepy_line(mut calls: mpsc::Receiver<Call>) {
    let mut kept = Vec::new();
    while let Some(call) = calls.recv().await {
        kept.push(call); // "we will call you back"
    }
}

async fn good_line(mut calls: mpsc::Receiver<Call>) {
    while let Some(call) = calls.recv().await {
        sleep(Duration::from_secs(30)).await;
        let _ = call.send("tea is on its way");
    }
}

async fn order(lines: &[mpsc::Sender<Call>]) -> Option<&'static str> {
    for line in lines {
        let (call, back) = oneshot::channel();
        line.send(call).await.ok()?;
        match timeout(Duration::from_secs(600), back).await {
            Ok(answer) => return answer.ok(),
            Err(_) => println!("no call back in ten minutes"),
        }
    }
    None
}

#[kettle::main(start_paused = true)]
async fn main() {
    let start = Instant::now();
    let (first, calls) = mpsc::channel(1);
    kettle::spawn(sleepy_line(calls));
    let (second, calls) = mpsc::channel(1);
    kettle::spawn(good_line(calls));
    let answer = order(&[first, second]).await;
    println!("{answer:?} after {:?}", start.elapsed());
    assert_eq!(start.elapsed().as_secs(), 630);
}
