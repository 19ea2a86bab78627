//! A proxy between a client and a slow server: it copies both ways at once until both have shut down. All sockets are connected to each other,
//! in this process, and are silent for 1.5 s.
//!
//! Right: each side shuts down what it has ended. Near to: a deadlock of sockets that wait for each other.
//!
//! Expected: silent.

use std::time::Duration;

use kettle::io::{AsyncReadExt, AsyncWriteExt, copy};
use kettle::net::{TcpListener, TcpStream};
use kettle::time::sleep;

async fn server(listener: TcpListener) {
    let (mut stream, _) = listener.accept().await.unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).await.unwrap();
    sleep(Duration::from_millis(1500)).await;
    stream.write_all(text.to_uppercase().as_bytes()).await.unwrap();
}

async fn proxy(listener: TcpListener, port: u16) {
    let (mut client, _) = listener.accept().await.unwrap();
    let mut server = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    let (mut from_client, mut to_client) = client.split();
    let (mut from_server, mut to_server) = server.split();
    let up = async {
        let sent = copy(&mut from_client, &mut to_server).await.unwrap();
        to_server.shutdown().await.unwrap();
        sent
    };
    let down = async { copy(&mut from_server, &mut to_client).await.unwrap() };
    let (up, down) = kettle::join!(up, down);
    assert_eq!(up, down);
}

#[kettle::main]
async fn main() {
    let server_door = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let proxy_door = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let server_port = server_door.local_addr().unwrap().port();
    let proxy_port = proxy_door.local_addr().unwrap().port();
    let server = kettle::spawn(server(server_door));
    let proxy = kettle::spawn(proxy(proxy_door, server_port));
    let mut client = TcpStream::connect(("127.0.0.1", proxy_port)).await.unwrap();
    client.write_all(b"a pot of tea").await.unwrap();
    client.shutdown().await.unwrap();
    let mut answer = String::new();
    client.read_to_string(&mut answer).await.unwrap();
    println!("{answer}");
    proxy.await.unwrap();
    server.await.unwrap();
}
