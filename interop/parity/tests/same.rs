//! "The six programs, with `tokio` for `kettle`, compile and print the same."
//!
//! Each test runs both programs side by side and compares what they print, to the letter, and how
//! they end. What goes to stderr (the words of a panic) is each runtime's own.
//!
//! `#[tokio::main]` runs tasks on several threads unless it is told otherwise, so the order between
//! two visitors' lines is open there. A test waits for a line, or sorts them.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::thread;
use std::time::Duration;

/// The path of a program, with kettle and with tokio.
macro_rules! both {
    ($name:literal) => {
        [
            env!(concat!("CARGO_BIN_EXE_kettle-", $name)),
            env!(concat!("CARGO_BIN_EXE_tokio-", $name)),
        ]
    };
}

#[test]
fn make_tea() {
    compare(both!("make_tea"), "Putting the kettle on.\nWater boiled. Making tea.\n");
}

#[test]
fn channel() {
    let messages = ["1", "2", "3", "4", "5"].map(|i| format!("Received: Message {i}\n"));
    compare(both!("channel"), &(messages.concat() + "All messages received.\n"));
}

#[test]
fn select() {
    compare(both!("select"), "Result: Data from cache\n");
}

#[test]
fn errors() {
    compare(both!("errors"), "Success\n");
}

#[test]
fn mutex() {
    compare(both!("mutex"), "Final count: 10\n");
}

/// Both print the same, which begins as the tutorial says, and both succeed.
fn compare(programs: [&str; 2], begins: &str) {
    let running = programs.map(|program| start(program, &[]));
    let [with_kettle, with_tokio] =
        running.map(|child| child.wait_with_output().expect("its output can be read"));
    assert_eq!(printed(&with_kettle), printed(&with_tokio));
    assert_eq!(with_kettle.status, with_tokio.status);
    assert!(with_kettle.status.success(), "{}", String::from_utf8_lossy(&with_kettle.stderr));
    assert!(printed(&with_kettle).starts_with(begins), "{}", printed(&with_kettle));
}

#[test]
fn server_answers_one_visitor_after_the_other() {
    let visits: [(&[u8], &str); 5] = [
        (b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", "Received request: GET / HTTP/1.1"),
        ("GET /grüner-tee".as_bytes(), "Received request: GET /grüner-tee"),
        (b"no text: \xff\xfe", "Received request: no text: \u{fffd}\u{fffd}"),
        (&[b'x'; 1024], "Received request: xxxx"),
        (b"", "Received request: \n"),
    ];
    let told = both!("server").map(|program| {
        let server = Server::start(program);
        for (request, _) in &visits {
            assert_eq!(server.visit(request), GREETING, "{program}");
        }
        server.end()
    });
    assert_eq!(told[0], told[1]);
    for (_, line) in visits {
        assert!(told[0].contains(line), "{:?} is not in {:?}", line, told[0]);
    }
}

#[test]
fn server_answers_fifty_visitors_at_once() {
    let told = both!("server").map(|program| {
        let server = Server::start(program);
        // All are connected before the first one asks.
        let visitors: Vec<_> = (0..50).map(|i| (i, server.connect())).collect();
        let asking: Vec<_> = visitors
            .into_iter()
            .rev()
            .map(|(i, stream)| thread::spawn(move || ask(stream, format!("GET /{i}").as_bytes())))
            .collect();
        for visitor in asking {
            assert_eq!(visitor.join().expect("a visitor does not panic"), GREETING, "{program}");
        }
        // Who is served first is open.
        let mut lines: Vec<_> = server.end().lines().map(String::from).collect();
        lines.sort();
        lines
    });
    assert_eq!(told[0], told[1]);
    assert_eq!(told[0].len(), 51);
}

#[test]
fn server_survives_a_visitor_who_leaves() {
    let told = both!("server").map(|program| {
        let mut server = Server::start(program);
        drop(server.connect());
        // tokio has several threads: without this wait, the next visitor may be served first.
        server.print_line();
        assert_eq!(server.visit(b"GET /after"), GREETING, "{program}");
        server.end()
    });
    assert_eq!(told[0], told[1]);
    assert!(told[0].contains("Received request: GET /after"));
}

#[test]
fn server_says_that_its_port_is_taken() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let address = taken.local_addr().expect("it is bound").to_string();
    let ended = both!("server").map(|program| {
        start(program, &[&address]).wait_with_output().expect("its output can be read")
    });
    for output in &ended {
        assert_eq!(printed(output), "");
        assert!(!output.status.success());
        assert!(String::from_utf8_lossy(&output.stderr).contains(&address));
    }
    assert_eq!(ended[0].status, ended[1].status);
}

const GREETING: &str = "HTTP/1.1 200 OK\r\n\r\nHello from async Rust!";

/// A server that runs until it is dropped.
struct Server {
    child: Child,
    stdout: BufReader<ChildStdout>,
    address: SocketAddr,
    printed: String,
}

impl Server {
    fn start(program: &str) -> Server {
        let mut child = start(program, &["127.0.0.1:0"]);
        let stdout = BufReader::new(child.stdout.take().expect("its stdout is a pipe"));
        let mut server =
            Server { child, stdout, address: ([0; 4], 0).into(), printed: String::new() };
        server.print_line();
        let address = server.printed.trim_end().rsplit(' ').next();
        server.address = address
            .and_then(|word| word.parse().ok())
            .unwrap_or_else(|| panic!("no address in {:?}", server.printed));
        server
    }

    /// Waits until it has printed one line more.
    fn print_line(&mut self) {
        self.stdout.read_line(&mut self.printed).expect("it prints text");
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).expect("the server accepts");
        // No visit takes this long: without it a server that hangs would hang the test.
        stream.set_read_timeout(Some(Duration::from_mins(1))).expect("it can be set");
        stream
    }

    fn visit(&self, request: &[u8]) -> String {
        ask(self.connect(), request)
    }

    /// All it has printed, once it is gone; with `PORT` for its port.
    fn end(mut self) -> String {
        self.child.kill().expect("it runs until now");
        self.stdout.read_to_string(&mut self.printed).expect("it prints text");
        self.printed.replace(&format!(":{}\n", self.address.port()), ":PORT\n")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Sends the request and nothing more, and reads the answer to its end.
fn ask(mut stream: TcpStream, request: &[u8]) -> String {
    stream.write_all(request).expect("the request can be sent");
    stream.shutdown(Shutdown::Write).expect("our half can be closed");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer comes");
    answer
}

fn start(program: &str, arguments: &[&str]) -> Child {
    Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|e| panic!("cannot run {program}: {e}"))
}

fn printed(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}
