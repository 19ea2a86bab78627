// A WebSocket server that echoes, with tokio-tungstenite on both sides.
//
// With an address as its argument it serves there until it has echoed "bye": for a browser.

use futures_util::{SinkExt, StreamExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{accept_async, client_async};

#[tokio::main]
async fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let [_, flag, address] = &arguments[..]
        && flag == "--serve"
    {
        let listener = TcpListener::bind(address).await.unwrap();
        println!("{}", listener.local_addr().unwrap());
        echo(listener.accept().await.unwrap().0).await;
        return;
    }
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = tokio::spawn(async move { echo(listener.accept().await.unwrap().0).await });

    let socket = TcpStream::connect(address).await.unwrap();
    let (mut socket, _) = client_async(format!("ws://{address}/"), socket).await.unwrap();
    for length in [0_usize, 1, 125, 126, 70_000] {
        let message = Message::binary(vec![length.to_le_bytes()[0]; length]);
        socket.send(message.clone()).await.unwrap();
        assert_eq!(socket.next().await.unwrap().unwrap(), message);
    }
    socket.send(Message::text("bye")).await.unwrap();
    assert_eq!(socket.next().await.unwrap().unwrap(), Message::text("bye"));
    while socket.next().await.is_some() {}
    server.await.unwrap();
}

async fn echo(socket: TcpStream) {
    let mut socket = accept_async(socket).await.unwrap();
    while let Some(Ok(message)) = socket.next().await {
        let is_last = message == Message::text("bye");
        if message.is_text() || message.is_binary() {
            socket.send(message).await.unwrap();
        }
        if is_last {
            socket.close(None).await.unwrap();
        }
    }
}
