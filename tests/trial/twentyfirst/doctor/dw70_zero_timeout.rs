// WRONG. A "non-blocking" receive by `timeout(Duration::ZERO, rx.recv())` in a loop; between nothing waits. A value comes each second.
// EXPECT: busy_loop (or never_yields): the consumer's task at the timeout. CURE: await recv.
use kettle::sync::mpsc;
use kettle::time::timeout;
use std::time::Duration;

async fn consume(mut news: mpsc::Receiver<u32>) {
    loop {
        match timeout(Duration::ZERO, news.recv()).await {
            Ok(Some(n)) => println!("news {n}"),
            Ok(None) => return,
            Err(_) => {}
        }
    }
}

#[kettle::main]
async fn main() {
    let (sender, news) = mpsc::channel(4);
    let consumer = kettle::spawn(consume(news));
    for n in 0..3 {
        kettle::time::sleep(Duration::from_millis(1300)).await;
        sender.send(n).await.unwrap();
    }
    drop(sender);
    consumer.await.unwrap();
}
