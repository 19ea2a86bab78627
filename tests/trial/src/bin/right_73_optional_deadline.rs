//! A session reads commands from a pipe. `LIMIT` sets a deadline; before that there is none.
//!
//! Right: without a deadline its branch is `pending()`, which is meant never to be ready. The guest is silent for more
//! than a second.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::future::pending;
use std::time::Duration;

use kettle::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, DuplexStream, duplex, split};
use kettle::time::{Instant, sleep, sleep_until};

async fn reached(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => sleep_until(deadline).await,
        None => pending().await,
    }
}

async fn session(pipe: DuplexStream) -> std::io::Result<u32> {
    let (from, mut to) = split(pipe);
    let mut commands = BufReader::new(from).lines();
    let mut deadline = None;
    let mut answered = 0;
    loop {
        kettle::select! {
            command = commands.next_line() => match command? {
                None => return Ok(answered),
                Some(command) if command == "LIMIT" => {
                    deadline = Some(Instant::now() + Duration::from_millis(300));
                }
                Some(command) => {
                    to.write_all(format!("{}\n", command.len()).as_bytes()).await?;
                    answered += 1;
                }
            },
            () = reached(deadline) => {
                to.write_all(b"good night\n").await?;
                return Ok(answered);
            }
        }
    }
}

#[kettle::main]
async fn main() -> std::io::Result<()> {
    let (guest, host) = duplex(64);
    let session = kettle::spawn(session(host));
    let (from, mut to) = split(guest);
    let mut answers = BufReader::new(from).lines();
    for command in ["tea", "scones", "bill"] {
        to.write_all(format!("{command}\n").as_bytes()).await?;
        println!("{:?}", answers.next_line().await?);
        sleep(Duration::from_millis(500)).await;
    }
    to.write_all(b"LIMIT\n").await?;
    println!("{:?}", answers.next_line().await?);
    println!("{} answers", session.await.expect("the session")?);
    Ok(())
}
