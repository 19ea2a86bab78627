// A server that answers with a "thumbnail": it reads a line over TCP, has a thread of the pool work on
// it, and answers. Five clients, two requests each.
use std::time::Duration;

use kettle::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use kettle::net::{TcpListener, TcpStream};
use kettle::sync::oneshot;
use kettle::task::{JoinSet, spawn_blocking};
use kettle::time::sleep;

fn shrink(picture: &str) -> String {
    std::thread::sleep(Duration::from_millis(15));
    picture.chars().step_by(2).collect()
}

async fn serve(socket: TcpStream) -> std::io::Result<()> {
    let (read, mut write) = socket.into_split();
    let mut lines = BufReader::new(read).lines();
    while let Some(line) = lines.next_line().await? {
        let small = spawn_blocking(move || shrink(&line)).await.unwrap();
        write.write_all(format!("{small}\n").as_bytes()).await?;
    }
    Ok(())
}

async fn accept(listener: TcpListener, mut stop: oneshot::Receiver<()>) -> std::io::Result<()> {
    let mut connections = JoinSet::new();
    loop {
        kettle::select! {
            visitor = listener.accept() => {
                let (socket, _) = visitor?;
                connections.spawn(serve(socket));
            }
            _ = &mut stop => break,
        }
    }
    while let Some(ended) = connections.join_next().await {
        ended.unwrap()?;
    }
    Ok(())
}

async fn client(number: u64, port: u16) -> std::io::Result<usize> {
    sleep(Duration::from_millis(4 * number)).await;
    let socket = TcpStream::connect(("127.0.0.1", port)).await?;
    let (read, mut write) = socket.into_split();
    let mut lines = BufReader::new(read).lines();
    let mut received = 0;
    for picture in ["a-mountain-at-dawn.png", "a-very-small-cat.png"] {
        write.write_all(format!("{number}:{picture}\n").as_bytes()).await?;
        received += lines.next_line().await?.unwrap_or_default().len();
    }
    Ok(received)
}

#[kettle::main]
async fn main() -> std::io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let port = listener.local_addr()?.port();
    let (stop, stopped) = oneshot::channel();
    let server = kettle::spawn(accept(listener, stopped));
    let mut clients = JoinSet::new();
    for number in 0..5 {
        clients.spawn(client(number, port));
    }
    let mut bytes = 0;
    while let Some(client) = clients.join_next().await {
        bytes += client.unwrap()?;
    }
    stop.send(()).unwrap();
    server.await.unwrap()?;
    println!("{bytes} bytes");
    Ok(())
}
