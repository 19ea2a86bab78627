// WRONG. A retry with back-off by std::thread::sleep (30, 60, 90, 120, 150 ms): each is short of a single long block, but the heartbeat of 20 ms is late.
// EXPECT: blocking_poll (sum) for the task of `connect`. CURE: kettle::time::sleep.
use std::time::Duration;

async fn attempt(n: u32) -> Result<u32, ()> {
    kettle::task::yield_now().await;
    if n < 16 { Err(()) } else { Ok(n) }
}

async fn connect() -> u32 {
    let mut n = 0;
    loop {
        match attempt(n).await {
            Ok(n) => return n,
            Err(()) => std::thread::sleep(Duration::from_millis(30 * u64::from(n % 5 + 1))),
        }
        n += 1;
    }
}

#[kettle::main]
async fn main() {
    let heart = kettle::spawn(async {
        let mut beat = kettle::time::interval(Duration::from_millis(20));
        loop {
            beat.tick().await;
        }
    });
    let connection = kettle::spawn(connect());
    println!("connected after {}", connection.await.unwrap());
    heart.abort();
}
