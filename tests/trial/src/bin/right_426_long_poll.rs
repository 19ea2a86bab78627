//! A chat client asks for news with a limit, again and again. Most of the time there are none.
//! doctor: silence

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::{Semaphore, mpsc};
use kettle::time::{sleep, timeout};

struct News(String);

async fn long_poll(news: &mut mpsc::Receiver<News>) -> Option<Option<News>> {
    timeout(Duration::from_millis(150), news.recv()).await.ok()
}

async fn client(mut news: mpsc::Receiver<News>) -> (u32, u32) {
    let (mut got, mut empty) = (0, 0);
    loop {
        match long_poll(&mut news).await {
            Some(Some(News(text))) => {
                println!("{text}");
                got += 1;
            }
            Some(None) => return (got, empty),
            None => empty += 1,
        }
    }
}

async fn parking(space: Arc<Semaphore>) -> Option<u32> {
    for attempt in 1..=20 {
        if let Ok(permit) = timeout(Duration::from_millis(100), space.acquire()).await {
            permit.unwrap().forget();
            return Some(attempt);
        }
    }
    None
}

#[kettle::main]
async fn main() {
    let space = Arc::new(Semaphore::new(0));
    let driver = kettle::spawn(parking(space.clone()));
    let (tx, rx) = mpsc::channel(4);
    let client = kettle::spawn(client(rx));
    sleep(Duration::from_millis(1600)).await;
    tx.send(News("a word".into())).await.unwrap();
    space.add_permits(1);
    sleep(Duration::from_millis(500)).await;
    drop(tx);
    println!("parked at attempt {:?}", driver.await.unwrap());
    let (got, empty) = client.await.unwrap();
    println!("{got} news, {empty} times none");
}
