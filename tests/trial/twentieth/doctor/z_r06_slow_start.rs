//! A client comes before its server: it tries to connect every 60 ms until somebody listens, after 1.4 s.
//!
//! Right: it sleeps between the tries, and gives up after fifty. Near to: a busy loop.
//!
//! Expected: silent.

use std::time::Duration;

use kettle::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use kettle::net::{TcpListener, TcpStream};
use kettle::time::{sleep, timeout};

async fn connect(port: u16) -> Option<TcpStream> {
    for attempt in 1..=50 {
        match timeout(Duration::from_secs(1), TcpStream::connect(("127.0.0.1", port))).await {
            Ok(Ok(stream)) => {
                println!("connected in some attempt after the first: {}", attempt > 1);
                return Some(stream);
            }
            _ => sleep(Duration::from_millis(60)).await,
        }
    }
    None
}

async fn serve(port: u16) {
    sleep(Duration::from_millis(1400)).await; // boots
    let listener = TcpListener::bind(("127.0.0.1", port)).await.unwrap();
    let (stream, _) = listener.accept().await.unwrap();
    let mut stream = BufReader::new(stream);
    let mut line = String::new();
    while stream.read_line(&mut line).await.unwrap() > 0 {
        stream.write_all(line.to_uppercase().as_bytes()).await.unwrap();
        line.clear();
    }
}

#[kettle::main]
async fn main() {
    let port = {
        let free = TcpListener::bind("127.0.0.1:0").await.unwrap();
        free.local_addr().unwrap().port()
    };
    let server = kettle::spawn(serve(port));
    let mut stream = BufReader::new(connect(port).await.expect("a server"));
    let mut line = String::new();
    for word in ["tea\n", "kettle\n"] {
        stream.write_all(word.as_bytes()).await.unwrap();
        stream.read_line(&mut line).await.unwrap();
    }
    print!("{line}");
    drop(stream);
    server.await.unwrap();
}
