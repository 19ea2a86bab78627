//! Who lets clients in, and who waits for the last?
//!
//! [`serve`] accepts on two ports and spawns a task for each client. Once it is told to close it takes no new ones,
//! tells those inside, and waits for them as long as [`GOODBYE`]; what is left then is aborted.

use std::future::Future;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use kettle::net::{TcpListener, TcpStream};
use kettle::task::{JoinError, JoinSet};
use kettle::time::{Instant, sleep, timeout_at};

use crate::rooms::Chat;
use crate::wire::Plain;
use crate::{client, web};

/// How long clients may take to leave when the server closes, all of them together.
const GOODBYE: Duration = Duration::from_secs(5);

/// Returns the line that says how much was said.
pub async fn serve(lines: TcpListener, page: TcpListener, closing: impl Future) -> String {
    let chat = Arc::new(Chat::default());
    let mut clients = JoinSet::new();
    let mut closing = std::pin::pin!(closing);
    loop {
        kettle::select! {
            _ = &mut closing => break,
            stream = accept(&lines) => {
                clients.spawn(client::serve(Plain::new(stream), chat.clone()));
            }
            stream = accept(&page) => {
                clients.spawn(web::serve(stream, chat.clone()));
            }
            Some(ended) = clients.join_next() => note(ended),
        }
    }
    // Those who knock from here on are refused, also by the system.
    drop((lines, page));
    chat.close().await;
    let last = Instant::now() + GOODBYE;
    while let Ok(Some(ended)) = timeout_at(last, clients.join_next()).await {
        note(ended);
    }
    let left = clients.len();
    clients.shutdown().await;
    format!("{}, disconnected at the end {left}", chat.counts())
}

async fn accept(listener: &TcpListener) -> TcpStream {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                // A line is sent at once, and not kept back for more.
                let _ = stream.set_nodelay(true);
                return stream;
            }
            Err(error) => {
                // Most often there are too many open files. A retry at once would spin.
                eprintln!("Cannot let anyone in: {error}");
                sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

/// An error is a client that went away in its own manner. A panic is a fault of ours, and that client's end only.
fn note(ended: Result<io::Result<()>, JoinError>) {
    if let Err(error) = ended {
        eprintln!("A client's task has failed: {error}");
    }
}
