//! Exchange rates: one task renews them from a slow bank, shops ask for them.
//! doctor: `guard_across_await`

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use kettle::io::{AsyncReadExt, AsyncWriteExt};
use kettle::net::{TcpListener, TcpStream};
use kettle::sync::RwLock;
use kettle::time::sleep;

/// A bank takes its time for each answer.
async fn bank(listener: TcpListener) {
    while let Ok((mut visitor, _)) = listener.accept().await {
        sleep(Duration::from_millis(450)).await;
        let _ = visitor.write_all(b"1.0834").await;
    }
}

async fn fetch(bank: SocketAddr) -> std::io::Result<f64> {
    let mut answer = String::new();
    TcpStream::connect(bank).await?.read_to_string(&mut answer).await?;
    Ok(answer.parse().unwrap_or(1.0))
}

async fn renew(rate: Arc<RwLock<f64>>, bank: SocketAddr) -> std::io::Result<()> {
    for _ in 0..3 {
        let mut rate = rate.write().await;
        *rate = fetch(bank).await?;
        drop(rate);
        sleep(Duration::from_millis(100)).await;
    }
    Ok(())
}

async fn shop(name: &'static str, rate: Arc<RwLock<f64>>) {
    for cents in [1_200, 3_350, 480] {
        let asked = Instant::now();
        let price = f64::from(cents) * *rate.read().await;
        println!("{name}: {price:.0} after {} ms", asked.elapsed().as_millis());
        sleep(Duration::from_millis(120)).await;
    }
}

#[kettle::main]
async fn main() -> std::io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    kettle::spawn(bank(listener));
    let rate = Arc::new(RwLock::new(1.1));
    let renewed = kettle::spawn(renew(rate.clone(), address));
    let shops = [kettle::spawn(shop("books", rate.clone())), kettle::spawn(shop("shoes", rate))];
    for shop in shops {
        shop.await?;
    }
    renewed.await?
}
