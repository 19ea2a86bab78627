// hyper on both sides: a server that echoes each request's body, and clients that ask it over one
// connection each.

use std::convert::Infallible;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request, Response, client, server};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

#[tokio::main]
pub(crate) async fn main() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = tokio::spawn(serve(listener));

    let mut clients = JoinSet::new();
    for client in 0..4 {
        clients.spawn(async move {
            let socket = TcpStream::connect(address).await.unwrap();
            let (mut sender, connection) =
                client::conn::http1::handshake(TokioIo::new(socket)).await.unwrap();
            let connection = tokio::spawn(connection);
            for cup in 0..10 {
                let words = format!("cup {cup} of client {client}").repeat(1 + 1_000 * (cup % 2));
                let body = Full::new(Bytes::from(words.clone()));
                let response = sender.send_request(Request::post("/").body(body).unwrap()).await;
                let echo = response.unwrap().into_body().collect().await.unwrap().to_bytes();
                assert_eq!(echo, words);
            }
            drop(sender);
            connection.await.unwrap().unwrap();
        });
    }
    clients.join_all().await;
    server.abort();
    assert!(server.await.unwrap_err().is_cancelled());
}

async fn serve(listener: TcpListener) {
    let mut connections = JoinSet::new();
    loop {
        let (socket, _) = listener.accept().await.unwrap();
        let mut http = server::conn::http1::Builder::new();
        // A timer for slow heads: hyper takes ours.
        let connection =
            http.timer(TokioTimer::new()).serve_connection(TokioIo::new(socket), service_fn(echo));
        connections.spawn(connection);
    }
}

async fn echo(request: Request<Incoming>) -> Result<Response<Incoming>, Infallible> {
    Ok(Response::new(request.into_body()))
}
