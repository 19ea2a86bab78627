// The server that a browser gets along with.
//
// # What happens inside
//
//  1. `main` accepts, and spawns a handler for each visitor, as in `server`.
//     here `src/net/tcp/listener.rs: accept`, tokio `tokio/src/net/tcp/listener.rs`
//  2. `timeout` puts a deadline around the whole reading of a request.
//     here `src/time/timeout.rs: timeout`, tokio `tokio/src/time/timeout.rs`
//  3. `read` tries first, and waits for the selector's word when nothing has come.
//     here `src/net/common/stream.rs: poll_read`, tokio `tokio/src/net/tcp/stream.rs`
//  4. In a loop, until the blank line that ends the headers, or until it is too much.
//     here `runtime/src/io/source.rs: poll_io`, tokio `tokio/src/runtime/io/registration.rs`
//  5. `write_all` writes the answer, with its length: the visitor knows when it has all of it.
//     here `src/io/util/write_all.rs: poll_some`, tokio `tokio/src/io/util/write_all.rs`
//  6. `shutdown` says that we send no more (FIN); reading goes on.
//     here `src/net/common/stream.rs: end_writing`, tokio `tokio/src/net/tcp/stream.rs`
//  7. We read until the visitor's own end, so that no unread byte makes a reset of our farewell.
//     here `runtime/src/io/readiness.rs: report`, tokio `tokio/src/runtime/io/scheduled_io.rs`
//  8. The socket is dropped and leaves the selector; a timer that waits no more leaves the wheel.
//     here `runtime/src/time/wheel.rs: cancel`, tokio `tokio/src/runtime/time/entry.rs`

use std::error::Error;
use std::io;
use std::time::Duration;

use kettle::io::{AsyncReadExt, AsyncWriteExt};
use kettle::net::{TcpListener, TcpStream};
use kettle::time::{sleep, timeout};

/// More than any browser sends by itself.
const MAX_REQUEST: usize = 16 * 1024;
/// A visitor who is silent for longer is sent away.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long we listen to a visitor who goes on talking after our answer.
const LINGER: Duration = Duration::from_secs(1);

/// What became of reading a request.
enum Request {
    Complete(Vec<u8>),
    TooLarge,
    TooSlow,
    /// The visitor left before the blank line.
    Gone,
}

async fn read_request(socket: &mut TcpStream) -> io::Result<Request> {
    // One deadline for the whole request: a byte now and then does not buy more time.
    match timeout(PATIENCE, read_to_blank_line(socket)).await {
        Ok(request) => request,
        Err(_elapsed) => Ok(Request::TooSlow),
    }
}

async fn read_to_blank_line(socket: &mut TcpStream) -> io::Result<Request> {
    let mut request = Vec::new();
    let mut buffer = [0; 1024];
    loop {
        let n = socket.read(&mut buffer).await?;
        if n == 0 {
            return Ok(Request::Gone);
        }
        // The blank line may arrive in two pieces: look again at the last three bytes.
        let seen = request.len().saturating_sub(3);
        request.extend_from_slice(&buffer[..n]);
        if let Some(at) = request[seen..].windows(4).position(|four| four == b"\r\n\r\n") {
            request.truncate(seen + at + 4);
            return Ok(Request::Complete(request));
        }
        if request.len() >= MAX_REQUEST {
            return Ok(Request::TooLarge);
        }
    }
}

async fn answer(socket: &mut TcpStream, status: &str, body: &str) -> io::Result<()> {
    let length = body.len();
    let response = format!(
        "HTTP/1.1 {status}\r\nContent-Type: text/plain; charset=utf-8\r\n\
         Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    );
    socket.write_all(response.as_bytes()).await
}

/// Says that we are done, and waits until the visitor is too. Dropping a socket with unread bytes
/// in it resets the connection, and the reset may overtake our answer.
async fn shut_down(socket: &mut TcpStream) -> io::Result<()> {
    socket.shutdown().await?;
    let mut rest = [0; 1024];
    // Whatever comes is thrown away; the time limit holds for all of it.
    let drain = async {
        while socket.read(&mut rest).await? > 0 {}
        io::Result::Ok(())
    };
    timeout(LINGER, drain).await.unwrap_or(Ok(()))
}

async fn handle_connection(mut socket: TcpStream) -> Result<(), Box<dyn Error>> {
    // The answer has a time limit as well: a visitor may never read it.
    match read_request(&mut socket).await? {
        Request::Complete(request) => {
            println!("Received request: {}", String::from_utf8_lossy(&request));
            timeout(PATIENCE, answer(&mut socket, "200 OK", "Hello from async Rust!")).await??;
        }
        Request::TooLarge => {
            let status = "431 Request Header Fields Too Large";
            timeout(PATIENCE, answer(&mut socket, status, "Too much.")).await??;
        }
        Request::TooSlow => {
            timeout(PATIENCE, answer(&mut socket, "408 Request Timeout", "Too slow.")).await??;
        }
        Request::Gone => return Ok(()),
    }
    shut_down(&mut socket).await?;
    Ok(())
}

#[kettle::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let address = std::env::args().nth(1).unwrap_or("127.0.0.1:8080".to_string());
    let listener = match TcpListener::bind(&address).await {
        Ok(listener) => listener,
        Err(e) => return Err(format!("cannot listen on {address}: {e}").into()),
    };
    println!("Server listening on {}", listener.local_addr()?);

    loop {
        let socket = match listener.accept().await {
            Ok((socket, _)) => socket,
            Err(e) => {
                // Too many open files, or a visitor who left at once: no reason to end. The pause
                // lets connections close; an immediate retry would spin.
                eprintln!("Cannot accept a visitor: {e}");
                sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        kettle::spawn(async move {
            if let Err(e) = handle_connection(socket).await {
                eprintln!("Error handling connection: {e}");
            }
        });
    }
}
