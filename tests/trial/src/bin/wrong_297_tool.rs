//! A task starts a tool with std's `Command` and waits for its end, which blocks the thread; a clock beside it stops.
//!
//! doctor: `blocking_poll`
//! cure: `kettle::process`, or `spawn_blocking`

use std::process::Command;
use std::time::Duration;

use kettle::time::interval;

struct Tool {
    program: &'static str,
}

impl Tool {
    async fn run(&self, argument: &str) -> bool {
        self.status(argument).is_some_and(|code| code == 0)
    }

    fn status(&self, argument: &str) -> Option<i32> {
        Command::new(self.program).arg(argument).status().ok()?.code()
    }
}

#[kettle::main]
async fn main() {
    let clock = kettle::spawn(async {
        let mut clock = interval(Duration::from_millis(100));
        loop {
            clock.tick().await;
        }
    });
    kettle::task::yield_now().await;
    let tool = Tool { program: "sleep" };
    let done = kettle::spawn(async move { tool.run("1.2").await });
    println!("{}", done.await.unwrap());
    clock.abort();
}
