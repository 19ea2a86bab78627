//! A tool copies files and has a task that draws a progress bar: it reads the state, draws, and sleeps, for good.
//!
//! Right: the bar may be cut when `main` returns. Near to: `cut_short`. (It waits at three places in each round.)
//!
//! Expected: silent.

use std::time::Duration;

use kettle::sync::watch;
use kettle::time::sleep;

async fn draw(mut state: watch::Receiver<u32>) {
    loop {
        sleep(Duration::from_millis(30)).await; // not more than 30 times a second
        if state.changed().await.is_err() {
            std::future::pending::<()>().await;
        }
        let percent = *state.borrow_and_update();
        print!("\r{percent:3} %");
        sleep(Duration::from_millis(5)).await; // a slow terminal
    }
}

async fn copy(file: u32) -> u32 {
    sleep(Duration::from_millis(u64::from(20 + file * 7))).await;
    file * 1000
}

#[kettle::main]
async fn main() {
    let (state, seen) = watch::channel(0);
    kettle::spawn(draw(seen));
    let mut bytes = 0;
    for file in 1..=10 {
        bytes += copy(file).await;
        state.send_replace(file * 10);
    }
    println!("\n{bytes} bytes");
}
