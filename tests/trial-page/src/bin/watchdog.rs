// An import copies the lines of a file through a pipe to a store. A watchdog has aborted it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use kettle::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use kettle::task::AbortHandle;
use kettle::time::sleep;

fn ms(n: u64) -> Duration {
    Duration::from_millis(n)
}

/// How far the import is, in lines.
type Progress = Arc<AtomicU64>;

async fn import(mut pipe: DuplexStream, progress: Progress) -> std::io::Result<u64> {
    for line in 1..=40 {
        let text = format!("line {line:4}: {}\n", "x".repeat(20));
        pipe.write_all(text.as_bytes()).await?;
        progress.store(line, Ordering::Relaxed);
        sleep(ms(4)).await;
    }
    Ok(40)
}

/// Puts what comes through the pipe into blocks of 128 bytes, and tidies up after each fourth.
async fn store(mut pipe: DuplexStream) -> std::io::Result<usize> {
    let mut block = [0; 128];
    let mut blocks = 0;
    while pipe.read_exact(&mut block).await.is_ok() {
        blocks += 1;
        if blocks % 4 == 0 {
            compact().await;
        }
    }
    Ok(blocks)
}

async fn compact() {
    sleep(ms(150)).await;
    sleep(ms(350)).await;
}

/// Ends a task that has made no progress for 200 ms.
async fn watchdog(progress: Progress, task: AbortHandle) {
    let mut last = 0;
    let mut same = 0;
    while !task.is_finished() {
        sleep(ms(50)).await;
        let now = progress.load(Ordering::Relaxed);
        same = if now == last { same + 1 } else { 0 };
        last = now;
        if same == 4 {
            task.abort();
        }
    }
}

#[kettle::main]
async fn main() {
    let (near, far) = duplex(256);
    let progress = Progress::default();
    let import = kettle::spawn(import(near, progress.clone()));
    let store = kettle::spawn(store(far));
    let dog = kettle::spawn(watchdog(progress.clone(), import.abort_handle()));

    match import.await {
        Ok(lines) => println!("imported {} lines", lines.unwrap()),
        Err(error) => println!("{error}, after {} lines", progress.load(Ordering::Relaxed)),
    }
    println!("{} blocks", store.await.unwrap().unwrap());
    dog.await.unwrap();
}
