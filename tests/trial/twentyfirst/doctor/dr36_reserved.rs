// RIGHT. A permit of a channel is reserved early and used late (600 ms), another sender waits for room meanwhile; a broadcast receiver lags on purpose and goes on. EXPECT: silence.
use kettle::sync::broadcast::error::RecvError;
use kettle::sync::{broadcast, mpsc};
use std::time::Duration;

#[kettle::main]
async fn main() {
    let (sender, mut receiver) = mpsc::channel(1);
    let place = sender.clone().reserve_owned().await.unwrap();
    let other = kettle::spawn(async move { sender.send("second").await.unwrap() });
    kettle::time::sleep(Duration::from_millis(600)).await;
    place.send("first");
    while let Some(word) = receiver.recv().await {
        println!("{word}");
    }
    other.await.unwrap();
    let (news, mut paper) = broadcast::channel(4);
    let reader = kettle::spawn(async move {
        let (mut read, mut missed) = (0, 0);
        loop {
            match paper.recv().await {
                Ok(_) => read += 1,
                Err(RecvError::Lagged(n)) => missed += n,
                Err(RecvError::Closed) => return read + missed,
            }
            kettle::time::sleep(Duration::from_millis(10)).await;
        }
    });
    for i in 0..100_u32 {
        news.send(i).unwrap();
        kettle::time::sleep(Duration::from_millis(3)).await;
    }
    drop(news);
    println!("{}", reader.await.unwrap());
}
