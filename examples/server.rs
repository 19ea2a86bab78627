// A task for each visitor, one thread for all of them.
//
// # What happens inside
//
//  1. `bind` opens a socket that never blocks. A literal address needs no name lookup.
//     here `src/net/tcp/listener.rs: bind`, tokio `tokio/src/net/tcp/listener.rs`
//  2. `accept` tries at once. Nobody is there: the system says `WouldBlock`.
//     here `runtime/src/io/source.rs: attempt`, tokio `tokio/src/runtime/io/registration.rs`
//  3. Only now the listener registers with the system's selector (epoll, kqueue).
//     here `runtime/src/io/registration.rs: join`, tokio `tokio/src/runtime/io/driver.rs`
//  4. `main` looks once more, stores its waker under the same lock, and is `Pending`.
//     here `runtime/src/io/readiness.rs: poll`, tokio `tokio/src/runtime/io/scheduled_io.rs`
//  5. The thread parks in the selector until a socket is ready.
//     here `runtime/src/executor/park.rs: park`, tokio `tokio/src/runtime/io/driver.rs`
//  6. A visitor: the selector reports the listener, and the task that waits for it is woken.
//     here `runtime/src/io/reactor.rs: dispatch`, tokio `tokio/src/runtime/io/driver.rs`
//  7. `main` accepts, and `spawn` makes the handler a task at the end of the run queue.
//     here `runtime/src/tasks/scheduler.rs: insert`,
//     tokio `tokio/src/runtime/scheduler/current_thread/mod.rs`
//  8. The handler's `read` does as `accept` did: try, register, wait, and try again when woken.
//     here `src/net/common/stream.rs: poll_read`, tokio `tokio/src/net/tcp/stream.rs`
//  9. `write_all` writes until all is written; a visitor who doesn't read would make it wait.
//     here `src/io/util/write_all.rs: poll_some`, tokio `tokio/src/io/util/write_all.rs`
// 10. The handler ends, its socket is dropped and leaves the selector. The task's slot is free
//     again.
//     here `runtime/src/io/reactor.rs: remove`, tokio `tokio/src/runtime/io/registration_set.rs`
//
// It reads once, 1,024 bytes at most, and drops the socket after its answer. A browser sends more
// than that; a socket dropped with unread bytes in it *resets* the connection, and the reset may
// overtake the answer. On tokio this program does the same. `server_polite` shows how it is done
// properly.
//
// An address may be given: `cargo run --example server -- 127.0.0.1:0` takes any free port.

use std::error::Error;

use kettle::io::{AsyncReadExt, AsyncWriteExt};
use kettle::net::{TcpListener, TcpStream};

async fn handle_connection(mut socket: TcpStream) -> Result<(), Box<dyn Error>> {
    let mut buffer = [0; 1024];
    let n = socket.read(&mut buffer).await?;

    let request = String::from_utf8_lossy(&buffer[..n]);
    println!("Received request: {request}");

    let response = "HTTP/1.1 200 OK\r\n\r\nHello from async Rust!";
    socket.write_all(response.as_bytes()).await?;
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
        let (socket, _) = listener.accept().await?;

        kettle::spawn(async move {
            if let Err(e) = handle_connection(socket).await {
                eprintln!("Error handling connection: {e}");
            }
        });
    }
}
