// WRONG. As dw55, with 2 ms before the return: the writer has been woken by the end of the channel and is in its last sleep.
// EXPECT: cut_short: the writer's task. CURE: await the handle.
use kettle::sync::mpsc;
use std::time::Duration;

fn start_log() -> mpsc::Sender<String> {
    let (sender, mut lines) = mpsc::channel::<String>(32);
    kettle::spawn(async move {
        let mut kept = Vec::new();
        while let Some(line) = lines.recv().await {
            kept.push(line);
        }
        kettle::time::sleep(Duration::from_millis(10)).await;
        println!("LOG of {} lines", kept.len());
    });
    sender
}

#[kettle::main]
async fn main() {
    let log = start_log();
    for i in 0..5 {
        log.send(format!("request {i}")).await.unwrap();
        kettle::time::sleep(Duration::from_millis(15)).await;
    }
    drop(log);
    kettle::time::sleep(Duration::from_millis(2)).await;
    println!("bye");
}
