//! A backup stores five volumes side by side, and gives up at the first error.

use std::time::Duration;

use kettle::io::{self, AsyncReadExt, AsyncWriteExt};
use kettle::net::UnixStream;
use kettle::sync::{Mutex, mpsc};
use kettle::task::JoinSet;
use kettle::time::sleep;
use std::sync::Arc;

#[derive(Debug)]
struct Full(&'static str);

async fn store(
    name: &'static str,
    blocks: u64,
    tape: mpsc::Sender<&'static str>,
    index: Arc<Mutex<Vec<&'static str>>>,
) -> Result<u64, Full> {
    for _ in 0..blocks {
        tape.send(name).await.map_err(|_| Full(name))?;
        sleep(Duration::from_millis(10)).await; // reads the next block
    }
    let mut index = index.lock().await;
    sleep(Duration::from_millis(90)).await; // verifies what is on the tape
    index.push(name);
    Ok(blocks)
}

async fn tape(mut blocks: mpsc::Receiver<&'static str>, mut drive: UnixStream) {
    let mut written = 0;
    while let Some(block) = blocks.recv().await {
        drive.write_all(block.as_bytes()).await.expect("the drive is there");
        sleep(Duration::from_millis(4)).await;
        written += 1;
        if written == 30 {
            return; // the end of the tape
        }
    }
}

#[kettle::main]
async fn main() -> io::Result<()> {
    let (writer, mut drive) = UnixStream::pair()?;
    let (to_tape, blocks) = mpsc::channel(2);
    kettle::spawn(tape(blocks, writer));
    let index = Arc::default();
    let mut volumes = JoinSet::new();
    for (name, blocks) in [("home", 9), ("mail", 5), ("photos", 14), ("music", 12), ("system", 4)] {
        volumes.spawn(store(name, blocks, to_tape.clone(), Arc::clone(&index)));
    }
    drop(to_tape);
    while let Some(volume) = volumes.join_next().await {
        match volume.expect("no volume panics") {
            Ok(blocks) => println!("{blocks} blocks stored"),
            Err(Full(name)) => {
                println!("{name}: the tape is full");
                volumes.shutdown().await;
            }
        }
    }
    let mut on_tape = Vec::new();
    drive.read_to_end(&mut on_tape).await?;
    println!("{:?}, {} bytes", index.lock().await, on_tape.len());
    Ok(())
}
