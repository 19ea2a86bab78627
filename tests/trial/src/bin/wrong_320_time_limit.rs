//! A puzzle is solved by trying; `timeout` gives it a fifth of a second.
//!
//! Wrong: `solve` is `async`, but has no `.await` in it: it computes in one poll, and the limit can't come between.
//!
//! Expected: `never_yields` of `main` (the timer of the limit fell due meanwhile). The cure: `spawn_blocking` for the search (with a flag that
//! stops it), or `yield_now().await` now and then.
//!
//! doctor: `never_yields`
//! ends: by itself

use std::time::{Duration, Instant};

use kettle::time::timeout;

/// How many numbers it takes until each starting number has come down to 1 (the rule of Collatz).
async fn solve(patience: Duration) -> u64 {
    let begun = Instant::now();
    let mut longest = 0;
    for start in 1_u64.. {
        let mut number = start;
        let mut steps = 0;
        while number != 1 {
            number = if number % 2 == 0 { number / 2 } else { 3 * number + 1 };
            steps += 1;
        }
        longest = longest.max(steps);
        if start % 100 == 0 && begun.elapsed() > patience {
            break; // this is as good as it gets
        }
    }
    longest
}

#[kettle::main]
async fn main() {
    let begun = Instant::now();
    match timeout(Duration::from_millis(200), solve(Duration::from_secs(3))).await {
        Ok(longest) => println!("the longest way has {longest} steps"),
        Err(_) => println!("not found in time"),
    }
    println!("after {:.1} s", begun.elapsed().as_secs_f64());
}
