//! A tool starts a child process, and turns a spinner until the child has ended.
//!
//! Right: it asks `try_wait` fifty times a second, with a `sleep` in between.
//!
//! Expected: silence.
//!
//! doctor: silence
//! ends: by itself

use kettle::process::{Child, Command};
use kettle::time::{Duration, interval, sleep};

async fn turn_until_over(child: &mut Child) -> (bool, usize) {
    let mut turns = 0;
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return (status.success(), turns);
        }
        turns += 1;
        sleep(Duration::from_millis(20)).await;
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
    let mut child = Command::new("sleep").arg("3").spawn().unwrap();
    let (well, turns) = turn_until_over(&mut child).await;
    clock.abort();
    assert!(turns > 1);
    println!("{}", if well { "well" } else { "ill" });
}
