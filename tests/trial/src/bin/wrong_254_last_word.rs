//! A shell runs commands on a pool of one thread, because they are not to disturb each other, and prints what they say as they go.
//!
//! Wrong: standard output is written by the same pool. The command waits until its line is taken, the printer waits for the pool's one thread.
//!
//! Expected: `deadlock`: job 1 waits for room in channel 1 (or task 1 for a thread), 1 of 1 threads is taken. The cure: more threads, or a
//! thread of its own for the command.
//!
//! doctor: `deadlock`
//! ends: killed

use kettle::io::{self, AsyncWriteExt};
use kettle::runtime::Builder;
use kettle::sync::mpsc;
use kettle::task::spawn_blocking;

fn command(lines: &mpsc::Sender<String>) -> usize {
    for number in 0..5 {
        lines.blocking_send(format!("line {number}\n")).unwrap();
    }
    5
}

async fn print(mut lines: mpsc::Receiver<String>) -> io::Result<()> {
    let mut out = io::stdout();
    while let Some(line) = lines.recv().await {
        out.write_all(line.as_bytes()).await?;
        out.flush().await?;
    }
    Ok(())
}

fn main() -> io::Result<()> {
    let runtime = Builder::new_current_thread().enable_all().max_blocking_threads(1).build()?;
    runtime.block_on(async {
        let (line, lines) = mpsc::channel(1);
        let printer = kettle::spawn(print(lines));
        let said = spawn_blocking(move || command(&line)).await.unwrap();
        printer.await.unwrap()?;
        println!("{said} lines");
        Ok(())
    })
}
