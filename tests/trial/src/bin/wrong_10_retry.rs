//! A gateway that calls a flaky upstream and tries again after a pause, while other visitors are
//! served by the same thread.
//!
//! The mistake: the pause between two attempts is `std::thread::sleep`.
//!
//! Expected: the handler's task blocks the thread for hundreds of milliseconds. Cure:
//! `kettle::time::sleep(…).await`.
//!
//! doctor: `blocking_poll`
//! ends: by itself

use std::io;
use std::time::{Duration, Instant};

use kettle::io::{AsyncReadExt, AsyncWriteExt};
use kettle::net::{TcpListener, TcpStream};
use kettle::time::interval;

async fn upstream(attempt: u32) -> Result<&'static str, &'static str> {
    kettle::task::yield_now().await;
    if attempt < 3 { Err("502") } else { Ok("tea") }
}

async fn with_retries() -> &'static str {
    for attempt in 1..=5 {
        match upstream(attempt).await {
            Ok(answer) => return answer,
            Err(error) => {
                eprintln!("attempt {attempt}: {error}");
                std::thread::sleep(Duration::from_millis(300) * attempt);
            }
        }
    }
    "nothing"
}

async fn serve(mut socket: TcpStream) -> io::Result<()> {
    let mut request = [0; 64];
    let length = socket.read(&mut request).await?;
    let answer = if &request[..length] == b"tea?" { with_retries().await } else { "pong" };
    socket.write_all(answer.as_bytes()).await
}

async fn ask(port: u16, question: &str) -> io::Result<String> {
    let mut socket = TcpStream::connect(("127.0.0.1", port)).await?;
    socket.write_all(question.as_bytes()).await?;
    let mut answer = String::new();
    socket.read_to_string(&mut answer).await?;
    Ok(answer)
}

#[kettle::main]
async fn main() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let port = listener.local_addr()?.port();
    kettle::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            kettle::spawn(serve(socket));
        }
    });
    let tea = kettle::spawn(async move { ask(port, "tea?").await });
    let mut clock = interval(Duration::from_millis(50));
    while !tea.is_finished() {
        clock.tick().await;
        let begin = Instant::now();
        ask(port, "ping").await?;
        println!("ping: {} ms", begin.elapsed().as_millis());
    }
    println!("{}", tea.await??);
    Ok(())
}
