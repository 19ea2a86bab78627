//! A form is sent to a printer over a Unix socket; the writing half is given up by `forget`, and the end is told by the protocol: a line with
//! a dot.
//!
//! Right: the printer answers at the dot, and drops its socket two seconds later (a job), which is what the reading half waits for.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::thread;
use std::time::Duration;

use kettle::io::{self, AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use kettle::net::UnixStream;
use kettle::task::spawn_blocking;

async fn printer(line: UnixStream) -> io::Result<()> {
    let mut form = BufReader::new(line).lines();
    let mut count = 0;
    while form.next_line().await?.is_some_and(|line| line != ".") {
        count += 1;
    }
    spawn_blocking(|| thread::sleep(Duration::from_secs(2))).await?;
    form.get_mut().get_mut().write_all(format!("printed {count} lines").as_bytes()).await
}

#[kettle::main]
async fn main() -> io::Result<()> {
    let (line, peer) = UnixStream::pair()?;
    let printer = kettle::spawn(printer(peer));
    let (mut word, mut form) = line.into_split();
    form.write_all(b"name\nstreet\n.\n").await?;
    form.forget();
    let mut answer = String::new();
    word.read_to_string(&mut answer).await?;
    println!("{answer}");
    printer.await.unwrap()
}
