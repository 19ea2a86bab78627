//! A copy of forty blocks goes into a vault, which sends each block back as it has kept it, so
//! that it can be compared. Twice a second the progress is printed.
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use kettle::io::{AsyncReadExt, AsyncWriteExt};
use kettle::net::UnixStream;
use kettle::time::interval;

const BLOCK: usize = 64 * 1024;

async fn vault(mut owner: UnixStream) -> std::io::Result<usize> {
    let mut kept = 0;
    let mut block = vec![0; BLOCK];
    while owner.read_exact(&mut block).await.is_ok() {
        kept += 1;
        owner.write_all(&block).await?;
    }
    Ok(kept)
}

async fn copy(blocks: usize, mut vault: UnixStream, sent: Arc<AtomicUsize>) -> std::io::Result<()> {
    for number in 0..blocks {
        vault.write_all(&vec![number as u8; BLOCK]).await?;
        sent.store(number + 1, Ordering::Relaxed);
    }
    let mut back = vec![0; BLOCK];
    for number in 0..blocks {
        vault.read_exact(&mut back).await?;
        assert!(back.iter().all(|&byte| byte == number as u8), "block {number} is damaged");
    }
    Ok(())
}

async fn progress(sent: Arc<AtomicUsize>) {
    let mut look = interval(Duration::from_millis(500));
    loop {
        look.tick().await;
        println!("{} of 40 blocks sent", sent.load(Ordering::Relaxed));
    }
}

#[kettle::main]
async fn main() -> std::io::Result<()> {
    let (mine, theirs) = UnixStream::pair()?;
    let sent = Arc::new(AtomicUsize::new(0));
    let keeper = kettle::spawn(vault(theirs));
    kettle::spawn(progress(sent.clone()));
    let copier = kettle::spawn(copy(40, mine, sent));
    copier.await.expect("the copier does not panic")?;
    println!("the vault has {} blocks", keeper.await.expect("the vault does not panic")?);
    Ok(())
}
