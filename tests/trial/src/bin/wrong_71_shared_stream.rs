//! A client keeps its connection in a mutex: one task reads what the server says, `main` writes commands.
//!
//! Wrong: the reader holds the lock while it waits for the socket. The writer never gets it, so the server has nothing
//! to answer.
//!
//! Expected: `guard_across_await`; the program hangs. The cure: `into_split`, a half for each.
//!
//! doctor: `guard_across_await`
//! ends: killed

use std::sync::Arc;

use kettle::io::{AsyncReadExt, AsyncWriteExt};
use kettle::net::{TcpListener, TcpStream};
use kettle::sync::{Mutex, mpsc};

async fn serve(listener: TcpListener) -> std::io::Result<()> {
    loop {
        let (mut visitor, _) = listener.accept().await?;
        kettle::spawn(async move {
            let mut command = [0; 64];
            while let Ok(n @ 1..) = visitor.read(&mut command).await {
                if visitor.write_all(&command[..n]).await.is_err() {
                    return;
                }
            }
        });
    }
}

async fn read_answers(stream: Arc<Mutex<TcpStream>>, answers: mpsc::Sender<String>) {
    let mut buffer = [0; 64];
    loop {
        let mut stream = stream.lock().await;
        match stream.read(&mut buffer).await {
            Ok(0) | Err(_) => return,
            Ok(n) => {
                let answer = String::from_utf8_lossy(&buffer[..n]).into_owned();
                let _ = answers.send(answer).await;
            }
        }
    }
}

#[kettle::main]
async fn main() -> std::io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    kettle::spawn(serve(listener));

    let stream = Arc::new(Mutex::new(TcpStream::connect(address).await?));
    let (sender, mut answers) = mpsc::channel(8);
    kettle::spawn(read_answers(Arc::clone(&stream), sender));
    kettle::task::yield_now().await;
    for command in ["PING", "STATUS", "QUIT"] {
        stream.lock().await.write_all(command.as_bytes()).await?;
        println!("{command}: {:?}", answers.recv().await);
    }
    Ok(())
}
