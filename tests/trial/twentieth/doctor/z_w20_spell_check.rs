//! A spelling service over TCP: the client sends its text and reads the answer up to its end; the server reads the text up to its
//! end and answers.
//!
//! Wrong: the client does not shut its side down after the text, so the server waits for more, and the client for the answer.
//!
//! Expected: `deadlock`, proven (all sockets are connected to each other), maybe after some seconds: the client at `read_to_string`, the server
//! at its. Cure: the client must `shutdown()` its stream after `write_all` (or send a length).

use kettle::io::{AsyncReadExt, AsyncWriteExt};
use kettle::net::{TcpListener, TcpStream};

async fn check(mut stream: TcpStream) -> std::io::Result<usize> {
    let mut text = String::new();
    stream.read_to_string(&mut text).await?;
    let wrong = text.split(' ').filter(|word| word.contains("ee")).count();
    stream.write_all(format!("{wrong} to check").as_bytes()).await?;
    Ok(wrong)
}

async fn serve(listener: TcpListener) -> std::io::Result<()> {
    let (stream, visitor) = listener.accept().await?;
    drop(listener); // one visitor, this time
    let wrong = check(stream).await?;
    println!("{visitor}: {wrong}");
    Ok(())
}

async fn ask(port: u16, text: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await?;
    stream.write_all(text.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    Ok(answer)
}

#[kettle::main]
async fn main() -> std::io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let port = listener.local_addr()?.port();
    let server = kettle::spawn(serve(listener));
    let answer = ask(port, "a keettle of teea please").await?;
    println!("{answer}");
    server.await?
}
