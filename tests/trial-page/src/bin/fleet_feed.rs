//! Vans send their positions by UDP. A dashboard and a logbook show all of them.
use kettle::net::UdpSocket;
use kettle::sync::{Semaphore, broadcast, mpsc, oneshot};
use kettle::time::sleep;
use std::sync::Arc;
use std::time::Duration;

const END: u8 = 255;

async fn vans(depot: std::net::SocketAddr) -> std::io::Result<()> {
    let socket = UdpSocket::bind("127.0.0.1:0").await?;
    for position in 0..45u8 {
        socket.send_to(&[position], depot).await?;
        sleep(Duration::from_millis(20)).await;
    }
    socket.send_to(&[END], depot).await?;
    Ok(())
}

async fn intake(socket: UdpSocket, feed: broadcast::Sender<u8>) -> std::io::Result<()> {
    let mut packet = [0; 16];
    loop {
        socket.recv(&mut packet).await?;
        if packet[0] == END {
            return Ok(());
        }
        let _ = feed.send(packet[0]);
    }
}

async fn dashboard(mut feed: broadcast::Receiver<u8>, tiles: Arc<Semaphore>) {
    loop {
        match feed.recv().await {
            Ok(position) if position % 10 == 5 => {
                let _tile = tiles.acquire().await.unwrap(); // a new tile of the map
                sleep(Duration::from_millis(4)).await;
            }
            Ok(_) => {}
            Err(broadcast::error::RecvError::Lagged(n)) => {
                println!("dashboard: missed {n} positions")
            }
            Err(broadcast::error::RecvError::Closed) => return,
        }
    }
}

async fn logbook(mut feed: broadcast::Receiver<u8>) -> usize {
    let mut lines = 0;
    while feed.recv().await.is_ok() {
        lines += 1;
    }
    lines
}

/// Prints the whole map, and so needs all tiles.
async fn poster(tiles: Arc<Semaphore>, printer: mpsc::Sender<oneshot::Sender<()>>) {
    sleep(Duration::from_millis(180)).await;
    let _all = tiles.acquire_many(2).await.unwrap();
    let (done, printed) = oneshot::channel();
    printer.send(done).await.unwrap();
    printed.await.unwrap();
}

async fn printer(mut sheets: mpsc::Receiver<oneshot::Sender<()>>) {
    while let Some(done) = sheets.recv().await {
        sleep(Duration::from_millis(450)).await;
        let _ = done.send(());
    }
}

#[kettle::main]
async fn main() -> std::io::Result<()> {
    let socket = UdpSocket::bind("127.0.0.1:0").await?;
    let depot = socket.local_addr()?;
    let (feed, shown) = broadcast::channel(8);
    let tiles = Arc::new(Semaphore::new(2));
    let (sheets, tray) = mpsc::channel(1);
    kettle::spawn(printer(tray));
    kettle::spawn(poster(tiles.clone(), sheets));
    let dashboard = kettle::spawn(dashboard(shown, tiles));
    let logbook = kettle::spawn(logbook(feed.subscribe()));
    let vans = kettle::spawn(vans(depot));
    intake(socket, feed).await?;
    vans.await??;
    dashboard.await?;
    println!("logbook: {} lines", logbook.await?);
    Ok(())
}
