//! A server that ends on SIGTERM: it takes no more visitors, and waits until the senders that the connections hold are
//! dropped. One visitor takes two seconds.
//!
//! Right: `main` drops its own sender before it waits. A signal is handled, and nothing else comes.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::process::Command;
use std::time::Duration;

use kettle::io::{AsyncReadExt, AsyncWriteExt};
use kettle::net::{UnixListener, UnixStream};
use kettle::signal::unix::{SignalKind, signal};
use kettle::sync::mpsc;

async fn serve(mut visitor: UnixStream, _open: mpsc::Sender<()>) -> std::io::Result<()> {
    let mut order = String::new();
    visitor.read_to_string(&mut order).await?;
    println!("{order}");
    visitor.write_all(b"thank you\n").await
}

/// A slow visitor, and the init system.
fn outside(path: std::path::PathBuf) {
    std::thread::spawn(move || {
        let visitor = std::os::unix::net::UnixStream::connect(path).unwrap();
        std::thread::sleep(Duration::from_millis(200));
        let id = std::process::id().to_string();
        Command::new("kill").arg(id).status().unwrap();
        std::thread::sleep(Duration::from_secs(2));
        std::io::Write::write_all(&mut &visitor, b"a pot of Assam").unwrap();
    });
}

#[kettle::main]
async fn main() -> std::io::Result<()> {
    let path = std::env::temp_dir().join(format!("tea-{}", std::process::id()));
    let listener = UnixListener::bind(&path)?;
    let mut terminated = signal(SignalKind::terminate())?;
    outside(path.clone());
    let (open, mut all_closed) = mpsc::channel::<()>(1);
    loop {
        kettle::select! {
            visitor = listener.accept() => {
                kettle::spawn(serve(visitor?.0, open.clone()));
            }
            _ = terminated.recv() => break,
        }
    }
    drop((listener, open));
    std::fs::remove_file(path)?;
    all_closed.recv().await;
    println!("good night");
    Ok(())
}
