// WRONG. The log writer is a task whose handle nobody keeps. `main` sends the last lines, drops the sender and returns:
// the writer, which needs 10 ms for each line, is cut off.
// EXPECT: cut_short (note): the writer task (spawn in `start_log`), with the sleep in `write_line`. CURE: keep the handle, await it at the end.
use kettle::sync::mpsc;
use std::time::Duration;

async fn write_line(line: &str) {
    kettle::time::sleep(Duration::from_millis(10)).await;
    println!("LOG {line}");
}

fn start_log() -> mpsc::Sender<String> {
    let (sender, mut lines) = mpsc::channel::<String>(32);
    kettle::spawn(async move {
        while let Some(line) = lines.recv().await {
            write_line(&line).await;
        }
        write_line("end of the log").await;
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
    for i in 0..5 {
        log.send(format!("closing {i}")).await.unwrap();
    }
    drop(log);
}
