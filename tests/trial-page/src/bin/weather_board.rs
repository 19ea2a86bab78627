//! Reports of a weather station come by UDP, are kept in a table, and the last one is shown on a
//! board. Each night the table is exported to a tape.
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use kettle::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use kettle::net::UdpSocket;
use kettle::sync::{RwLock, watch};
use kettle::time::sleep;

type Table = Arc<RwLock<Vec<f32>>>;

/// A tape takes a block of 32 bytes in a tenth of a second.
async fn tape(mut from: DuplexStream) {
    let mut block = [0; 32];
    while let Ok(1..) = from.read(&mut block).await {
        sleep(Duration::from_millis(100)).await;
    }
}

async fn export(table: Table, mut to: DuplexStream) {
    sleep(Duration::from_millis(200)).await;
    let rows = table.read().await;
    for row in rows.iter() {
        let line = format!("{row:>8.2} hPa\n");
        to.write_all(line.as_bytes()).await.expect("the tape runs");
    }
}

async fn receive(socket: UdpSocket, table: Table, board: watch::Sender<f32>) {
    let mut report = [0; 64];
    for _ in 0..2 {
        let n = socket.recv(&mut report).await.expect("a report");
        let text = std::str::from_utf8(&report[..n]).expect("text");
        let pressure: f32 = text.parse().expect("a number");
        table.write().await.push(pressure);
        board.send_replace(pressure);
    }
}

async fn station(board: SocketAddr) {
    let socket = UdpSocket::bind("127.0.0.1:0").await.expect("a port");
    for report in ["1013.2", "998.7"] {
        sleep(Duration::from_millis(300)).await;
        socket.send_to(report.as_bytes(), board).await.expect("sent");
    }
}

#[kettle::main]
async fn main() -> std::io::Result<()> {
    let began = Instant::now();
    let table: Table = Arc::new(RwLock::new((0..26).map(|hour| 1000.0 + hour as f32).collect()));
    let socket = UdpSocket::bind("127.0.0.1:0").await?;
    let address = socket.local_addr()?;
    let (to, from) = duplex(64);
    let (shows, mut board) = watch::channel(0.0);
    kettle::spawn(tape(from));
    kettle::spawn(export(table.clone(), to));
    kettle::spawn(receive(socket, table, shows));
    kettle::spawn(station(address));
    while board.changed().await.is_ok() {
        println!("{:.1} s: {} hPa", began.elapsed().as_secs_f32(), *board.borrow_and_update());
    }
    Ok(())
}
