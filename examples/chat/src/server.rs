//! Who lets clients in, and who waits for the last?
//!
//! [`serve`] accepts on two ports and spawns a task for each client, so that each waits for itself only. Once it is told
//! to close it takes no new ones, tells those inside, and waits for them as long as [`GOODBYE`]; what is left then is
//! aborted.

use std::future::Future;
use std::io::{Write, stderr};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use kettle::net::TcpListener;
use kettle::task::JoinSet;
use kettle::time::{Instant, sleep, timeout_at};
use socket2::{SockRef, TcpKeepalive};

use crate::connection::{Connection, Lines};
use crate::rooms::Chat;
use crate::{client, web};

/// How long clients may take to leave when the server closes, all of them together.
const GOODBYE: Duration = Duration::from_secs(5);
/// After so long a silence the system asks whether a client is still there. Otherwise one that has vanished without a word
/// would stay until it is sent a line.
const SILENCE: Duration = Duration::from_mins(10);

/// Serves at most so many clients at once, and tells further ones so. Returns the line that says how much was said.
pub async fn serve([lines, page]: [TcpListener; 2], most: usize, closing: impl Future) -> String {
    let chat = Arc::new(Chat::default());
    let mut clients = JoinSet::new();
    // The same future in each round, so it is lent to `select!` (`&mut`), and for that it has to stay where it is (`pin!`).
    // The others are made anew in each round, and dropped when they lose. An `accept` that is dropped has taken no client.
    let mut closing = pin!(closing);
    loop {
        let (accepted, is_line) = kettle::select! {
            _ = &mut closing => break,
            accepted = lines.accept() => (accepted, true),
            accepted = page.accept() => (accepted, false),
            // While there are no clients this is `None`, and the branch takes no part. An error is a client that went
            // away in its own manner. A panic is a fault of ours, which std has printed, and that client's end only.
            Some(_) = clients.join_next() => continue,
        };
        let stream = match accepted {
            Ok((stream, _)) => stream,
            Err(error) => {
                // Most often there are too many open files. A retry at once would spin. The clients are served
                // meanwhile: they are tasks of their own.
                let _ = writeln!(stderr(), "Cannot let anyone in: {error}");
                sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        let _ = stream.set_nodelay(true); // a line is sent at once, and not kept back for more
        let _ = SockRef::from(&stream).set_tcp_keepalive(&TcpKeepalive::new().with_time(SILENCE));
        let mut connection = Connection::new(stream, Lines);
        if clients.len() >= most {
            let words = if is_line { "* The server is full. Goodbye.\n" } else { web::FULL };
            clients.spawn(async move { connection.last_words(words).await });
        } else if is_line {
            clients.spawn(client::serve(connection, chat.clone()));
        } else {
            clients.spawn(web::serve(connection, chat.clone()));
        }
    }
    // Those who knock from here on are refused, also by the system.
    drop((lines, page));
    chat.close();
    let last = Instant::now() + GOODBYE;
    while let Ok(Some(_)) = timeout_at(last, clients.join_next()).await {}
    let left = clients.len();
    clients.shutdown().await;
    format!("{}, disconnected at the end {left}", chat.counts())
}
