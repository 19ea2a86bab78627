//! Right: a long sieve in a task, which yields after each slice, so that the clock beside it keeps its time.
//!
//! doctor: silence

use std::time::Duration;

use kettle::task::yield_now;
use kettle::time::interval;

async fn primes(limit: usize) -> usize {
    let mut composite = vec![false; limit];
    let mut found = 0;
    for number in 2..limit {
        if number % 4096 == 0 {
            yield_now().await;
        }
        if composite[number] {
            continue;
        }
        found += 1;
        for (done, multiple) in (number * number..limit).step_by(number).enumerate() {
            composite[multiple] = true;
            if done % 65_536 == 65_535 {
                yield_now().await;
            }
        }
    }
    found
}

#[kettle::main]
async fn main() {
    let clock = kettle::spawn(async {
        let mut clock = interval(Duration::from_millis(20));
        let mut ticks = 0_u32;
        loop {
            clock.tick().await;
            ticks += 1;
            if ticks.is_multiple_of(50) {
                println!("a second");
            }
        }
    });
    println!("{} primes", primes(40_000_000).await);
    clock.abort();
}
