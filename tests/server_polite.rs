//! What does the polite server among the examples do with requests that are large, slow to come,
//! cut in pieces, or never complete?
//!
//! The example's own handler is included and meets one visitor, in one future. That the program
//! serves fifty visitors is seen by `cargo xtask test`.

use kettle::io::{AsyncReadExt, AsyncWriteExt};
use kettle::net::{TcpListener, TcpStream};
use kettle::runtime::Builder;

#[allow(dead_code)] // its `main` is not called
mod example {
    include!("../examples/server_polite.rs");

    pub(crate) async fn handle(socket: TcpStream) {
        handle_connection(socket).await.expect("a visitor is no reason to fail");
    }
}

/// Lets a visitor meet the handler; gives back what the visitor makes of it.
fn meet<R>(start_paused: bool, visitor: impl AsyncFnOnce(TcpStream) -> R) -> R {
    let mut builder = Builder::new_current_thread();
    let runtime = builder.enable_all().start_paused(start_paused).build().expect("a runtime");
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("its address");
        let (socket, accepted) = kettle::join!(TcpStream::connect(address), listener.accept());
        let (accepted, _) = accepted.expect("the visitor");
        let socket = socket.expect("the server");
        kettle::join!(example::handle(accepted), visitor(socket)).1
    })
}

/// Says all this and listens to the end.
async fn ask(mut socket: TcpStream, request: &[u8]) -> String {
    socket.write_all(request).await.expect("a server that reads");
    listen(socket).await
}

async fn listen(mut socket: TcpStream) -> String {
    let mut answer = String::new();
    socket.read_to_string(&mut answer).await.expect("an end in order, no reset");
    answer
}

fn answer(status: &str, body: &str) -> String {
    format!(
        "HTTP/1.1 {status}\r\nContent-Type: text/plain; charset=utf-8\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
}

fn greeting() -> String {
    answer("200 OK", "Hello from async Rust!")
}

#[test]
fn reads_all_headers_before_it_answers() {
    let cookie = "x".repeat(5_000);
    let request = format!("GET / HTTP/1.1\r\nCookie: {cookie}\r\n\r\n");
    assert_eq!(meet(false, async |socket| ask(socket, request.as_bytes()).await), greeting());
}

#[test]
fn finds_the_blank_line_wherever_the_request_is_cut() {
    let request = b"GET / HTTP/1.1\r\nHost: tea\r\n\r\n";
    for cut in 1..request.len() {
        let told = meet(false, async |mut socket: TcpStream| {
            socket.set_nodelay(true).expect("a socket option");
            socket.write_all(&request[..cut]).await.expect("a server that reads");
            // The handler, in the same future, reads the first piece meanwhile.
            kettle::task::yield_now().await;
            ask(socket, &request[cut..]).await
        });
        assert_eq!(told, greeting(), "cut at {cut}");
    }
}

#[test]
fn does_not_wait_for_what_comes_after_the_blank_line() {
    let request = b"POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\nand so on";
    assert_eq!(meet(false, async |socket| ask(socket, request).await), greeting());
}

#[test]
fn sends_away_who_says_too_much() {
    let told = meet(false, async |socket| ask(socket, &[b'x'; 16 * 1024]).await);
    assert_eq!(told, answer("431 Request Header Fields Too Large", "Too much."));
}

#[test]
fn sends_away_who_says_nothing() {
    // With a paused clock the ten seconds pass as soon as there is nothing else to do.
    let told = meet(true, listen);
    assert_eq!(told, answer("408 Request Timeout", "Too slow."));
}

#[test]
fn says_nothing_to_who_left_in_the_middle() {
    let told = meet(false, async |mut socket: TcpStream| {
        socket.write_all(b"GET / HT").await.expect("a server that reads");
        socket.shutdown().await.expect("a half-close");
        listen(socket).await
    });
    assert_eq!(told, "");
}
