// A teahouse that asks a supplier for prices and keeps them: an axum service with two faults. The
// words `lock` and `timeout` as arguments each take one away. Chapter 16 of the book looks for
// them.
//
// The program brings its guests along, and ends with the last of them. Anna asks for a price that
// the supplier should know, but today it takes questions and gives no answer. Then Bert asks for a
// price that the teahouse has already.

use std::collections::HashMap;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::get;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Mutex, oneshot};
use tokio::time::timeout;

#[derive(Clone)]
struct Teahouse {
    prices: Arc<Mutex<HashMap<String, String>>>,
    supplier: SocketAddr,
    fixed: Fixed,
}

/// Which faults are taken away.
#[derive(Clone, Copy)]
struct Fixed {
    lock: bool,
    timeout: bool,
}

async fn handler(
    State(house): State<Teahouse>,
    Path(tea): Path<String>,
) -> Result<String, StatusCode> {
    if house.fixed.lock { house.price_fixed(&tea).await } else { house.price(&tea).await }
}

impl Teahouse {
    async fn price(&self, tea: &str) -> Result<String, StatusCode> {
        let mut prices = self.prices.lock().await;
        if let Some(price) = prices.get(tea) {
            return Ok(price.clone());
        }
        let price = self.ask(tea).await?;
        prices.insert(tea.to_owned(), price.clone());
        Ok(price)
    }

    async fn price_fixed(&self, tea: &str) -> Result<String, StatusCode> {
        let known = self.prices.lock().await.get(tea).cloned();
        if let Some(price) = known {
            return Ok(price);
        }
        let price = self.ask(tea).await?;
        self.prices.lock().await.insert(tea.to_owned(), price.clone());
        Ok(price)
    }

    async fn ask(&self, tea: &str) -> Result<String, StatusCode> {
        if self.fixed.timeout { self.ask_fixed(tea).await } else { self.question(tea).await }
    }

    async fn ask_fixed(&self, tea: &str) -> Result<String, StatusCode> {
        let answer = timeout(Duration::from_millis(500), self.question(tea)).await;
        answer.unwrap_or(Err(StatusCode::GATEWAY_TIMEOUT))
    }

    async fn question(&self, tea: &str) -> Result<String, StatusCode> {
        ask_supplier(self.supplier, tea).await.map_err(|_| StatusCode::BAD_GATEWAY)
    }
}

async fn ask_supplier(supplier: SocketAddr, tea: &str) -> io::Result<String> {
    let mut socket = TcpStream::connect(supplier).await?;
    socket.write_all(format!("{tea}\n").as_bytes()).await?;
    let mut price = String::new();
    socket.read_to_string(&mut price).await?;
    Ok(price)
}

#[tokio::main]
async fn main() {
    let has = |word: &str| std::env::args().any(|argument| argument == word);
    let fixed = Fixed { lock: has("lock"), timeout: has("timeout") };

    let door = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let supplier = door.local_addr().unwrap();
    let (asks, asked) = oneshot::channel();
    let silence = tokio::spawn(take_a_question(door, asks));

    let prices = HashMap::from([("sencha".to_owned(), "4 euros".to_owned())]);
    let house = Teahouse { prices: Arc::new(Mutex::new(prices)), supplier, fixed };
    let app = Router::new().route("/price/{tea}", get(handler)).with_state(house);
    let door = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = door.local_addr().unwrap();
    let service = tokio::spawn(axum::serve(door, app).into_future());

    let anna = tokio::spawn(guest("Anna", address, "gyokuro", Duration::from_secs(2)));
    asked.await.unwrap(); // from now on Anna waits for the supplier
    let bert = tokio::spawn(guest("Bert", address, "sencha", Duration::from_mins(1)));
    anna.await.unwrap();
    bert.await.unwrap();
    silence.await.unwrap();
    service.abort();
}

/// The supplier: it takes one question, and then waits until the other side hangs up.
async fn take_a_question(door: TcpListener, asks: oneshot::Sender<()>) {
    let (mut socket, _) = door.accept().await.unwrap();
    let mut question = [0; 64];
    let _ = socket.read(&mut question).await.unwrap();
    asks.send(()).unwrap();
    let _ = socket.read(&mut question).await;
}

async fn guest(name: &str, address: SocketAddr, tea: &str, patience: Duration) {
    match timeout(patience, visit(address, tea)).await {
        Ok(answer) => println!("{name} asks for {tea}: {}", answer.unwrap()),
        Err(_) => println!("{name} asks for {tea}, waits for {patience:?} and leaves"),
    }
}

/// One request. The answer is its body, or its status if that is not 200.
async fn visit(address: SocketAddr, tea: &str) -> io::Result<String> {
    let mut socket = TcpStream::connect(address).await?;
    let head = format!("GET /price/{tea} HTTP/1.1\r\nhost: teahouse\r\nconnection: close\r\n\r\n");
    socket.write_all(head.as_bytes()).await?;
    let mut answer = String::new();
    socket.read_to_string(&mut answer).await?;
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or_default();
    let status = head.lines().next().unwrap_or_default().trim_start_matches("HTTP/1.1 ");
    Ok(if status == "200 OK" { body } else { status }.to_owned())
}
