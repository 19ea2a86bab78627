// RIGHT. Each request writes a small file by std::fs (well below a ms) and computes up to 60 ms now and then; a ticker of 100 ms goes on. EXPECT: silence.
use std::io::Write;
use std::time::{Duration, Instant};

fn compute(time: Duration) -> u64 {
    let end = Instant::now() + time;
    let mut x = 1_u64;
    while Instant::now() < end {
        x = x.wrapping_mul(31).wrapping_add(7);
    }
    x
}

#[kettle::main]
async fn main() {
    let path = std::env::temp_dir().join(format!("kettle-d-{}.txt", std::process::id()));
    let ticker = kettle::spawn(async {
        let mut tick = kettle::time::interval(Duration::from_millis(100));
        loop {
            tick.tick().await;
        }
    });
    let mut x = 0;
    for n in 0..40_u64 {
        kettle::time::sleep(Duration::from_millis(40)).await;
        let mut file = std::fs::File::create(&path).unwrap();
        writeln!(file, "request {n}").unwrap();
        if n % 4 == 0 {
            x ^= compute(Duration::from_millis(60));
        }
    }
    std::fs::remove_file(path).unwrap();
    ticker.abort();
    println!("{}", x != 1);
}
