//! The visitors of the tutorial's server, as a task beside it.
//!
//! They knock by std's sockets, which block: on the loopback, and after the server has had its
//! turn, nothing they do has to wait. So what the runtime does is the server's doing, and the order
//! of things is the same in every run.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};

use super::rt::task::JoinHandle;
use super::rt::time::{Duration, sleep};

/// Runs the server until the last visitor has left; `None`, for it would go on for ever.
pub(crate) async fn with_visitors<F: Future>(server: F) -> Option<F::Output> {
    let visits = super::rt::spawn(visits());
    Until { server: pin!(server), visits }.await
}

/// One who hesitates, one who doesn't, and two at once.
async fn visits() {
    turn().await;
    let address = crate::stage::logged();
    let address = address[0].strip_prefix("Server listening on ").expect("its first line");

    let mut slow = TcpStream::connect(address).expect("a listener");
    turn().await;
    ask(&mut slow, "GET /black");
    turn().await;
    hear(slow);

    let mut quick = TcpStream::connect(address).expect("a listener");
    ask(&mut quick, "GET /green");
    turn().await;
    hear(quick);

    let mut one = TcpStream::connect(address).expect("a listener");
    let mut two = TcpStream::connect(address).expect("a listener");
    turn().await;
    ask(&mut two, "GET /two");
    ask(&mut one, "GET /one");
    turn().await;
    hear(one);
    hear(two);
}

/// The virtual clock moves only when nobody has anything left to do.
async fn turn() {
    sleep(Duration::from_millis(1)).await;
}

fn ask(stream: &mut TcpStream, request: &str) {
    stream.write_all(request.as_bytes()).expect("the server listens");
}

fn hear(mut stream: TcpStream) {
    // The answer is there. If not, that is a failure and not a wait.
    stream.set_read_timeout(Some(std::time::Duration::from_secs(10))).expect("a timeout");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    assert!(answer.ends_with("Hello from async Rust!"), "{answer}");
}

struct Until<'a, F> {
    server: Pin<&'a mut F>,
    visits: JoinHandle<()>,
}

impl<F: Future> Future for Until<'_, F> {
    type Output = Option<F::Output>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        if let Poll::Ready(output) = self.server.as_mut().poll(cx) {
            return Poll::Ready(Some(output));
        }
        Pin::new(&mut self.visits).poll(cx).map(|end| {
            end.expect("no visitor panics");
            None
        })
    }
}
