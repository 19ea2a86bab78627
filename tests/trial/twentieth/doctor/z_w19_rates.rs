//! Exchange rates are fetched over TCP from a slow server every now and then; visitors read them.
//!
//! Wrong: the refresh takes the write guard first and then fetches, so that all readers wait for the server.
//!
//! Expected: `guard_across_await`, a warning, at the `write()` in `refresh`: held for 0.5 s while it waited for a socket. Cure: fetch first, then take the
//! guard.

use std::sync::Arc;
use std::time::Duration;

use kettle::io::{AsyncReadExt, AsyncWriteExt};
use kettle::net::{TcpListener, TcpStream};
use kettle::sync::RwLock;
use kettle::time::sleep;

async fn bank(listener: TcpListener) {
    for rate in 1..=2_u8 {
        let (mut visitor, _) = listener.accept().await.unwrap();
        sleep(Duration::from_millis(500)).await;
        visitor.write_all(&[rate]).await.unwrap();
    }
}

async fn refresh(rates: &RwLock<u8>, port: u16) {
    let mut rate = rates.write().await;
    let mut bank = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    *rate = bank.read_u8().await.unwrap();
}

async fn visitor(rates: Arc<RwLock<u8>>) {
    for _ in 0..20 {
        sleep(Duration::from_millis(60)).await;
        let rate = *rates.read().await;
        assert!(rate < 3);
    }
}

#[kettle::main]
async fn main() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let bank = kettle::spawn(bank(listener));
    let rates = Arc::new(RwLock::new(0));
    let visitors: Vec<_> = (0..2).map(|_| kettle::spawn(visitor(rates.clone()))).collect();
    for _ in 0..2 {
        sleep(Duration::from_millis(100)).await;
        refresh(&rates, port).await;
    }
    for visitor in visitors {
        visitor.await.unwrap();
    }
    bank.await.unwrap();
    println!("rate {}", rates.read().await);
}
