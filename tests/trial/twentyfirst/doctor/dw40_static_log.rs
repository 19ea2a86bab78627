// WRONG. A blocking job writes the log until the channel closes; its sender is in a static, so it never closes. `main` returns, and the runtime waits for the job.
// EXPECT: deadlock / "a job keeps the runtime from ending": job at `lines.blocking_recv()`, spawned in main. CURE: a value that says it's the last; or shutdown_background.
use kettle::sync::mpsc;
use std::sync::OnceLock;

static LOG: OnceLock<mpsc::Sender<String>> = OnceLock::new();

async fn work(id: u32) {
    kettle::time::sleep(std::time::Duration::from_millis(10)).await;
    LOG.get().unwrap().send(format!("work {id}")).await.unwrap();
}

#[kettle::main]
async fn main() {
    let (sender, mut lines) = mpsc::channel(8);
    LOG.set(sender).unwrap();
    kettle::task::spawn_blocking(move || {
        while let Some(line) = lines.blocking_recv() {
            println!("LOG {line}");
        }
    });
    for id in 0..3 {
        work(id).await;
    }
    println!("main is over");
}
