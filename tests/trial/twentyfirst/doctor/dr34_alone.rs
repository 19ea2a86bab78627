// RIGHT. main computes for 1.5 s before it spawns anything, and again after all tasks are over: nobody had to wait. Between: file jobs by spawn_blocking. EXPECT: silence.
use std::time::{Duration, Instant};

fn compute(time: Duration) -> u64 {
    let end = Instant::now() + time;
    let mut x = 1_u64;
    while Instant::now() < end {
        for _ in 0..1000 {
            x = x.wrapping_mul(31).wrapping_add(7);
        }
    }
    x
}

#[kettle::main]
async fn main() {
    let a = compute(Duration::from_millis(1500));
    let tasks: Vec<_> = (0..4)
        .map(|i| kettle::spawn(async move { kettle::task::spawn_blocking(move || compute(Duration::from_millis(100 * i))).await.unwrap() }))
        .collect();
    let mut b = 0;
    for task in tasks {
        b ^= task.await.unwrap();
    }
    println!("{}", (a ^ b ^ compute(Duration::from_millis(700))) > 1);
}
