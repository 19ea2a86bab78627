//! A shell runs commands on a pool of one thread, and prints what they say by the same pool when they have ended.
//!
//! Right: the channel has no limit, so a command doesn't wait for its lines to be taken. The first line waits for a thread for almost two
//! seconds.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::thread;
use std::time::Duration;

use kettle::io::{self, AsyncWriteExt};
use kettle::runtime::Builder;
use kettle::sync::mpsc;
use kettle::task::spawn_blocking;

fn command(lines: &mpsc::UnboundedSender<String>) {
    for number in 0..5 {
        lines.send(format!("line {number}\n")).unwrap();
        thread::sleep(Duration::from_millis(350));
    }
}

fn main() -> io::Result<()> {
    let runtime = Builder::new_current_thread().enable_all().max_blocking_threads(1).build()?;
    runtime.block_on(async {
        let (line, mut lines) = mpsc::unbounded_channel();
        let command = spawn_blocking(move || command(&line));
        let mut out = io::stdout();
        while let Some(line) = lines.recv().await {
            out.write_all(line.as_bytes()).await?;
            out.flush().await?;
        }
        command.await?;
        Ok(())
    })
}
