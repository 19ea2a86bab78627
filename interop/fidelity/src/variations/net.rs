//! Sockets on the loopback, both ends on the same runtime.

use super::rt::io::{AsyncReadExt, AsyncWriteExt};
use super::rt::net::{TcpListener, TcpStream};
use super::rt::time::{Duration, sleep};

/// One says a line, the other says it back.
pub(crate) async fn echo() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let server = super::rt::spawn(async move {
        let (mut socket, _) = listener.accept().await.expect("a visitor");
        let mut line = [0; 3];
        while socket.read_exact(&mut line).await.is_ok() {
            socket.write_all(&line).await.expect("the visitor listens");
        }
        println!("the visitor has left");
    });
    let mut visitor = TcpStream::connect(address).await.expect("a listener");
    for word in [b"one", b"two"] {
        visitor.write_all(word).await.expect("the server listens");
        let mut answer = [0; 3];
        visitor.read_exact(&mut answer).await.expect("an answer");
        println!("{}", String::from_utf8_lossy(&answer));
    }
    drop(visitor);
    server.await.expect("no panic");
}

/// Two tasks share a socket, one for each direction.
pub(crate) async fn two_halves() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let server = super::rt::spawn(async move {
        let (socket, _) = listener.accept().await.expect("a visitor");
        let (mut reader, mut writer) = socket.into_split();
        let hear = super::rt::spawn(async move {
            let mut word = String::new();
            reader.read_to_string(&mut word).await.expect("words");
            println!("heard {word}");
        });
        sleep(Duration::from_millis(2)).await;
        writer.write_all(b"tea").await.expect("the visitor listens");
        drop(writer);
        hear.await.expect("no panic");
    });
    sleep(Duration::from_millis(1)).await;
    let mut visitor = TcpStream::connect(address).await.expect("a listener");
    sleep(Duration::from_millis(1)).await;
    let mut word = String::new();
    visitor.read_to_string(&mut word).await.expect("words");
    println!("read {word}");
    visitor.write_all(b"thanks").await.expect("the server listens");
    drop(visitor);
    server.await.expect("no panic");
}

/// The data is there before anybody asks for it.
pub(crate) async fn read_of_what_is_there() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let mut visitor = TcpStream::connect(address).await.expect("a listener");
    let (mut socket, _) = listener.accept().await.expect("a visitor");
    visitor.write_all(b"tea").await.expect("the server listens");
    let mut word = [0; 3];
    socket.read_exact(&mut word).await.expect("a word");
    println!("{}", String::from_utf8_lossy(&word));
}

/// A socket becomes ready beside a deadline: which goes first with the clock paused?
pub(crate) async fn socket_beside_a_deadline() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let server = super::rt::spawn(async move {
        let (mut socket, _) = listener.accept().await.expect("a visitor");
        let mut word = [0; 3];
        socket.read_exact(&mut word).await.expect("a word");
        println!("{}", String::from_utf8_lossy(&word));
    });
    let mut visitor = TcpStream::connect(address).await.expect("a listener");
    sleep(Duration::from_millis(10)).await;
    println!("10 ms later");
    visitor.write_all(b"tea").await.expect("the server listens");
    sleep(Duration::from_millis(10)).await;
    println!("20 ms later");
    server.await.expect("no panic");
}
