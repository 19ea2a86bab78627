// A web service: axum with JSON, a WebSocket and a graceful shutdown. Forty clients, written with
// reqwest, order at the same time, and tokio-tungstenite talks to the WebSocket.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::{any, get, post};
use axum::{Json, Router};
use futures_util::{SinkExt, StreamExt};
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinSet;
use tokio_tungstenite::tungstenite;

const CLIENTS: u64 = 40;
/// Of each client.
const ORDERS: u64 = 25;

#[derive(Serialize, Deserialize, Debug, PartialEq)]
struct Order {
    tea: String,
    cups: u64,
}

/// How many cups were ordered.
type Cups = Arc<AtomicU64>;

#[tokio::main]
async fn main() {
    let cups = Cups::default();
    let app = app(cups.clone());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let shutdown = async { stopped.await.unwrap_or_default() };
    let server =
        tokio::spawn(axum::serve(listener, app).with_graceful_shutdown(shutdown).into_future());

    load(address).await;
    talk_to(address).await;
    assert_eq!(cups.load(Ordering::Relaxed), CLIENTS * ORDERS * (ORDERS + 1) / 2);

    // What is being answered is answered before the server ends.
    let late = tokio::spawn(reqwest::get(format!("http://{address}/teas/late")));
    let answer = late.await.unwrap().unwrap();
    stop.send(()).unwrap();
    assert_eq!(answer.json::<Order>().await.unwrap().tea, "late");
    server.await.unwrap().unwrap();
    assert!(reqwest::get(format!("http://{address}/teas/too-late")).await.is_err());
}

fn app(cups: Cups) -> Router {
    Router::new()
        .route("/orders", post(order))
        .route("/teas/{tea}", get(async |Path(tea): Path<String>| Json(Order { tea, cups: 0 })))
        .route("/talk", any(talk))
        .with_state(cups)
}

async fn order(State(cups): State<Cups>, Json(order): Json<Order>) -> Json<Order> {
    cups.fetch_add(order.cups, Ordering::Relaxed);
    Json(order)
}

/// Says what it hears, and ends at "bye".
async fn talk(upgrade: WebSocketUpgrade) -> Response {
    upgrade.on_upgrade(|mut socket: WebSocket| async move {
        while let Some(Ok(message)) = socket.recv().await {
            let Message::Text(word) = &message else { continue };
            let is_last = word.as_str() == "bye";
            socket.send(message).await.unwrap();
            if is_last {
                socket.send(Message::Close(None)).await.unwrap();
            }
        }
    })
}

/// Forty clients, each with its orders one after another over one connection.
async fn load(address: SocketAddr) {
    let mut clients = JoinSet::new();
    for client in 0..CLIENTS {
        clients.spawn(async move {
            let http = reqwest::Client::builder().no_proxy().build().unwrap();
            for cups in 1..=ORDERS {
                let order = Order { tea: format!("tea {client}"), cups };
                let url = format!("http://{address}/orders");
                let answer = http.post(url).json(&order).send().await.unwrap();
                assert_eq!(answer.json::<Order>().await.unwrap(), order);
            }
        });
    }
    clients.join_all().await;
}

async fn talk_to(address: SocketAddr) {
    let url = format!("ws://{address}/talk");
    let (mut socket, _) = tokio_tungstenite::connect_async(url).await.unwrap();
    for word in ["tea", "bye"] {
        socket.send(tungstenite::Message::text(word)).await.unwrap();
        let answer = socket.next().await.unwrap().unwrap();
        assert_eq!(answer, tungstenite::Message::text(word));
    }
    while socket.next().await.is_some() {}
}
