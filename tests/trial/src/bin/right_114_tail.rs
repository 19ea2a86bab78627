//! `tail -f`: shows what another program appends to a file.
//!
//! Right: at the end of the file `read_line` gives 0 bytes, as often as it is asked, and so it is asked ten times a second.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::PathBuf;
use std::thread;
use std::time::Duration;

use kettle::fs::File;
use kettle::io::{AsyncBufReadExt, BufReader};
use kettle::sync::mpsc::{self, UnboundedSender};
use kettle::time::sleep;

async fn tail(path: PathBuf, lines: UnboundedSender<String>) -> io::Result<()> {
    let mut file = BufReader::new(File::open(path).await?);
    let mut line = String::new();
    loop {
        if file.read_line(&mut line).await? == 0 || !line.ends_with('\n') {
            sleep(Duration::from_millis(100)).await;
            continue;
        }
        if lines.send(line.trim_end().to_owned()).is_err() {
            return Ok(());
        }
        line.clear();
    }
}

/// The other program.
fn append(path: PathBuf) -> io::Result<()> {
    let mut log = OpenOptions::new().append(true).open(path)?;
    for number in 1..=5 {
        thread::sleep(Duration::from_millis(500));
        write!(log, "cup {number} ")?;
        writeln!(log, "is washed")?;
    }
    Ok(())
}

#[kettle::main]
async fn main() -> io::Result<()> {
    let path = std::env::temp_dir().join(format!("cups-{}.log", std::process::id()));
    File::create(&path).await?;
    let written = path.clone();
    let other = thread::spawn(move || append(written));
    let (send, mut lines) = mpsc::unbounded_channel();
    let tail = kettle::spawn(tail(path.clone(), send));
    for _ in 0..5 {
        println!("{}", lines.recv().await.expect("a line"));
    }
    tail.abort();
    other.join().unwrap()?;
    kettle::fs::remove_file(path).await
}
