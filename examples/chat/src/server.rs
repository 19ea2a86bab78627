//! Who lets clients in, and who waits for the last?
//!
//! [`serve`] accepts on two ports and spawns a task for each client, so that each waits for itself
//! only. Once it is told to close it takes no new ones, tells those inside, and waits for them as
//! long as [`GOODBYE`]; what is left then is aborted.

use std::io::{Write, stderr};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use kettle::net::{TcpListener, TcpStream};
use kettle::task::JoinSet;
use kettle::time::{sleep, timeout};
use socket2::{SockRef, TcpKeepalive};

use crate::connection::{Connection, Lines};
use crate::rooms::Chat;
use crate::{client, web};

/// How long clients may take to leave when the server closes, all of them together. (A second
/// Ctrl-C is ignored for these 5 s; SIGTERM ends the process at once.)
const GOODBYE: Duration = Duration::from_secs(5);
/// After so long a silence the system asks whether a client is still there, and then [`AGAIN`] and
/// again, on Linux nine times in all. Otherwise one that has vanished without a word would stay
/// until it is sent a line.
pub const SILENCE: Duration = Duration::from_mins(10);
pub const AGAIN: Duration = Duration::from_secs(10);

/// Serves at most so many clients at once, and tells further ones so. Returns the line that says
/// how much was said.
pub async fn serve([lines, page]: [TcpListener; 2], most: usize, closing: impl Future) -> String {
    let chat = Arc::new(Chat::default());
    let mut clients = JoinSet::new();
    // Makes its complaint once: perhaps no one reads it, and in the end a write that has to wait
    // would stop the thread.
    let mut complains = Some(stderr());
    // The same future in each round, so it is lent to `select!` (`&mut`), and for that it has to
    // stay where it is (`pin!`). The others are made anew in each round, and dropped when they
    // lose. An `accept` that is dropped has taken no client.
    let mut closing = pin!(closing);
    loop {
        let (accepted, is_line) = kettle::select! {
            _ = &mut closing => break,
            accepted = lines.accept() => (accepted, true),
            accepted = page.accept() => (accepted, false),
            // While there are no clients this is `None`, and the branch takes no part. An error is
            // a client that went away in its own manner. A panic is a fault of ours, which std has
            // printed, and that client's end only.
            Some(_) = clients.join_next() => continue,
        };
        let stream = match accepted {
            Ok((stream, _)) => stream,
            Err(error) => {
                // Most often there are too many open files. A retry at once would spin. The clients
                // are served meanwhile: they are tasks of their own.
                if let Some(mut stderr) = complains.take() {
                    let _ = writeln!(stderr, "Cannot let anyone in: {error}");
                }
                sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        prepare(&stream);
        let mut connection = Connection::new(stream, Lines::default());
        if clients.len() >= most {
            let words = if is_line { "* The server is full. Goodbye.\n" } else { web::FULL };
            // Not one of the set: while it takes our last words it would have the place that it was
            // refused.
            kettle::spawn(async move { connection.last_words(words).await });
        } else if is_line {
            clients.spawn(client::serve(connection, chat.clone()));
        } else {
            clients.spawn(web::serve(connection, chat.clone()));
        }
    }
    // From here on the system refuses new connections.
    drop((lines, page));
    chat.close();
    let _ = timeout(GOODBYE, async { while clients.join_next().await.is_some() {} }).await;
    let left = clients.len();
    clients.shutdown().await;
    format!("{}, disconnected at the end {left}", chat.counts())
}

/// What the system does for a client's socket. (An error says that the client has gone already.)
pub fn prepare(stream: &TcpStream) {
    let _ = stream.set_nodelay(true); // a line is sent at once, and not kept back for more
    let keepalive = TcpKeepalive::new().with_time(SILENCE).with_interval(AGAIN);
    let _ = SockRef::from(stream).set_tcp_keepalive(&keepalive);
}
