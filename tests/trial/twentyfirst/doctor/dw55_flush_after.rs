// WRONG. As dw18, but main sends nothing at the end, only drops the sender (the word to flush): the writer, woken by the channel's end, is to write its summary, but main returns.
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
    println!("bye");
}
