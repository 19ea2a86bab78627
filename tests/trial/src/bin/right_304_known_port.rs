//! Clients ask for the server's port, which is in a `SetOnce`. The first has to wait for it, the later ones find it.
//!
//! Right: the future of `wait` is made each time and often dropped without a poll, because the port is known by then. It registers at nothing.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::sync::Arc;
use std::time::Duration;

use kettle::io::{AsyncReadExt, AsyncWriteExt};
use kettle::net::{TcpListener, TcpStream};
use kettle::sync::SetOnce;
use kettle::time::sleep;

async fn serve(port: Arc<SetOnce<u16>>) {
    sleep(Duration::from_millis(100)).await; // the certificates
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    port.set(listener.local_addr().unwrap().port()).unwrap();
    while let Ok((mut client, _)) = listener.accept().await {
        let _ = client.write_all(b"hello").await;
    }
}

async fn greeting(port: &SetOnce<u16>) -> std::io::Result<String> {
    let known = port.wait();
    let port = match port.get() {
        Some(port) => *port,
        None => *known.await,
    };
    let mut server = TcpStream::connect(("127.0.0.1", port)).await?;
    let mut greeting = String::new();
    server.read_to_string(&mut greeting).await?;
    Ok(greeting)
}

#[kettle::main]
async fn main() -> std::io::Result<()> {
    let port = Arc::new(SetOnce::new());
    kettle::spawn(serve(Arc::clone(&port)));
    for client in 1..=3 {
        println!("client {client}: {}", greeting(&port).await?);
    }
    Ok(())
}
