//! Do programs of published packages run on a virtual clock, under a thousand schedules, also if
//! the network between their two ends fails?
//!
//! A test for each package: three clients ask a server in the same process, at the same time, each
//! twice. Each request ends within its limit, and an answer is the right one; without faults each
//! is answered. `cargo xtask test closed` searches them, as they are and with faults of the
//! network, and runs some seeds twice, since both runs have to be the same.

use std::fmt::Debug;
use std::future::{Ready, pending, ready};
use std::net::SocketAddr;
use std::time::Duration;

use axum::extract::Path;
use axum::routing::get;
use bb8::{ManageConnection, Pool};
use bytes::Bytes;
use futures_util::{SinkExt, StreamExt};
use http_body_util::{BodyExt, Empty, Full};
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use redis::AsyncCommands;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_util::codec::{Framed, LinesCodec};
use tower::util::BoxCloneSyncService;
use tower::{BoxError, ServiceBuilder, ServiceExt};

type Result<T> = std::result::Result<T, BoxError>;

const LIMIT: Duration = Duration::from_secs(30);
/// What a server takes for each request.
const WORK: Duration = Duration::from_secs(1);

/// What comes of a request in its limit: the right answer, or nothing because of a fault.
async fn asks<T: PartialEq + Debug>(request: impl Future<Output = Result<T>>, right: T) {
    match timeout(LIMIT, request).await {
        Ok(Ok(answer)) => assert_eq!(answer, right),
        failed => assert_ne!(std::env::var("KETTLE_FAULTS").unwrap_or_default(), "", "{failed:?}"),
    }
}

/// Three clients at a time. Each connects and asks twice; after an error it connects again.
async fn clients<C, T, F, G>(
    connect: impl Fn() -> F + Clone + Send + Sync + 'static,
    ask: impl Fn(C, u32) -> G + Clone + Send + Sync + 'static,
    right: fn(u32) -> T,
) where
    C: Send + 'static,
    T: PartialEq + Debug + Send + 'static,
    F: Future<Output = Result<C>> + Send,
    G: Future<Output = Result<(C, T)>> + Send,
{
    let client = |client: u32| {
        let (connect, ask) = (connect.clone(), ask.clone());
        async move {
            let mut kept = None;
            for number in [10 * client, 10 * client + 1] {
                let request = async {
                    let connection = match kept.take() {
                        Some(connection) => connection,
                        None => connect().await?,
                    };
                    let (connection, answer) = ask(connection, number).await?;
                    kept = Some(connection);
                    Ok(answer)
                };
                asks(request, right(number)).await;
            }
        }
    };
    (1..=3).map(client).collect::<JoinSet<()>>().join_all().await;
}

/// For clients that have something in common, if that has come about.
fn shares<C: Clone>(shared: Option<C>) -> impl Fn() -> Ready<Result<C>> + Clone {
    move || ready(shared.clone().ok_or_else(|| "not connected".into()))
}

/// A connection for all.
async fn one<C>(connect: impl Future<Output = Result<C>>) -> Option<C> {
    timeout(LIMIT, connect).await.ok()?.ok()
}

async fn listens() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    (listener, address)
}

/// A server that does this with each connection, in a task.
async fn serves<F>(each: impl Fn(TcpStream) -> F + Send + 'static) -> SocketAddr
where
    F: Future<Output = Result<()>> + Send + 'static,
{
    let (listener, address) = listens().await;
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(each(stream));
        }
    });
    address
}

/// Answers each number with the next one.
async fn counts(mut stream: TcpStream) -> Result<()> {
    loop {
        let number = stream.read_u32().await?;
        sleep(WORK).await;
        stream.write_u32(next(number)).await?;
    }
}

fn next(number: u32) -> u32 {
    number + 1
}

fn path(number: u32) -> String {
    format!("/{number}")
}

type Sender = http1::SendRequest<Empty<Bytes>>;

async fn connects(to: SocketAddr) -> Result<Sender> {
    let stream = TokioIo::new(TcpStream::connect(to).await?);
    let (sender, connection) = http1::handshake(stream).await?;
    tokio::spawn(connection);
    Ok(sender)
}

async fn gets(mut sender: Sender, number: u32) -> Result<(Sender, String)> {
    let request = Request::get(path(number)).header("host", "here").body(Empty::new())?;
    let answer = sender.send_request(request).await?.into_body().collect().await?;
    Ok((sender, String::from_utf8(answer.to_bytes().to_vec())?))
}

#[tokio::test]
async fn hyper() {
    let server = serves(async |stream| {
        let service = service_fn(async |request: Request<Incoming>| {
            sleep(WORK).await;
            Ok::<_, hyper::Error>(Response::new(Full::<Bytes>::from(
                request.uri().path().to_owned(),
            )))
        });
        let server = hyper::server::conn::http1::Builder::new();
        Ok(server.serve_connection(TokioIo::new(stream), service).await?)
    });
    let to = server.await;
    clients(move || connects(to), gets, path).await;
}

async fn on_axum() -> SocketAddr {
    let (listener, address) = listens().await;
    let says_path = async |Path(number): Path<u32>| {
        sleep(WORK).await;
        path(number)
    };
    let app = axum::Router::new().route("/{number}", get(says_path));
    tokio::spawn(async { axum::serve(listener, app).await });
    address
}

#[tokio::test]
async fn axum() {
    let to = on_axum().await;
    clients(move || connects(to), gets, path).await;
}

#[tokio::test]
async fn reqwest() {
    let to = on_axum().await;
    let client = reqwest::Client::builder().no_proxy().timeout(LIMIT / 2).build().unwrap();
    let ask = move |client: reqwest::Client, number| async move {
        let answer = client.get(format!("http://{to}{}", path(number))).send().await?;
        Ok((client, answer.text().await?))
    };
    clients(shares(Some(client)), ask, path).await;
}

async fn on_mini_redis() -> SocketAddr {
    let (listener, address) = listens().await;
    tokio::spawn(mini_redis::server::run(listener, pending::<()>()));
    address
}

/// Over one connection. (Each number is a key of its own: what a broken connection has brought may
/// be done after the next request.)
#[tokio::test]
async fn redis() {
    let client = redis::Client::open(format!("redis://{}/", on_mini_redis().await)).unwrap();
    let shared = one(async { Ok(client.get_multiplexed_async_connection().await?) }).await;
    let ask = |mut shared: redis::aio::MultiplexedConnection, number| async move {
        let () = shared.set(number, next(number)).await?;
        let answer = shared.get(number).await?;
        Ok((shared, answer))
    };
    clients(shares(shared), ask, next).await;
}

#[tokio::test]
async fn mini_redis() {
    let to = on_mini_redis().await;
    let connect = move || async move { mini_redis::client::connect(to).await };
    let ask = |mut client: mini_redis::client::Client, number| async move {
        client.set(&path(number), path(number).into()).await?;
        let answer = client.get(&path(number)).await?;
        Ok((client, answer))
    };
    clients(connect, ask, |number| Some(Bytes::from(path(number)))).await;
}

#[tokio::test]
async fn tokio_tungstenite() {
    let server = serves(async |stream| {
        let mut socket = tokio_tungstenite::accept_async(stream).await?;
        while let Some(said) = socket.next().await {
            sleep(WORK).await;
            socket.send(said?).await?;
        }
        Ok(())
    });
    let to = server.await;
    let connect = move || async move {
        let stream = TcpStream::connect(to).await?;
        Ok(tokio_tungstenite::client_async(format!("ws://{to}/"), stream).await?.0)
    };
    let ask = |mut socket: WebSocketStream<TcpStream>, number| async move {
        socket.send(Message::text(path(number))).await?;
        let answer = socket.next().await.ok_or("it is closed")??;
        Ok((socket, answer))
    };
    clients(connect, ask, |number| Message::text(path(number))).await;
}

#[tokio::test]
async fn h2() {
    let server = serves(async |stream| {
        let mut connection = h2::server::handshake(stream).await?;
        while let Some(request) = connection.accept().await {
            let (request, mut respond) = request?;
            tokio::spawn(async move {
                sleep(WORK).await;
                let mut body = respond.send_response(Response::new(()), false)?;
                body.send_data(request.uri().path().to_owned().into(), true)
            });
        }
        Ok(())
    });
    let to = server.await;
    let connect = async {
        let (sender, connection) = h2::client::handshake(TcpStream::connect(to).await?).await?;
        tokio::spawn(connection);
        Ok(sender)
    };
    let ask = |sender: h2::client::SendRequest<Bytes>, number| async move {
        let request = Request::get(format!("http://here{}", path(number))).body(())?;
        let mut sender = sender.ready().await?;
        let mut body = sender.send_request(request, true)?.0.await?.into_body();
        let mut answer = Vec::new();
        while let Some(some) = body.data().await {
            answer.extend(some?);
        }
        Ok((sender, answer))
    };
    clients(shares(one(connect).await), ask, |number| path(number).into_bytes()).await;
}

/// Connections to the server that counts. Each remembers that an answer is owed.
struct Counters(SocketAddr);

impl ManageConnection for Counters {
    type Connection = (TcpStream, bool);
    type Error = std::io::Error;

    async fn connect(&self) -> std::io::Result<(TcpStream, bool)> {
        Ok((TcpStream::connect(self.0).await?, false))
    }

    async fn is_valid(&self, (stream, _): &mut (TcpStream, bool)) -> std::io::Result<()> {
        stream.write_u32(0).await?;
        stream.read_u32().await.map(drop)
    }

    fn has_broken(&self, (_, owes): &mut (TcpStream, bool)) -> bool {
        *owes
    }
}

#[tokio::test]
async fn bb8() {
    let pool = Pool::builder().max_size(2).connection_timeout(LIMIT / 2);
    let pool = pool.build_unchecked(Counters(serves(counts).await));
    let ask = |pool: Pool<Counters>, number| async move {
        let mut connection = pool.get().await?;
        connection.1 = true;
        connection.0.write_u32(number).await?;
        let answer = connection.0.read_u32().await?;
        connection.1 = false;
        drop(connection);
        Ok((pool, answer))
    };
    clients(shares(Some(pool)), ask, next).await;
}

#[tokio::test]
async fn tower() {
    let to = serves(counts).await;
    let service = ServiceBuilder::new().buffer(2).concurrency_limit(2).timeout(LIMIT / 2);
    let service = service.service_fn(move |number: u32| async move {
        let mut stream = TcpStream::connect(to).await?;
        stream.write_u32(number).await?;
        Ok::<_, BoxError>(stream.read_u32().await?)
    });
    let ask = |service: BoxCloneSyncService<u32, u32, BoxError>, number| async move {
        let answer = service.clone().oneshot(number).await?;
        Ok((service, answer))
    };
    clients(shares(Some(BoxCloneSyncService::new(service))), ask, next).await;
}

#[tokio::test]
async fn framed() {
    let server = serves(async |stream| {
        let mut lines = Framed::new(stream, LinesCodec::new());
        while let Some(line) = lines.next().await {
            sleep(WORK).await;
            lines.send(line?).await?;
        }
        Ok(())
    });
    let to = server.await;
    let connect =
        move || async move { Ok(Framed::new(TcpStream::connect(to).await?, LinesCodec::new())) };
    let ask = |mut lines: Framed<TcpStream, LinesCodec>, number| async move {
        lines.send(path(number)).await?;
        let answer = lines.next().await.ok_or("it is closed")??;
        Ok((lines, answer))
    };
    clients(connect, ask, path).await;
}
