//! A test bench starts its server on any free port. The number is published in a `SetOnce`, for which the client has to wait.
//!
//! Wrong: `let _ = port.wait();` has no `.await`, and `let _ =` silences the compiler. So the client looks before the server listens.
//!
//! Expected: `unpolled` of the `wait` in `main`. The cure: write `let port = port.wait().await;`.
//!
//! doctor: `unpolled`
//! ends: by itself

use std::sync::Arc;
use std::time::Duration;

use kettle::io::{AsyncReadExt, AsyncWriteExt};
use kettle::net::{TcpListener, TcpStream};
use kettle::sync::SetOnce;
use kettle::time::sleep;

async fn serve(port: Arc<SetOnce<u16>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    port.set(listener.local_addr().unwrap().port()).unwrap();
    while let Ok((mut client, _)) = listener.accept().await {
        let _ = client.write_all(b"hello").await;
    }
}

async fn first_greeting(port: &SetOnce<u16>) -> Option<String> {
    let _ = port.wait(); // until the server listens
    let port = *port.get()?;
    let mut server = TcpStream::connect(("127.0.0.1", port)).await.ok()?;
    let mut greeting = String::new();
    server.read_to_string(&mut greeting).await.ok()?;
    Some(greeting)
}

#[kettle::main]
async fn main() {
    let port = Arc::new(SetOnce::new());
    kettle::spawn(serve(Arc::clone(&port)));
    match first_greeting(&port).await {
        Some(greeting) => println!("the server says {greeting:?}"),
        None => println!("there is no server"),
    }
    sleep(Duration::from_millis(100)).await;
    println!("now the port is known: {}", port.get().is_some());
}
