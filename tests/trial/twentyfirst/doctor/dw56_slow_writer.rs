// WRONG. As dw18: the writer lags behind (each line takes 20 ms, one comes each 5 ms); at the end main drops the sender and returns while the writer is inside its sleep, with lines left in the channel.
// EXPECT: cut_short: the writer's task at the sleep. CURE: await the handle.
use kettle::sync::mpsc;
use std::time::Duration;

async fn write_all(mut lines: mpsc::Receiver<String>) {
    while let Some(line) = lines.recv().await {
        kettle::time::sleep(Duration::from_millis(20)).await;
        println!("LOG {line}");
    }
    println!("LOG end");
}

#[kettle::main]
async fn main() {
    let (log, lines) = mpsc::channel(64);
    kettle::spawn(write_all(lines));
    for i in 0..12 {
        log.send(format!("request {i}")).await.unwrap();
        kettle::time::sleep(Duration::from_millis(5)).await;
    }
    drop(log);
    println!("bye");
}
