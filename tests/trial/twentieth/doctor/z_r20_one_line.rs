//! One serial line, shared by five clients: who has the lock writes, waits for the answer (60 ms), and gives the lock back.
//!
//! Right: one at a time is meant, and each holds it briefly, though the last in the line waits for 240 ms and more. Near to:
//! `guard_across_await`.
//!
//! Expected: silent.

use std::sync::Arc;
use std::time::Duration;

use kettle::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use kettle::sync::Mutex;
use kettle::time::sleep;

async fn device(mut line: DuplexStream) {
    while let Ok(byte) = line.read_u8().await {
        sleep(Duration::from_millis(60)).await;
        if line.write_u8(byte + 1).await.is_err() {
            break;
        }
    }
}

async fn ask(line: &Mutex<DuplexStream>, byte: u8) -> u8 {
    let mut line = line.lock().await;
    line.write_u8(byte).await.unwrap();
    line.read_u8().await.unwrap()
}

async fn client(line: Arc<Mutex<DuplexStream>>, number: u8) -> u32 {
    let mut sum = 0;
    for round in 0..6 {
        sum += u32::from(ask(&line, number * 10 + round).await);
    }
    sum
}

#[kettle::main]
async fn main() {
    let (near, far) = duplex(16);
    let device = kettle::spawn(device(far));
    let line = Arc::new(Mutex::new(near));
    let clients: Vec<_> = (1..=5).map(|number| kettle::spawn(client(line.clone(), number))).collect();
    let mut sum = 0;
    for client in clients {
        sum += client.await.unwrap();
    }
    println!("{sum}");
    drop(line);
    device.await.unwrap();
}
