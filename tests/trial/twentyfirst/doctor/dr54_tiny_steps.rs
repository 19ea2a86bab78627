// RIGHT, if not fast. A simulation makes one small step (some µs) and yields after each, so that a ticker and a second simulation go on smoothly; 3 s. Each step is progress. EXPECT: silence, or an "if".
use std::time::{Duration, Instant};

async fn simulate(end: Instant) -> usize {
    let mut cells = vec![false; 64];
    cells[32] = true;
    let mut steps = 0;
    while Instant::now() < end {
        let old = cells.clone();
        for i in 1..63 {
            cells[i] = old[i - 1] ^ (old[i] || old[i + 1]);
        }
        steps += 1;
        kettle::task::yield_now().await;
    }
    steps
}

#[kettle::main]
async fn main() {
    let end = Instant::now() + Duration::from_secs(3);
    let ticker = kettle::spawn(async {
        let mut tick = kettle::time::interval(Duration::from_millis(100));
        loop {
            tick.tick().await;
        }
    });
    let (a, b) = (kettle::spawn(simulate(end)), kettle::spawn(simulate(end)));
    println!("{}", a.await.unwrap() > 10 && b.await.unwrap() > 10);
    ticker.abort();
}
