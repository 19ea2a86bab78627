//! A protocol of lines over chunks: `NextLine` takes chunks out of a channel until it has a whole line.
//!
//! Wrong: after a chunk without an end of line, `poll` returns `Pending`. The channel has not been asked again since,
//! so it has no waker of this task.
//!
//! Expected: `lost_wakeup` of the server's task; its waker is stored nowhere. The cure: ask the channel in a loop, and
//! return `Pending` only if the channel did.
//!
//! doctor: `lost_wakeup`
//! ends: killed

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use kettle::sync::{mpsc, oneshot};

struct Lines {
    chunks: mpsc::Receiver<&'static str>,
    buffer: String,
}

struct NextLine<'a>(&'a mut Lines);

impl Future for NextLine<'_> {
    type Output = Option<String>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<String>> {
        let lines = &mut *self.0;
        match ready!(lines.chunks.poll_recv(context)) {
            None => Poll::Ready(None),
            Some(chunk) => {
                lines.buffer.push_str(chunk);
                match lines.buffer.split_once('\n') {
                    Some((line, rest)) => {
                        let (line, rest) = (line.to_string(), rest.to_string());
                        lines.buffer = rest;
                        Poll::Ready(Some(line))
                    }
                    None => Poll::Pending,
                }
            }
        }
    }
}

async fn serve(chunks: mpsc::Receiver<&'static str>, answer: oneshot::Sender<String>) {
    let mut lines = Lines { chunks, buffer: String::new() };
    let greeting = NextLine(&mut lines).await;
    let request = NextLine(&mut lines).await;
    let _ = answer.send(format!("{greeting:?}, then {request:?}"));
}

#[kettle::main]
async fn main() {
    let (wire, chunks) = mpsc::channel(8);
    let (answer, answered) = oneshot::channel();
    let server = kettle::spawn(serve(chunks, answer));
    let client = kettle::spawn(async move {
        wire.send("HELLO\n").await.expect("a server");
        for chunk in ["GET /te", "a.html\n"] {
            wire.send(chunk).await.expect("a server");
        }
        println!("the server says {}", answered.await.expect("an answer"));
    });
    client.await.expect("the client");
    server.await.expect("the server");
}
