//! Searches for primes on the loop's thread, a little at a time, and yields after each number, until the
//! clock says that time is up. A second task shows that it comes to its turn.
//!
//! Suspicious: for two seconds a task wakes itself without end, and nothing else happens.
//!
//! doctor: silence

use std::cell::Cell;
use std::rc::Rc;
use std::time::{Duration, Instant};

use kettle::task::{LocalSet, spawn_local, yield_now};
use kettle::time::sleep;

fn is_prime(number: u64) -> bool {
    (2..=number.isqrt()).all(|divisor| !number.is_multiple_of(divisor))
}

async fn search(from: u64, stop: Rc<Cell<bool>>) -> usize {
    let mut found = 0;
    let mut number = from;
    while !stop.get() {
        found += usize::from(is_prime(number));
        number += 2;
        yield_now().await;
    }
    found
}

#[kettle::main]
async fn main() {
    let local = LocalSet::new();
    let found = local.run_until(async {
        let begin = Instant::now();
        let stop = Rc::new(Cell::new(false));
        let searching = spawn_local(search(50_000_000_001, stop.clone()));
        sleep(Duration::from_secs(2)).await;
        println!("stopping after {} s", begin.elapsed().as_secs());
        stop.set(true);
        searching.await.expect("the search doesn't panic")
    });
    println!("some were found: {}", found.await > 0);
}
