// RIGHT. Heavy computing in slices of about 5 ms with yield_now between them, for 3 s, beside a ticker. EXPECT: silence.
use std::time::{Duration, Instant};

fn slice(seed: u64) -> u64 {
    let until = Instant::now() + Duration::from_millis(5);
    let mut x = seed | 1;
    while Instant::now() < until {
        for _ in 0..500 {
            x = x.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        }
    }
    x
}

async fn render(id: u64) -> u64 {
    let mut x = id;
    for _ in 0..300 {
        x ^= slice(x);
        kettle::task::yield_now().await;
    }
    x
}

#[kettle::main]
async fn main() {
    let ticker = kettle::spawn(async {
        let mut tick = kettle::time::interval(Duration::from_millis(100));
        loop {
            tick.tick().await;
        }
    });
    let a = kettle::spawn(render(1));
    let b = kettle::spawn(render(2));
    println!("{} {}", a.await.unwrap() % 10, b.await.unwrap() % 10);
    ticker.abort();
}
