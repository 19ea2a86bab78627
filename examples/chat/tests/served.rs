//! What does the server do on real sockets: for a line client, a browser, one that is reset, and at Ctrl-C?

use std::io::{BufRead, BufReader as StdReader};
use std::net::SocketAddr;
use std::process::{Command, Stdio};
use std::time::Duration;

use chat::server;
use kettle::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use kettle::net::{TcpListener, TcpStream};
use kettle::sync::oneshot;
use kettle::task::JoinHandle;

struct Served {
    lines: SocketAddr,
    page: SocketAddr,
    close: oneshot::Sender<()>,
    ended: JoinHandle<String>,
}

async fn served() -> Served {
    let lines = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let page = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (close, closing) = oneshot::channel();
    let [here, there] = [&lines, &page].map(|listener| listener.local_addr().unwrap());
    let ended = kettle::spawn(server::serve(lines, page, closing));
    Served { lines: here, page: there, close, ended }
}

async fn until(stream: &mut BufReader<TcpStream>, words: &str) -> String {
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).await.unwrap();
        assert!(!line.is_empty(), "the end, and no {words:?}");
        if line.contains(words) {
            return line;
        }
    }
}

#[kettle::test]
async fn lines_and_browsers_are_in_one_room() {
    let served = served().await;
    let mut ann = BufReader::new(TcpStream::connect(served.lines).await.unwrap());
    until(&mut ann, "with 0 others").await;
    let mut tab = web_socket(served.page).await;
    assert_eq!(frame(&mut tab).await, "* Welcome, guest2. /nick NAME  /join ROOM  /who  /quit");
    assert_eq!(frame(&mut tab).await, "* You are in lobby, with 1 others.");
    ann.write_all(b"hello\r\n").await.unwrap();
    assert_eq!(frame(&mut tab).await, "guest1: hello");
    tab.write_all(&masked(0x81, b"and you\ntoo")).await.unwrap();
    assert_eq!(until(&mut ann, "guest2").await, "* guest2 is here.\n");
    until(&mut ann, "guest1: hello").await;
    assert_eq!(until(&mut ann, "guest2").await, "guest2: and you too\n");
    assert_eq!(frame(&mut tab).await, "guest2: and you too");
    // A ping is answered; a client that leaves is told so in its own protocol.
    tab.write_all(&masked(0x89, b"tick")).await.unwrap();
    assert_eq!(frame(&mut tab).await, "tick");
    tab.write_all(&masked(0x81, b"/quit")).await.unwrap();
    assert_eq!(frame(&mut tab).await, "* You have left. Goodbye.");
    assert_eq!(tab.read_u8().await.unwrap(), 0x88, "close");
    assert_eq!(until(&mut ann, "guest2").await, "* guest2 has left.\n");
    served.close.send(()).unwrap();
    assert_eq!(until(&mut ann, "closing").await, "* The server is closing. Goodbye.\n");
    drop(ann);
    let counts = "clients 2, lines heard 2, written 10, missed 0, disconnected at the end 0";
    assert_eq!(served.ended.await.unwrap(), counts);
}

#[kettle::test]
async fn what_is_no_line_and_no_request_costs_the_others_nothing() {
    let served = served().await;
    let mut ann = BufReader::new(TcpStream::connect(served.lines).await.unwrap());
    until(&mut ann, "with 0 others").await;
    // Reset, by closing with an unread byte.
    let reset = TcpStream::connect(served.lines).await.unwrap();
    until(&mut ann, "guest2 is here").await;
    drop(reset);
    until(&mut ann, "guest2 has left").await;
    for (request, answer) in [
        ("GET / HTTP/1.1\r\nHost: here\r\n\r\n", "200 OK"),
        ("GET /else HTTP/1.1\r\n\r\n", "404 Not Found"),
        ("POST / HTTP/1.1\r\n\r\n", "400 Bad Request"),
        ("\x16\x03\x01 a browser that wants TLS\r\n\r\n", "400 Bad Request"),
        (&"GET /".repeat(10_000), "400 Bad Request"),
    ] {
        let mut browser = TcpStream::connect(served.page).await.unwrap();
        browser.write_all(request.as_bytes()).await.unwrap();
        browser.shutdown().await.unwrap();
        let mut read = String::new();
        browser.read_to_string(&mut read).await.unwrap();
        assert!(read.starts_with(&format!("HTTP/1.1 {answer}\r\n")), "{read}");
    }
    let mut long = web_socket(served.page).await;
    long.write_all(&masked(0x81, &[b'x'; 1_001])).await.unwrap();
    while frame(&mut long).await != "* A line has at most 1000 bytes. Goodbye." {}
    let mut lie = web_socket(served.page).await;
    lie.write_all(&[&[0x81, 0xff, 0x7f][..], &[0xff; 7], &[0; 4]].concat()).await.unwrap();
    while frame(&mut lie).await != "* A line has at most 1000 bytes. Goodbye." {}
    // A tab that is closed gets the close frame that it waits for.
    let mut closing = web_socket(served.page).await;
    closing.write_all(&masked(0x88, &1000_u16.to_be_bytes())).await.unwrap();
    while closing.read_u8().await.unwrap() != 0x88 {
        let mut text = vec![0; closing.read_u8().await.unwrap().into()];
        closing.read_exact(&mut text).await.unwrap();
    }
    ann.write_all(b"still here\n").await.unwrap();
    until(&mut ann, "guest1: still here").await;
    drop((ann, long, lie, closing));
    served.close.send(()).unwrap();
    served.ended.await.unwrap();
}

#[test]
fn ctrl_c_tells_everyone() {
    let mut program = Command::new(env!("CARGO_BIN_EXE_chat"));
    program.args(["127.0.0.1:0", "127.0.0.1:0"]).stdout(Stdio::piped());
    let mut program = program.spawn().unwrap();
    let mut printed = StdReader::new(program.stdout.take().unwrap()).lines();
    let first = printed.next().unwrap().unwrap();
    let address = first.split([' ']).find_map(|word| word.trim_end_matches(':').parse().ok());
    let socket = std::net::TcpStream::connect::<SocketAddr>(address.expect(&first)).unwrap();
    socket.set_read_timeout(Some(Duration::from_mins(1))).unwrap();
    let mut read = StdReader::new(socket).lines();
    assert!(read.next().unwrap().unwrap().starts_with("* Welcome"));
    let interrupted = Command::new("kill").args(["-INT", &program.id().to_string()]).status();
    assert!(interrupted.unwrap().success());
    assert_eq!(read.map(Result::unwrap).last().unwrap(), "* The server is closing. Goodbye.");
    assert!(program.wait().unwrap().success());
    let last = printed.map(Result::unwrap).last().unwrap();
    assert!(last.starts_with("clients 1, lines heard 0, written 2, missed 0, "), "{last}");
}

/// A tab that has shaken hands.
async fn web_socket(page: SocketAddr) -> TcpStream {
    let mut tab = TcpStream::connect(page).await.unwrap();
    let request = "GET /else HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
                   Sec-WebSocket-Version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    let (begin, end) = request.split_at(33); // it may come in pieces
    tab.write_all(begin.as_bytes()).await.unwrap();
    kettle::task::yield_now().await;
    tab.write_all(end.as_bytes()).await.unwrap();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(tab.read_u8().await.unwrap());
    }
    let head = String::from_utf8(head).unwrap();
    // The example of RFC 6455.
    assert!(head.contains("sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo="), "{head}");
    tab
}

/// What the next frame says.
async fn frame(tab: &mut TcpStream) -> String {
    let [_, length] = tab.read_u16().await.unwrap().to_be_bytes();
    let mut text = vec![0; length.into()];
    assert!(length < 126);
    tab.read_exact(&mut text).await.unwrap();
    String::from_utf8(text).unwrap()
}

/// A frame of a browser: masked, here with zeros.
fn masked(kind: u8, text: &[u8]) -> Vec<u8> {
    let length = u16::try_from(text.len()).unwrap();
    let head = match length {
        0..126 => vec![kind, 0x80 | length.to_be_bytes()[1]],
        _ => [&[kind, 0x80 | 0x7e], &length.to_be_bytes()[..]].concat(),
    };
    [&head[..], &[0; 4], text].concat()
}
