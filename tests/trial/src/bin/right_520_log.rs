//! A burst of log lines goes into a channel without a limit, and is written away in peace.
//! doctor: silence

use std::time::Duration;

use kettle::sync::mpsc;
use kettle::time::{sleep, timeout};

#[derive(Clone)]
struct Log {
    lines: mpsc::UnboundedSender<String>,
}

impl Log {
    fn say(&self, words: impl Into<String>) {
        let _ = self.lines.send(words.into());
    }
}

async fn write(mut lines: mpsc::UnboundedReceiver<String>) -> (usize, usize) {
    let (mut written, mut bytes) = (0, 0);
    let mut batch = Vec::new();
    while lines.recv_many(&mut batch, 100).await > 0 {
        sleep(Duration::from_millis(10)).await; // the disk
        written += batch.len();
        bytes += batch.drain(..).map(|line| line.len() + 1).sum::<usize>();
    }
    (written, bytes)
}

#[kettle::main]
async fn main() {
    let (lines, to_write) = mpsc::unbounded_channel();
    let log = Log { lines };
    let mut writer = kettle::spawn(write(to_write));

    log.say("The import begins.");
    for row in 0..18_000 {
        log.say(format!("row {row} is imported"));
    }
    println!("All rows are imported.");
    sleep(Duration::from_millis(500)).await;
    log.say("The import is over.");
    drop(log);

    match timeout(Duration::from_millis(600), &mut writer).await {
        Ok(ended) => println!("written: {:?}", ended.expect("no panic")),
        Err(_) => {
            println!("The log isn't written yet. Please wait.");
            println!("written: {:?}", writer.await.expect("no panic"));
        }
    }
}
