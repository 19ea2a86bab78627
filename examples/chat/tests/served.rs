//! What does the server do on real sockets: for a line client, a browser, one that is reset, and at
//! Ctrl-C?

use std::io::{BufRead, BufReader as StdReader};
use std::net::SocketAddr;
use std::process::{Command, Stdio};
use std::time::Duration;

use chat::server::{self, AGAIN, SILENCE};
use kettle::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use kettle::net::{TcpListener, TcpStream};
use kettle::sync::oneshot;
use kettle::task::JoinHandle;
use socket2::SockRef;

struct Served {
    lines: SocketAddr,
    page: SocketAddr,
    close: oneshot::Sender<()>,
    ended: JoinHandle<String>,
}

async fn served(most: usize) -> Served {
    let lines = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let page = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (close, closing) = oneshot::channel();
    let [here, there] = [&lines, &page].map(|listener| listener.local_addr().unwrap());
    let ended = kettle::spawn(server::serve([lines, page], most, closing));
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
    let served = served(100).await;
    let mut ann = BufReader::new(TcpStream::connect(served.lines).await.unwrap());
    until(&mut ann, "Others: 0").await;
    let mut tab = web_socket(served.page).await;
    assert_eq!(frame(&mut tab).await, "* Welcome, guest#2. /nick NAME  /join ROOM  /who  /quit");
    assert_eq!(frame(&mut tab).await, "* You are in lobby. Others: 1.");
    ann.write_all(b"hello\r\n").await.unwrap();
    assert_eq!(frame(&mut tab).await, "guest#1: hello");
    tab.write_all(&masked(0x81, b"and you\ntoo")).await.unwrap();
    assert_eq!(until(&mut ann, "guest#2").await, "* guest#2 is here.\n");
    until(&mut ann, "guest#1: hello").await;
    assert_eq!(until(&mut ann, "guest#2").await, "guest#2: and you too\n");
    assert_eq!(frame(&mut tab).await, "guest#2: and you too");
    // A ping is answered; a client that leaves is told so in its own protocol.
    tab.write_all(&masked(0x89, b"tick")).await.unwrap();
    assert_eq!(frame(&mut tab).await, "tick");
    tab.write_all(&masked(0x81, b"/quit")).await.unwrap();
    assert_eq!(frame(&mut tab).await, "* You have left. Goodbye.");
    assert_eq!(tab.read_u8().await.unwrap(), 0x88, "close");
    assert_eq!(until(&mut ann, "guest#2").await, "* guest#2 has left.\n");
    served.close.send(()).unwrap();
    assert_eq!(until(&mut ann, "closing").await, "* The server is closing. Goodbye.\n");
    drop(ann);
    let counts = "clients 2, lines heard 2, written 6, missed 0, disconnected at the end 0";
    assert_eq!(served.ended.await.unwrap(), counts);
}

#[kettle::test]
async fn what_is_no_line_and_no_request_costs_the_others_nothing() {
    let served = served(100).await;
    let mut ann = BufReader::new(TcpStream::connect(served.lines).await.unwrap());
    until(&mut ann, "Others: 0").await;
    // Reset, by closing with an unread byte.
    let reset = TcpStream::connect(served.lines).await.unwrap();
    until(&mut ann, "guest#2 is here").await;
    drop(reset);
    until(&mut ann, "guest#2 has left").await;
    for (request, answer) in [
        ("GET / HTTP/1.1\r\nHost: here\r\n\r\n", "200 OK"),
        ("GET /else HTTP/1.1\r\n\r\n", "200 OK"), // there is one page
        // Another site's page may ask for a WebSocket here, and the browser tells.
        ("GET / HTTP/1.1\r\nHost: here\r\nOrigin: http://there\r\n\r\n", "403 Forbidden"),
        ("GET / HTTP/1.1\r\nHost: here\r\nOrigin: null\r\n\r\n", "403 Forbidden"),
        ("GET / HTTP/1.1\r\nHost: here:1\r\nOrigin: http://here:1\r\n\r\n", "200 OK"),
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
    // A browser that was sent to the wrong port says nothing in the room, whatever it sends.
    let mut post = BufReader::new(TcpStream::connect(served.lines).await.unwrap());
    post.write_all(b"POST / HTTP/1.1\r\nHost: here\r\n\r\nI am ann\n").await.unwrap();
    until(&mut post, "* This port is for lines; browsers have another. Goodbye.").await;
    ann.write_all(b"still here\n").await.unwrap();
    until(&mut ann, "guest#1: still here").await;
    drop((ann, post));
    served.close.send(()).unwrap();
    let counts = served.ended.await.unwrap();
    assert!(counts.contains(", lines heard 1, "), "{counts}");
}

#[kettle::test]
async fn a_full_server_says_so_until_one_leaves() {
    let served = served(2).await;
    let mut ann = BufReader::new(TcpStream::connect(served.lines).await.unwrap());
    until(&mut ann, "Others: 0").await;
    let mut tab = web_socket(served.page).await;
    until(&mut ann, "guest#2 is here").await;
    let mut line = BufReader::new(TcpStream::connect(served.lines).await.unwrap());
    assert_eq!(until(&mut line, "full").await, "* The server is full. Goodbye.\n");
    let mut browser = TcpStream::connect(served.page).await.unwrap();
    let mut read = String::new();
    browser.read_to_string(&mut read).await.unwrap();
    assert!(read.starts_with("HTTP/1.1 503 "), "{read}");
    tab.write_all(&masked(0x81, b"/quit")).await.unwrap();
    while tab.read(&mut [0; 64]).await.unwrap() > 0 {}
    drop((line, browser, tab));
    // Its place is free once the server has noticed; until then it answers as before. A refused
    // client that stays takes no place.
    let mut refused = Vec::new();
    loop {
        let mut next = BufReader::new(TcpStream::connect(served.lines).await.unwrap());
        let mut line = String::new();
        next.read_line(&mut line).await.unwrap();
        if line.starts_with("* Welcome, guest#3") {
            break;
        }
        assert_eq!(line, "* The server is full. Goodbye.\n");
        refused.push(next);
    }
    served.close.send(()).unwrap();
    served.ended.await.unwrap();
}

#[kettle::test]
async fn a_clients_socket_sends_at_once_and_asks_after_a_silence() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let stream = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
    server::prepare(&stream);
    let socket = SockRef::from(&stream);
    assert!(stream.nodelay().unwrap() && socket.keepalive().unwrap());
    assert_eq!(socket.tcp_keepalive_time().unwrap(), SILENCE);
    assert_eq!(socket.tcp_keepalive_interval().unwrap(), AGAIN);
}

#[cfg(target_os = "linux")]
#[test]
fn too_many_files_shut_no_one_out_for_good() {
    let mut limited = Command::new("sh");
    limited.args(["-c", "ulimit -n 20; exec \"$0\" \"$@\"", env!("CARGO_BIN_EXE_chat")]);
    limited.args(["127.0.0.1:0", "127.0.0.1:0"]).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut program = limited.spawn().unwrap();
    let first = StdReader::new(program.stdout.take().unwrap()).lines().next().unwrap().unwrap();
    let address = first.split([' ']).find_map(|word| word.trim_end_matches(':').parse().ok());
    let connect = || {
        let socket = std::net::TcpStream::connect::<SocketAddr>(address.expect(&first)).unwrap();
        socket.set_read_timeout(Some(Duration::from_mins(1))).unwrap();
        StdReader::new(socket).lines()
    };
    let mut printed = StdReader::new(program.stderr.take().unwrap()).lines().map(Result::unwrap);
    for round in 0..2 {
        let mut crowd: Vec<_> = (0..20).map(|_| connect()).collect();
        let mut last = crowd.pop().unwrap();
        assert!(crowd[0].next().unwrap().unwrap().starts_with("* Welcome, guest#"));
        if round == 0 {
            let complaint = printed.next().unwrap(); // so there were too many
            assert!(complaint.starts_with("Cannot let anyone in: "), "{complaint}");
        }
        drop(crowd); // the others hang up, and it gets in
        assert!(last.next().unwrap().unwrap().starts_with("* Welcome, guest#"));
    }
    program.kill().unwrap();
    program.wait().unwrap();
    assert_eq!(printed.next(), None, "if no one reads it, a pipe has no room for many");
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
    assert!(last.starts_with("clients 1, lines heard 0, written 0, missed 0, "), "{last}");
}

/// Some users' memory is what a process needs once, so more users cost less each; a room or a task
/// that grew with their number would cost more.
#[cfg(target_os = "linux")]
#[test]
fn a_user_costs_the_same_however_many_there_are() {
    let bytes_each = |users: &str| -> u64 {
        let million = Command::new(env!("CARGO_BIN_EXE_million"))
            .arg(users)
            .env("KETTLE_DOCTOR", "off")
            .output()
            .unwrap();
        let said = String::from_utf8(million.stdout).unwrap();
        assert!(million.status.success() && said.contains("told goodbye: clients "), "{said}");
        let (_, bytes) = said.split_once("take ").expect(&said);
        bytes.split(' ').next().and_then(|number| number.parse().ok()).expect(&said)
    };
    let [few, many] = ["2000", "20000"].map(bytes_each);
    assert!(
        many <= few && many < 4_000,
        "{few} bytes for each of 2,000, {many} for each of 20,000"
    );
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
