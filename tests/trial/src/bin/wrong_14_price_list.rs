//! A price service with a cache in a `Mutex`; prices that it lacks are fetched from afar.
//!
//! The mistake: the lock of the whole cache is held while one price is fetched, so requests for
//! other items, known ones, too, wait for the fetch.
//!
//! Expected: a guard kept across an `.await` while others wait for the lock for long. Cure: drop the
//! guard before the fetch and lock again to insert.
//!
//! doctor: `guard_across_await`
//! ends: by itself

use std::collections::HashMap;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use kettle::io::{AsyncReadExt, AsyncWriteExt};
use kettle::net::{TcpListener, TcpStream};
use kettle::sync::Mutex;
use kettle::time::sleep;

type Prices = Arc<Mutex<HashMap<u8, u8>>>;

async fn supplier(listener: TcpListener) -> io::Result<()> {
    loop {
        let (mut socket, _) = listener.accept().await?;
        kettle::spawn(async move {
            let item = socket.read_u8().await?;
            sleep(Duration::from_millis(250)).await; // it is slow
            socket.write_u8(item * 2).await
        });
    }
}

async fn price(prices: &Prices, port: u16, item: u8) -> io::Result<u8> {
    let mut known = prices.lock().await;
    if let Some(price) = known.get(&item) {
        return Ok(*price);
    }
    let mut socket = TcpStream::connect(("127.0.0.1", port)).await?;
    socket.write_u8(item).await?;
    let price = socket.read_u8().await?;
    known.insert(item, price);
    Ok(price)
}

#[kettle::main]
async fn main() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let port = listener.local_addr()?.port();
    kettle::spawn(supplier(listener));
    let prices: Prices = Arc::new(Mutex::new(HashMap::from([(1, 99)])));
    let mut requests = Vec::new();
    for item in [5, 1, 6, 1, 7, 1] {
        let prices = prices.clone();
        requests.push(kettle::spawn(async move { price(&prices, port, item).await }));
    }
    for request in requests {
        println!("{}", request.await??);
    }
    Ok(())
}
