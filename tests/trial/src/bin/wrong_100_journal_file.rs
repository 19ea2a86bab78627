//! Lines of a journal go to a task that writes them into a file when the channel is closed, in parts.
//!
//! Wrong: `main` drops the sender, which tells the task to finish, and returns. The runtime ends with it; the file lacks
//! what had not been written.
//!
//! Expected: `cut_short`, a note. The cure: keep the handle of the task and await it after the drop.
//!
//! doctor: `cut_short`
//! ends: by itself

use std::path::PathBuf;
use std::time::Duration;

use kettle::fs::File;
use kettle::io::AsyncWriteExt;
use kettle::sync::mpsc::{self, Receiver};
use kettle::time::sleep;

async fn write(path: PathBuf, mut lines: Receiver<String>) -> std::io::Result<()> {
    let mut kept = Vec::new();
    while let Some(line) = lines.recv().await {
        kept.push(line);
    }
    let mut file = File::create(path).await?;
    for line in kept {
        file.write_all(line.as_bytes()).await?;
        file.write_all(b"\n").await?;
        sleep(Duration::from_millis(5)).await; // a slow disk
    }
    file.flush().await
}

#[kettle::main]
async fn main() -> std::io::Result<()> {
    let path = std::env::temp_dir().join(format!("journal-{}", std::process::id()));
    let (journal, lines) = mpsc::channel(100);
    kettle::spawn(write(path.clone(), lines));
    for number in 1..=50 {
        journal.send(format!("{number}: the kettle boils")).await.unwrap();
        sleep(Duration::from_millis(1)).await;
    }
    drop(journal);
    kettle::task::yield_now().await; // "so that the writer can finish"
    let size = std::fs::metadata(&path).map_or(0, |file| file.len());
    println!("the journal has {size} bytes");
    let _ = std::fs::remove_file(&path);
    Ok(())
}
