//! A service with detached tasks that have no end: an accept loop, a clock, a cache that forgets.
//! `main` does its work and returns without a word to them.
//!
//! Suspicious: tasks that are dropped half-way at the end of `main`, in a sleep, a tick, an accept, a lock.
//!
//! doctor: silence

use std::collections::HashMap;
use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use kettle::io::{AsyncReadExt, AsyncWriteExt};
use kettle::net::{TcpListener, TcpStream};
use kettle::sync::Mutex;
use kettle::time::{interval, sleep};

type Cache = Arc<Mutex<HashMap<u8, Instant>>>;

async fn forget(cache: Cache) {
    loop {
        sleep(Duration::from_millis(30)).await;
        let mut cache = cache.lock().await;
        cache.retain(|_, since| since.elapsed() < Duration::from_millis(50));
        sleep(Duration::from_millis(5)).await; // tells the other nodes
    }
}

async fn serve(mut socket: TcpStream, cache: Cache) -> io::Result<()> {
    loop {
        let key = socket.read_u8().await?;
        let known = cache.lock().await.insert(key, Instant::now()).is_some();
        socket.write_u8(u8::from(known)).await?;
    }
}

#[kettle::main]
async fn main() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let cache = Cache::default();
    kettle::spawn(forget(cache.clone()));
    kettle::spawn(async {
        let mut clock = interval(Duration::from_millis(10));
        loop {
            clock.tick().await;
        }
    });
    kettle::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            kettle::spawn(serve(socket, cache.clone()));
        }
    });
    let mut socket = TcpStream::connect(address).await?;
    for key in [1, 2, 1, 3, 3] {
        socket.write_u8(key).await?;
        println!("{key} was known: {}", socket.read_u8().await? == 1);
        sleep(Duration::from_millis(20)).await;
    }
    Ok(())
}
