//! A backup is sent through a small pipe to a store, which verifies each block before it reads on.
//! Why does the sender, task 1, take so long with 4 KiB?

use std::time::Duration;

use kettle::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use kettle::time::sleep;

async fn send(mut pipe: DuplexStream) {
    let block = vec![7_u8; 4096];
    pipe.write_all(&block).await.expect("writes");
    pipe.shutdown().await.expect("shuts down");
}

async fn store(mut pipe: DuplexStream) -> usize {
    let mut block = vec![0_u8; 1024];
    let mut total = 0;
    loop {
        let read = pipe.read(&mut block).await.expect("reads");
        if read == 0 {
            return total;
        }
        total += read;
        verify().await;
    }
}

async fn verify() {
    sleep(Duration::from_millis(160)).await;
}

#[kettle::main]
async fn main() {
    let (near, far) = duplex(1024);
    let sender = kettle::spawn(send(near));
    let stored = kettle::spawn(store(far));
    sender.await.expect("joins");
    println!("stored {}", stored.await.expect("joins"));
}
