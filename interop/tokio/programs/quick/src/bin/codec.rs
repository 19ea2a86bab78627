// Frames on a socket, with the codecs of tokio-util: lines one way, counted bytes the other.

use bytes::Bytes;
use futures_util::{SinkExt, StreamExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::codec::{FramedRead, FramedWrite, LengthDelimitedCodec, LinesCodec};

#[tokio::main]
async fn main() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = tokio::spawn(async move {
        let (socket, _) = listener.accept().await.unwrap();
        shout_back(socket).await;
    });

    let mut socket = TcpStream::connect(address).await.unwrap();
    let (reader, writer) = socket.split();
    let mut lines = FramedWrite::new(writer, LinesCodec::new());
    let mut frames = FramedRead::new(reader, LengthDelimitedCodec::new());
    for line in ["one tea", "two teas", ""] {
        lines.send(line).await.unwrap();
        let answer = frames.next().await.unwrap().unwrap();
        assert_eq!(answer, line.to_uppercase().as_bytes());
    }
    // All at once: several frames come with one read.
    for _ in 0..100 {
        lines.feed("again").await.unwrap();
    }
    SinkExt::<&str>::flush(&mut lines).await.unwrap();
    for _ in 0..100 {
        assert_eq!(frames.next().await.unwrap().unwrap(), &b"AGAIN"[..]);
    }
    drop(socket);
    server.await.unwrap();
}

/// Answers each line in capitals, as a frame with its length in front.
async fn shout_back(socket: TcpStream) {
    let (reader, writer) = socket.into_split();
    let mut lines = FramedRead::new(reader, LinesCodec::new_with_max_length(80));
    let mut frames = FramedWrite::new(writer, LengthDelimitedCodec::new());
    while let Some(line) = lines.next().await {
        frames.send(Bytes::from(line.unwrap().to_uppercase())).await.unwrap();
    }
}
