//! A client of a device that has one connection and answers one question at a time. The connection is in
//! a `Mutex`, and its guard is kept for the whole round trip: eight tasks wait for it in turn.
//!
//! Suspicious: a guard kept across `.await`s of a socket, for which others wait more than 200 ms. Right,
//! because a second question before the answer would mix up the protocol.
//!
//! doctor: silence

use std::io;
use std::sync::Arc;
use std::time::Duration;

use kettle::io::{AsyncReadExt, AsyncWriteExt};
use kettle::net::{TcpListener, TcpStream};
use kettle::sync::Mutex;
use kettle::time::sleep;

async fn device(listener: TcpListener) -> io::Result<()> {
    let (mut socket, _) = listener.accept().await?;
    loop {
        let question = socket.read_u8().await?;
        sleep(Duration::from_millis(60)).await;
        socket.write_u8(question + 100).await?;
    }
}

async fn ask(connection: &Mutex<TcpStream>, question: u8) -> io::Result<u8> {
    let mut socket = connection.lock().await;
    socket.write_u8(question).await?;
    socket.read_u8().await
}

#[kettle::main]
async fn main() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    kettle::spawn(device(listener));
    let connection = Arc::new(Mutex::new(TcpStream::connect(address).await?));
    let mut questions = Vec::new();
    for question in 0..8 {
        let connection = connection.clone();
        questions.push(kettle::spawn(async move { ask(&connection, question).await }));
    }
    for question in questions {
        println!("{}", question.await??);
    }
    Ok(())
}
