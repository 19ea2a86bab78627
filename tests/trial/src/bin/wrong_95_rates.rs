//! Exchange rates behind an `RwLock`: many read, and a task renews them from a server, which takes its time.
//!
//! Wrong: the task takes the lock for writing before it asks the server. Each reader waits as long as the server does.
//!
//! Expected: `guard_across_await`. The cure: ask first, and lock for the moment in which the new rates are put in.
//!
//! doctor: `guard_across_await`
//! ends: by itself

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use kettle::io::{AsyncReadExt, AsyncWriteExt};
use kettle::net::{TcpListener, TcpStream};
use kettle::sync::RwLock;
use kettle::time::sleep;

type Rates = Arc<RwLock<HashMap<String, f64>>>;

async fn renew(rates: Rates, server: SocketAddr) -> std::io::Result<()> {
    for _ in 0..2 {
        let mut rates = rates.write().await;
        let mut text = String::new();
        TcpStream::connect(server).await?.read_to_string(&mut text).await?;
        for line in text.lines() {
            if let Some((name, rate)) = line.split_once(' ') {
                rates.insert(name.to_owned(), rate.parse().unwrap_or(1.0));
            }
        }
        drop(rates);
        sleep(Duration::from_millis(300)).await;
    }
    Ok(())
}

async fn bank(listener: TcpListener) -> std::io::Result<()> {
    loop {
        let (mut visitor, _) = listener.accept().await?;
        sleep(Duration::from_millis(400)).await;
        visitor.write_all(b"EUR 1.17\nUSD 1.31\n").await?;
    }
}

async fn convert(pounds: f64, name: &str, rates: &Rates) -> Option<f64> {
    rates.read().await.get(name).map(|rate| pounds * rate)
}

#[kettle::main]
async fn main() -> std::io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    kettle::spawn(bank(listener));
    let rates = Rates::default();
    let renewer = kettle::spawn(renew(rates.clone(), address));
    for _ in 0..20 {
        sleep(Duration::from_millis(20)).await;
        println!("{:?}", convert(10.0, "EUR", &rates).await);
    }
    renewer.await?
}
