//! A web shop in miniature. Its background tasks are meant to run until the program ends.
//! doctor: silence

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use kettle::io::{AsyncReadExt, AsyncWriteExt};
use kettle::net::{TcpListener, TcpStream};
use kettle::time::{interval, sleep};

#[derive(Default)]
struct Shop {
    visitors: AtomicU32,
    swept: AtomicU32,
}

async fn open(listener: TcpListener, shop: Arc<Shop>) {
    loop {
        let Ok((mut socket, _)) = listener.accept().await else { continue };
        let shop = shop.clone();
        kettle::spawn(async move {
            let number = shop.visitors.fetch_add(1, Ordering::Relaxed) + 1;
            let _ = socket.write_all(format!("visitor {number}\n").as_bytes()).await;
        });
    }
}

async fn sweep(shop: Arc<Shop>) {
    let mut times = interval(Duration::from_millis(80));
    loop {
        times.tick().await;
        shop.swept.fetch_add(1, Ordering::Relaxed);
    }
}

async fn refresh_prices() {
    loop {
        sleep(Duration::from_millis(250)).await;
        println!("prices are fresh");
        sleep(Duration::from_millis(50)).await;
    }
}

#[kettle::main]
async fn main() -> std::io::Result<()> {
    let shop = Arc::new(Shop::default());
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let at = listener.local_addr()?;
    kettle::spawn(open(listener, shop.clone()));
    kettle::spawn(sweep(shop.clone()));
    kettle::spawn(refresh_prices());
    for _ in 0..4 {
        let mut text = String::new();
        TcpStream::connect(at).await?.read_to_string(&mut text).await?;
        print!("{text}");
        sleep(Duration::from_millis(310)).await;
    }
    println!("{} visitors", shop.visitors.load(Ordering::Relaxed));
    Ok(())
}
