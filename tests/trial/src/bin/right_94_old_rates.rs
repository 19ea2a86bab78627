//! Exchange rates behind an `RwLock`. A task holds it for writing while it asks a slow server, so that no half-renewed
//! rates are seen.
//!
//! Right: a reader waits for 30 ms at most, and then takes the rate that it saw last.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::sync::Arc;
use std::time::Duration;

use kettle::io::{AsyncReadExt, AsyncWriteExt};
use kettle::net::{TcpListener, TcpStream};
use kettle::sync::RwLock;
use kettle::time::{sleep, timeout};

type Rates = Arc<RwLock<f64>>;

async fn renew(rates: Rates, server: std::net::SocketAddr) -> std::io::Result<()> {
    for _ in 0..2 {
        sleep(Duration::from_millis(100)).await;
        let mut rate = rates.write().await;
        let mut text = String::new();
        TcpStream::connect(server).await?.read_to_string(&mut text).await?;
        *rate = text.trim().parse().unwrap_or(*rate);
    }
    Ok(())
}

async fn bank(listener: TcpListener) -> std::io::Result<()> {
    for rate in ["1.17\n", "1.18\n"] {
        let (mut visitor, _) = listener.accept().await?;
        sleep(Duration::from_millis(700)).await;
        visitor.write_all(rate.as_bytes()).await?;
    }
    Ok(())
}

#[kettle::main]
async fn main() -> std::io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let bank = kettle::spawn(bank(listener));
    let rates = Rates::default();
    let renewer = kettle::spawn(renew(rates.clone(), address));
    let mut last = 1.0;
    for _ in 0..40 {
        if let Ok(rate) = timeout(Duration::from_millis(30), rates.read()).await {
            last = *rate;
        }
        sleep(Duration::from_millis(20)).await;
    }
    println!("10 pounds are {} euros", 10.0 * last);
    renewer.await??;
    bank.await?
}
