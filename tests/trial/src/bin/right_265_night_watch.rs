//! Right: three detached tasks that have no end, of which `main` waits for none: an interval, a listener, and one that
//! reads messages.
//!
//! doctor: silence

use std::io;
use std::time::Duration;

use kettle::io::AsyncWriteExt;
use kettle::net::{TcpListener, TcpStream};
use kettle::sync::mpsc;
use kettle::time::{interval, sleep};

async fn rounds(report: mpsc::Sender<u32>) {
    let mut clock = interval(Duration::from_millis(30));
    for round in 0.. {
        clock.tick().await;
        let _ = report.send(round).await;
    }
}

async fn log(mut reports: mpsc::Receiver<u32>) {
    while let Some(round) = reports.recv().await {
        if round % 20 == 0 {
            println!("round {round}");
        }
    }
}

async fn door(listener: TcpListener) {
    while let Ok((mut guest, _)) = listener.accept().await {
        let _ = guest.write_all(b"who is there?").await;
    }
}

#[kettle::main]
async fn main() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let (report, reports) = mpsc::channel(2);
    kettle::spawn(rounds(report));
    kettle::spawn(log(reports));
    kettle::spawn(door(listener));
    for _ in 0..5 {
        sleep(Duration::from_millis(300)).await;
        drop(TcpStream::connect(address).await?);
    }
    Ok(())
}
