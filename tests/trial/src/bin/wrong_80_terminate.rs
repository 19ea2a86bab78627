//! A server that ends on SIGTERM as mini-redis does: each connection holds a sender of a channel on which nothing is
//! sent, and `main` waits until all of them are dropped.
//!
//! Wrong: `main` has a sender of its own, from which the others were cloned, and keeps it. `recv` never gives `None`.
//!
//! Expected: `deadlock` of `main`, as a warning, because a signal is handled. The cure: drop that sender before `recv`.
//!
//! doctor: `deadlock`
//! ends: killed

use std::process::Command;
use std::time::Duration;

use kettle::io::AsyncWriteExt;
use kettle::net::{TcpListener, TcpStream};
use kettle::signal::unix::{SignalKind, signal};
use kettle::sync::mpsc;
use kettle::time::sleep;

async fn serve(mut visitor: TcpStream, _open: mpsc::Sender<()>) {
    sleep(Duration::from_millis(50)).await; // the work
    let _ = visitor.write_all(b"done\n").await;
}

/// What the init system does when the machine goes down.
fn terminate_soon() {
    let id = std::process::id().to_string();
    std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(300));
        Command::new("kill").arg(id).status().unwrap();
    });
}

#[kettle::main]
async fn main() -> std::io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let mut terminated = signal(SignalKind::terminate())?;
    terminate_soon();
    let (open, mut all_closed) = mpsc::channel::<()>(1);
    let visitors: Vec<_> = (0..3).map(|_| kettle::spawn(TcpStream::connect(address))).collect();
    loop {
        kettle::select! {
            visitor = listener.accept() => {
                kettle::spawn(serve(visitor?.0, open.clone()));
            }
            _ = terminated.recv() => break,
        }
    }
    drop((listener, visitors));
    println!("waiting for the open connections");
    all_closed.recv().await;
    println!("good night");
    Ok(())
}
