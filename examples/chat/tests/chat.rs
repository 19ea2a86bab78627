//! What do clients read, and what can a bad one do to the others? Over streams in memory, with a
//! virtual clock.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use chat::connection::{Connection, LONGEST, Lines, PATIENCE};
use chat::rooms::{self, Chat};
use chat::{client, web};
use kettle::io::{
    self, AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWriteExt, BufReader, DuplexStream,
    ReadBuf, ReadHalf,
};
use kettle::task::JoinHandle;
use kettle::time::{Instant, sleep};

const REQUEST: &str = "GET / HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
    Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

/// The far end of a client's connection.
struct Guest {
    stream: BufReader<DuplexStream>,
    served: JoinHandle<io::Result<()>>,
}

impl Guest {
    /// Has read what everyone reads at first.
    async fn new(chat: &Arc<Chat>) -> Guest {
        let mut guest = Guest::silent(chat, 4096);
        assert!(guest.next().await.starts_with("* Welcome, guest#"));
        assert!(guest.next().await.starts_with("* You are in lobby. Others: "));
        guest
    }

    fn silent(chat: &Arc<Chat>, room: usize) -> Guest {
        let (here, there) = io::duplex(room);
        let served =
            kettle::spawn(client::serve(Connection::new(there, Lines::default()), chat.clone()));
        Guest { stream: BufReader::new(here), served }
    }

    async fn say(&mut self, line: impl AsRef<[u8]>) {
        self.stream.write_all(line.as_ref()).await.expect("the server listens");
    }

    /// The next line without its end; empty when there are no more.
    async fn next(&mut self) -> String {
        let mut line = String::new();
        self.stream.read_line(&mut line).await.expect("it is text");
        line.trim_end_matches('\n').to_owned()
    }

    async fn until(&mut self, words: &str) -> String {
        loop {
            let line = self.next().await;
            assert!(!line.is_empty(), "the end, and no {words:?}");
            if line.contains(words) {
                return line;
            }
        }
    }

    async fn rest(&mut self) -> String {
        let mut rest = String::new();
        self.stream.read_to_string(&mut rest).await.expect("it is text");
        rest
    }
}

#[kettle::test(start_paused = true)]
async fn what_one_says_all_read() {
    let chat = Arc::default();
    let (mut ann, mut bob) = (Guest::new(&chat).await, Guest::new(&chat).await);
    assert_eq!(ann.next().await, "* guest#2 is here.");
    ann.say("/nick ann\nhello\n").await;
    assert_eq!(ann.next().await, "* You are ann now.");
    for reader in [&mut ann, &mut bob] {
        assert_eq!(reader.next().await, "* guest#1 is ann now.");
        assert_eq!(reader.next().await, "ann: hello");
    }
    bob.say("/who\n/nick ann\n/nick guest#3\n/nick no/no\n/help\n/quit\n").await;
    assert_eq!(bob.next().await, "* 2 in lobby: ann, guest#2");
    assert_eq!(bob.next().await, "* The name ann is taken.");
    for _ in ["that of the next guest", "no/no"] {
        assert_eq!(bob.next().await, "* A name is 1 to 20 letters, digits, - or _.");
    }
    assert_eq!(bob.next().await, "* There are /nick, /join, /who and /quit.");
    assert_eq!(bob.rest().await, "* You have left. Goodbye.\n");
    assert_eq!(ann.next().await, "* guest#2 has left.");
    ann.say("alone\n").await;
    assert_eq!(ann.next().await, "ann: alone");
    assert_eq!(chat.counts(), "clients 2, lines heard 2, written 7, missed 0");
}

#[kettle::test(start_paused = true)]
async fn a_room_has_a_history_until_its_last_member_leaves() {
    let chat = Arc::default();
    let (mut ann, mut bob) = (Guest::new(&chat).await, Guest::new(&chat).await);
    ann.next().await;
    ann.say("/join tea\n").await;
    assert_eq!(ann.next().await, "* You are in tea. Others: 0.");
    assert_eq!(bob.next().await, "* guest#1 has left.");
    for cup in 1..=25 {
        ann.say(format!("cup {cup}\n")).await;
        assert_eq!(ann.next().await, format!("guest#1: cup {cup}"));
    }
    bob.say("/join tea\n").await;
    assert_eq!(bob.next().await, "* You are in tea. Others: 1.");
    for cup in 6..=25 {
        assert_eq!(bob.next().await, format!("guest#1: cup {cup}"));
    }
    for guest in [&mut bob, &mut ann] {
        guest.say("/join lobby\n").await;
        guest.until("in lobby").await;
    }
    ann.say("/join tea\n/quit\n").await;
    assert_eq!(ann.next().await, "* You are in tea. Others: 0.");
    assert_eq!(ann.next().await, "* You have left. Goodbye.", "it was empty, and made anew");
}

#[kettle::test(start_paused = true)]
async fn nothing_in_a_line_steers_another_terminal() {
    let chat = Arc::default();
    let mut guest = Guest::new(&chat).await;
    guest.say("hello\r\n").await; // telnet
    assert_eq!(guest.next().await, "guest#1: hello");
    guest.say("\x1b[31mred\tand\x07 loud\r\n").await;
    assert_eq!(guest.next().await, "guest#1: [31mred and loud");
    guest.say("\u{202e}sdrawkcab\u{2066} and\u{2028} on\u{200f}\n").await;
    assert_eq!(guest.next().await, "guest#1: sdrawkcab and on");
    guest.say(b"\xff\xf4\xff\xfd\x06\r\n").await; // telnet's own protocol, at its Ctrl-C
    assert_eq!(guest.next().await, "* That was not UTF-8. No one has read it.");
}

#[kettle::test(start_paused = true)]
async fn an_endless_line_ends_the_client_that_sends_it() {
    let chat = Arc::default();
    let (mut ann, mut bob) = (Guest::new(&chat).await, Guest::new(&chat).await);
    bob.say(vec![b'x'; LONGEST]).await;
    bob.say("\n").await;
    assert_eq!(bob.next().await.len(), LONGEST + "guest#2: ".len());
    let flood = async {
        // More and more, as long as the server takes it.
        while bob.stream.write_all(&[b'x'; 1000]).await.is_ok() {}
        bob.rest().await
    };
    assert_eq!(flood.await, format!("* A line has at most {LONGEST} bytes. Goodbye.\n"));
    ann.next().await;
    ann.next().await;
    assert_eq!(ann.next().await, "* guest#2 has left.");
    assert!(bob.served.await.expect("no panic").is_ok());
}

#[kettle::test(start_paused = true)]
async fn a_slow_reader_is_told_what_it_missed_and_slows_no_one() {
    let chat = Arc::default();
    let mut speakers = Vec::new();
    for _ in 0..25 {
        speakers.push(Guest::new(&chat).await);
    }
    let mut slow = Guest::silent(&chat, 64);
    sleep(Duration::from_millis(1)).await;
    let (all, begun) = (2_500, Instant::now());
    for n in 0..all {
        let speaker = &mut speakers[n / 100];
        speaker.say(format!("{n}\n")).await;
        speaker.until(&format!(": {n}")).await;
    }
    assert_eq!(begun.elapsed(), Duration::ZERO, "no one waits for the slow one");
    slow.say("/quit\n").await;
    let (mut expected, mut missed, mut most) = (0, 0, 0);
    for line in slow.rest().await.lines() {
        if let Some((_, said)) = line.split_once(": ").filter(|_| line.starts_with("guest#")) {
            assert_eq!(said.parse(), Ok(expected), "in order, and each once");
            expected += 1;
        } else if let Some(told) = line.strip_prefix("* You have missed ") {
            let skipped: usize = told.strip_suffix(" lines.").unwrap().parse().unwrap();
            (expected, missed, most) = (expected + skipped, missed + skipped, skipped.max(most));
        }
    }
    assert_eq!(expected, all, "what it did not read it was told of");
    assert!(missed > all - 2 * rooms::MOST - 20, "{missed}: a queue has a limit");
    assert_eq!(most, missed, "told once");
}

#[kettle::test(start_paused = true)]
async fn a_client_that_never_reads_is_disconnected() {
    let chat = Arc::default();
    let dead = Guest::silent(&chat, 64);
    let mut ann = Guest::new(&chat).await;
    let begun = Instant::now();
    let ended = dead.served.await.expect("no panic");
    assert_eq!(ended.unwrap_err().kind(), io::ErrorKind::TimedOut);
    assert!(begun.elapsed() >= PATIENCE && begun.elapsed() < PATIENCE + Duration::from_secs(1));
    ann.until(" has left.").await;
}

#[kettle::test(start_paused = true)]
async fn a_half_closed_client_is_heard_to_its_last_byte() {
    let chat = Arc::default();
    let (mut ann, mut bob) = (Guest::new(&chat).await, Guest::new(&chat).await);
    ann.next().await;
    bob.say("first\nand last").await;
    bob.stream.shutdown().await.unwrap();
    for expected in ["guest#2: first", "guest#2: and last", "* guest#2 has left."] {
        assert_eq!(ann.next().await, expected);
    }
    assert!(bob.rest().await.ends_with("* You have left. Goodbye.\n"));
}

#[kettle::test(start_paused = true)]
async fn a_client_that_sends_too_fast_is_read_more_slowly() {
    let chat = Arc::default();
    let (mut fast, mut ann) = (Guest::new(&chat).await, Guest::new(&chat).await);
    let begun = Instant::now();
    fast.say("x\n".repeat(301)).await;
    ann.say("me too\n").await;
    let mut read = 0;
    while read < 301 {
        let line = ann.next().await;
        if line == "guest#2: me too" {
            assert_eq!(begun.elapsed(), Duration::ZERO, "one client's flood delays no one else");
        } else {
            assert_eq!(line, "guest#1: x");
            read += 1;
        }
    }
    let took = begun.elapsed();
    assert!((9..=11).contains(&took.as_secs()), "{took:?}: a hundred at once, then 20 a second");
}

/// A stream that is broken in a way for which there is no error.
struct Bomb(ReadHalf<DuplexStream>);

impl AsyncRead for Bomb {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        ready!(Pin::new(&mut self.0).poll_read(cx, into))?;
        assert!(!into.filled().contains(&b'!'), "a fault of ours");
        Poll::Ready(Ok(()))
    }
}

#[kettle::test(start_paused = true)]
async fn a_task_that_panics_or_is_aborted_leaves_no_ghost() {
    let chat = Arc::default();
    let mut ann = Guest::new(&chat).await;
    for end in ["panic", "abort"] {
        let (here, there) = io::duplex(4096);
        let (read, write) = io::split(there);
        let there = Connection::new(io::join(Bomb(read), write), Lines::default());
        let served = kettle::spawn(client::serve(there, chat.clone()));
        let mut bob = Guest { stream: BufReader::new(here), served };
        bob.say("/join tea\n/nick bob\n").await;
        bob.until("You are bob now").await;
        if end == "panic" {
            bob.say("boom!\n").await;
        } else {
            bob.served.abort();
        }
        assert_eq!(bob.served.await.unwrap_err().is_panic(), end == "panic");
        ann.say("/join tea\n/nick bob\n/who\n").await;
        ann.until("* You are in tea. Others: 0.").await;
        ann.until("* You are bob now.").await;
        assert_eq!(ann.until(" in tea: ").await, "* 1 in tea: bob");
        ann.say("/join lobby\n/nick ann\n").await;
        ann.until("* You are ann now.").await;
    }
}

/// `KETTLE_SEEDS=1000 cargo test` lets the pong wait at any place, and news win the race against
/// what is heard.
#[kettle::test(start_paused = true)]
async fn a_line_behind_a_ping_is_heard_whatever_else_is_said() {
    let chat = Arc::default();
    let mut ann = Guest::new(&chat).await;
    let (mut tab, there) = io::duplex(4096);
    kettle::spawn(web::serve(Connection::new(there, Lines::default()), chat.clone()));
    tab.write_all(REQUEST.as_bytes()).await.unwrap();
    ann.until("guest#2 is here").await;
    for n in 0..5 {
        let both = [&b"\x89\x80\0\0\0\0\x81\x81\0\0\0\0"[..], &[b'0' + n]].concat();
        tab.write_all(&both).await.unwrap();
        ann.say("meanwhile\n").await;
        ann.until(&format!("guest#2: {n}")).await;
    }
}

#[kettle::test(start_paused = true)]
async fn a_hundred_speak_at_once_and_no_one_misses_a_line() {
    let chat = Arc::<Chat>::default();
    let mut crowd: Vec<Guest> = (0..100).map(|_| Guest::silent(&chat, 64 * 1024)).collect();
    sleep(Duration::from_millis(1)).await;
    for guest in &mut crowd {
        guest.say("hi\n").await;
    }
    sleep(Duration::from_millis(1)).await;
    assert_eq!(chat.counts(), "clients 100, lines heard 100, written 11275, missed 0");
}
