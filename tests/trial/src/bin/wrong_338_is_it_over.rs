//! A tool starts a child process, and turns a spinner until the child has ended.
//!
//! Wrong: it asks `try_wait` without a pause, and only yields in between: the spinner turns a hundred thousand times a second, for nothing.
//!
//! Expected: `busy_loop` of `main` at `yield_now`. The cure: `child.wait().await` in a `select!` with an `interval` for the spinner; or a `sleep` in place of `yield_now`.
//!
//! doctor: `busy_loop` | `never_yields`
//! ends: by itself

use kettle::process::{Child, Command};
use kettle::task::yield_now;
use kettle::time::{Duration, interval};

async fn turn_until_over(child: &mut Child) -> (bool, usize) {
    let mut turns = 0;
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return (status.success(), turns);
        }
        turns += 1;
        yield_now().await;
    }
}

#[kettle::main]
async fn main() {
    let clock = kettle::spawn(async {
        let mut ticks = interval(Duration::from_millis(500));
        loop {
            ticks.tick().await;
        }
    });
    let mut child = Command::new("sleep").arg("4").spawn().unwrap();
    let (well, turns) = turn_until_over(&mut child).await;
    clock.abort();
    println!("{} after {turns} turns", if well { "well" } else { "ill" });
}
