//! Counts primes in pieces, and lets the others have their turn after each.
//! doctor: silence

use std::time::Duration;

use kettle::sync::watch;
use kettle::task::yield_now;
use kettle::time::interval;

fn is_prime(n: u64) -> bool {
    n > 1 && (2..).take_while(|d| d * d <= n).all(|d| n % d != 0)
}

async fn count(from: u64, to: u64, progress: watch::Sender<u64>) -> usize {
    let mut primes = 0;
    let mut start = from;
    while start < to {
        let end = (start + 250).min(to);
        primes += (start..end).filter(|&n| is_prime(n)).count();
        progress.send_replace(end);
        start = end;
        yield_now().await;
    }
    primes
}

#[kettle::main]
async fn main() {
    let (progress, reached) = watch::channel(0);
    let (other_progress, other_reached) = watch::channel(0);
    let low = kettle::spawn(count(1_000, 400_000, progress));
    let high = kettle::spawn(count(10_000_000, 10_040_000, other_progress));
    let bar = kettle::spawn(async move {
        let mut often = interval(Duration::from_millis(200));
        while reached.has_changed().is_ok() || other_reached.has_changed().is_ok() {
            often.tick().await;
            println!("at {} and {}", *reached.borrow(), *other_reached.borrow());
        }
    });
    println!("{} low primes", low.await.expect("no panic"));
    println!("{} high primes", high.await.expect("no panic"));
    bar.await.expect("no panic");
}
