// HTTP/2 with the crate h2 alone: twenty streams at once over one connection, with flow control.

use bytes::Bytes;
use http::{Request, Response};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

const STREAMS: usize = 20;
/// More than a stream's window, so that the sender has to wait for the reader.
const LONG: usize = 100_000;

#[tokio::main]
async fn main() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = tokio::spawn(async move { serve(listener.accept().await.unwrap().0).await });

    let socket = TcpStream::connect(address).await.unwrap();
    let (client, connection) = h2::client::handshake(socket).await.unwrap();
    let connection = tokio::spawn(connection);
    let mut streams = JoinSet::new();
    for number in 0..STREAMS {
        let client = client.clone();
        streams.spawn(async move {
            let mut client = client.ready().await.unwrap();
            let request = Request::get(format!("http://tea/{number}")).body(()).unwrap();
            let (response, _) = client.send_request(request, true).unwrap();
            let mut body = response.await.unwrap().into_body();
            let mut length = 0;
            while let Some(chunk) = body.data().await {
                let chunk = chunk.unwrap();
                assert!(chunk.iter().all(|byte| usize::from(*byte) == number));
                body.flow_control().release_capacity(chunk.len()).unwrap();
                length += chunk.len();
            }
            assert_eq!(length, LONG);
        });
    }
    streams.join_all().await;
    drop(client);
    connection.await.unwrap().unwrap();
    server.await.unwrap();
}

async fn serve(socket: TcpStream) {
    let mut connection = h2::server::handshake(socket).await.unwrap();
    while let Some(request) = connection.accept().await {
        let (request, mut respond) = request.unwrap();
        let number: u8 = request.uri().path()[1..].parse().unwrap();
        let mut body = respond.send_response(Response::new(()), false).unwrap();
        body.send_data(Bytes::from(vec![number; LONG]), true).unwrap();
    }
}
