// WRONG. A build server runs std's `Command::status()` in a task: the thread sleeps until the child has ended, and the progress
// ticker doesn't tick.
// EXPECT: blocking_poll for the build task, timers fell due. CURE: kettle::process::Command, or spawn_blocking.
use std::process::Command;
use std::time::Duration;

async fn build(step: &str) -> bool {
    println!("step {step}");
    Command::new("sleep").arg("0.6").status().unwrap().success()
}

#[kettle::main]
async fn main() {
    let ticker = kettle::spawn(async {
        let mut tick = kettle::time::interval(Duration::from_millis(100));
        loop {
            tick.tick().await;
            print!(".");
        }
    });
    let job = kettle::spawn(async {
        let mut good = true;
        for step in ["fetch", "compile", "link"] {
            good &= build(step).await;
        }
        good
    });
    println!("{}", job.await.unwrap());
    ticker.abort();
}
