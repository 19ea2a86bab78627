// RIGHT. Futures are made first, kept in a list, some thrown away unpolled on purpose (plan changed), the others are run later. EXPECT: silence.
use futures_util::stream::{FuturesUnordered, StreamExt};
use kettle::sync::mpsc;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

type Step<'a> = Pin<Box<dyn Future<Output = u32> + 'a>>;

fn plan(sender: &mpsc::Sender<u32>) -> Vec<Step<'_>> {
    let mut steps: Vec<Step<'_>> = Vec::new();
    for i in 0..6_u32 {
        steps.push(Box::pin(async move {
            kettle::time::sleep(Duration::from_millis(u64::from(30 * i))).await;
            sender.send(i).await.unwrap();
            i
        }));
    }
    steps
}

#[kettle::main]
async fn main() {
    let (sender, mut receiver) = mpsc::channel(10);
    let wait = kettle::time::sleep(Duration::from_secs(60));
    let late = sender.send(99);
    let mut steps = plan(&sender);
    kettle::time::sleep(Duration::from_millis(300)).await;
    if steps.len() > 3 {
        drop(wait); // not needed: there is enough to do
    }
    steps.truncate(4);
    let mut running: FuturesUnordered<Step<'_>> = steps.into_iter().collect();
    let mut sum = 0;
    while let Some(i) = running.next().await {
        sum += i;
    }
    late.await.unwrap();
    drop(running);
    drop(sender);
    while let Some(i) = receiver.recv().await {
        sum += i;
    }
    println!("{sum}");
}
