//! Primes are counted on the runtime's own thread, in small pieces, with a clock beside it.
//! doctor: silence

use std::time::Duration;

use kettle::task::yield_now;
use kettle::time::{Instant, interval, timeout};

struct Sieve {
    primes: Vec<u32>,
    next: u32,
}

impl Sieve {
    /// Tests a few numbers, and lets the others run.
    async fn advance(&mut self, numbers: u32) {
        for n in self.next..self.next + numbers {
            if self.primes.iter().take_while(|p| **p * **p <= n).all(|p| n % p != 0) {
                self.primes.push(n);
            }
        }
        self.next += numbers;
        yield_now().await;
    }
}

#[kettle::main]
async fn main() {
    let clock = kettle::spawn(async {
        let mut ticks = interval(Duration::from_millis(100));
        let mut late = Duration::ZERO;
        for _ in 0..25 {
            let due = ticks.tick().await;
            late = late.max(due.elapsed());
        }
        late
    });
    let mut sieve = Sieve { primes: Vec::new(), next: 2 };
    let begin = Instant::now();
    let count = async {
        while begin.elapsed() < Duration::from_millis(2400) {
            sieve.advance(500).await;
        }
    };
    timeout(Duration::from_secs(5), count).await.unwrap();
    println!("{} primes below {}", sieve.primes.len(), sieve.next);
    let _late = clock.await.unwrap();
}
