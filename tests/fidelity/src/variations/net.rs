//! Sockets on the loopback, both ends on the same runtime.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream as Visitor};

use super::rt::io::{AsyncReadExt, AsyncWriteExt, copy};
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

/// A visitor who knocks by a socket that blocks, and the socket on which he is served.
async fn visitor() -> (Visitor, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let visitor = Visitor::connect(address).expect("a listener");
    visitor.set_read_timeout(Some(std::time::Duration::from_secs(10))).expect("a timeout");
    // So long that the system has reported him: tokio's listener waits for that.
    sleep(Duration::from_millis(1)).await;
    let (socket, _) = listener.accept().await.expect("a visitor");
    (visitor, socket)
}

/// Nine bytes, three at a time.
pub(crate) async fn read_in_pieces() {
    let (mut visitor, mut socket) = visitor().await;
    let reading = super::rt::spawn(async move {
        let mut all = [0; 9];
        socket.read_exact(&mut all).await.expect("nine bytes");
        println!("{}", String::from_utf8_lossy(&all));
    });
    for piece in [b"bla", b"ckt", b"eas"] {
        sleep(Duration::from_millis(1)).await;
        visitor.write_all(piece).expect("the server listens");
    }
    reading.await.expect("no panic");
}

/// Three hundred reads of a byte that is there.
pub(crate) async fn read_three_hundred_bytes() {
    let (mut visitor, mut socket) = visitor().await;
    visitor.write_all(&[b'x'; 300]).expect("the server listens");
    let reading = super::rt::spawn(async move {
        for _ in 0..300 {
            socket.read_u8().await.expect("a byte");
        }
        println!("read");
    });
    super::rt::spawn(async { println!("the other one") });
    reading.await.expect("no panic");
}

/// Three hundred writes of a byte.
pub(crate) async fn write_three_hundred_bytes() {
    let (mut visitor, mut socket) = visitor().await;
    let writing = super::rt::spawn(async move {
        for _ in 0..300 {
            socket.write_u8(b'x').await.expect("the visitor listens");
        }
        println!("written");
    });
    super::rt::spawn(async { println!("the other one") });
    writing.await.expect("no panic");
    let mut all = Vec::new();
    visitor.read_to_end(&mut all).expect("all bytes");
    println!("{} bytes", all.len());
}

/// The visitor says no more, and still hears.
pub(crate) async fn half_close() {
    let (mut visitor, mut socket) = visitor().await;
    let serving = super::rt::spawn(async move {
        let mut words = String::new();
        socket.read_to_string(&mut words).await.expect("words");
        socket.write_all(words.to_uppercase().as_bytes()).await.expect("the visitor listens");
        socket.shutdown().await.expect("it was open");
    });
    sleep(Duration::from_millis(1)).await;
    visitor.write_all(b"tea").expect("the server listens");
    sleep(Duration::from_millis(1)).await;
    say_no_more(visitor, serving).await;
}

async fn say_no_more(mut visitor: Visitor, serving: super::rt::task::JoinHandle<()>) {
    visitor.shutdown(Shutdown::Write).expect("it was open");
    serving.await.expect("no panic");
    let mut words = String::new();
    visitor.read_to_string(&mut words).expect("words");
    println!("{words}");
}

/// Waiting for readiness, and then trying, with more room than there is to read.
pub(crate) async fn ready_and_tried() {
    tries(16).await;
}

/// The same with exactly the room that is needed.
pub(crate) async fn ready_and_tried_in_full() {
    tries(5).await;
}

async fn tries(room: usize) {
    let (mut visitor, socket) = visitor().await;
    let serving = super::rt::spawn(async move {
        let mut buffer = vec![0; room];
        loop {
            socket.readable().await.expect("a socket");
            match socket.try_read(&mut buffer) {
                Ok(0) => break println!("the end"),
                Ok(n) => println!("{n} bytes"),
                Err(error) if error.kind() == ErrorKind::WouldBlock => println!("not yet"),
                Err(error) => println!("{error}"),
            }
        }
    });
    for word in [b"black", b"green"] {
        sleep(Duration::from_millis(1)).await;
        visitor.write_all(word).expect("the server listens");
    }
    sleep(Duration::from_millis(1)).await;
    drop(visitor);
    serving.await.expect("no panic");
}

/// Everything that is heard is said back.
pub(crate) async fn copy_there_and_back() {
    let (mut visitor, mut socket) = visitor().await;
    let serving = super::rt::spawn(async move {
        let (mut reader, mut writer) = socket.split();
        println!("{:?} bytes", copy(&mut reader, &mut writer).await.ok());
    });
    for word in [b"one", b"two"] {
        sleep(Duration::from_millis(1)).await;
        visitor.write_all(word).expect("the server listens");
    }
    sleep(Duration::from_millis(1)).await;
    say_no_more(visitor, serving).await;
}

/// Looking doesn't take.
pub(crate) async fn peek_twice() {
    let (mut visitor, mut socket) = visitor().await;
    let serving = super::rt::spawn(async move {
        let mut buffer = [0; 3];
        for _ in 0..2 {
            let n = socket.peek(&mut buffer).await.expect("a socket");
            println!("{n} bytes to see");
        }
        socket.read_exact(&mut buffer).await.expect("three bytes");
        println!("{}", String::from_utf8_lossy(&buffer));
    });
    sleep(Duration::from_millis(1)).await;
    visitor.write_all(b"tea").expect("the server listens");
    serving.await.expect("no panic");
}
