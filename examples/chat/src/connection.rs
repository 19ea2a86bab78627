//! How do lines come and go over a stream of bytes?
//!
//! A [`Protocol`] knows how lines look as bytes. It does no I/O: it is plain functions over two
//! queues, the [`Bytes`] that have come and those that are to go. So it runs on any runtime, and is
//! tested without one. [`Lines`] is the protocol of `nc` and telnet; `web.rs` has the one of
//! browsers. A [`Connection`] moves the bytes, for either of them: all reading and writing, and the
//! limit for a write, is here.
//!
//! What a client sends is not to be trusted: a line has at most [`LONGEST`] bytes and is UTF-8, and
//! nothing in it may steer another's terminal.
//!
//! **Cancel safe** is a word for futures that lose a race: dropping a future drops its local
//! variables, so what it has taken must be somewhere else. Here it is in the connection: half a
//! line that was read is there for the next `hear`.

use std::time::Duration;
use std::{io, mem};

use kettle::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use kettle::time::timeout;

/// The most bytes of a line, without its end.
pub const LONGEST: usize = 1_000;
pub const TOO_LONG: &str = "A line has at most 1000 bytes.";
pub const LEFT: &str = "You have left.";
/// A client that lets a write to it wait for so long is gone, or might as well be. (Until the
/// system's buffers are full, no write waits.)
pub const PATIENCE: Duration = Duration::from_secs(30);
/// How long we still listen to a client after our last words, and to how many bytes.
const FAREWELL: Duration = Duration::from_secs(1);
const IGNORED: u64 = 64 * 1024;

/// What a client has sent.
#[derive(Debug, PartialEq, Eq)]
pub enum Heard {
    Line(String),
    NotUtf8,
    /// No more is to be heard from it, and why.
    End(&'static str),
}

pub trait Protocol {
    /// Takes the next line out of what has come; `None` if it isn't there yet.
    fn hear(&mut self, bytes: &mut Bytes) -> Option<Heard>;
    /// Puts lines, each with its `\n`, to what is to go.
    fn tell(&mut self, text: &str, bytes: &mut Bytes);
    /// The protocol's own goodbye, if it has one.
    fn close(&mut self, _: &mut Bytes) {}
}

#[derive(Debug, Default)]
pub struct Bytes {
    pub unread: Vec<u8>,
    pub unsent: Vec<u8>,
    /// No more will come.
    pub ended: bool,
}

/// What a connection needs of TCP, and of a pipe in memory: one name for `AsyncRead + AsyncWrite +
/// Unpin`.
pub trait Stream: AsyncRead + AsyncWrite + Unpin {}
impl<S: AsyncRead + AsyncWrite + Unpin> Stream for S {}

pub struct Connection<S, P> {
    stream: S,
    protocol: P,
    pub bytes: Bytes,
}

impl<S: Stream, P: Protocol> Connection<S, P> {
    pub fn new(stream: S, protocol: P) -> Connection<S, P> {
        Connection { stream, protocol, bytes: Bytes::default() }
    }

    /// Goes on in another protocol, with the same bytes.
    pub fn speak<Q: Protocol>(self, protocol: Q) -> Connection<S, Q> {
        Connection { stream: self.stream, protocol, bytes: self.bytes }
    }

    /// The next line. Cancel safe.
    pub async fn hear(&mut self) -> io::Result<Heard> {
        loop {
            // No `.await` may come between this and the `return`: a line that is lost there is in
            // neither place.
            if let Some(heard) = self.protocol.hear(&mut self.bytes) {
                return Ok(heard);
            }
            self.flush().await?; // what the protocol has said by itself: it answers a ping
            self.read_more().await?;
        }
    }

    /// Puts lines to what the next [`flush`](Connection::flush) sends.
    pub fn tell(&mut self, text: &str) {
        self.protocol.tell(text, &mut self.bytes);
    }

    /// Sends what is to go; [`io::ErrorKind::TimedOut`] if the client doesn't take it. Cancel safe:
    /// a `write` that is dropped has taken nothing.
    pub async fn flush(&mut self) -> io::Result<()> {
        while !self.bytes.unsent.is_empty() {
            // The limit begins anew with each write: a client that reads slowly does read. The
            // first `?` is for the time, the second for the write.
            let sent = timeout(PATIENCE, self.stream.write(&self.bytes.unsent)).await??;
            self.bytes.unsent.drain(..sent);
        }
        // Gives its memory back: of a million users hardly one has a line waiting.
        self.bytes.unsent = Vec::new();
        Ok(())
    }

    /// Reads once, as much as has come and there is room for.
    pub async fn read_more(&mut self) -> io::Result<()> {
        self.bytes.unread.shrink_to_fit(); // gives its memory back, too
        self.bytes.ended = self.stream.read_buf(&mut self.bytes.unread).await? == 0;
        Ok(())
    }

    /// Tells this, and hangs up: says that nothing more comes, and throws away what the client
    /// still sends. (A socket that is closed with unread bytes in it is reset, and the reset may
    /// overtake our last words.)
    pub async fn last_words(&mut self, text: &str) -> io::Result<()> {
        self.tell(text);
        self.protocol.close(&mut self.bytes);
        self.flush().await?;
        self.stream.shutdown().await?;
        let mut rest = (&mut self.stream).take(IGNORED);
        let _ = timeout(FAREWELL, rest.read_to_end(&mut self.bytes.unread)).await;
        Ok(())
    }
}

/// Lines that end with `\n` or `\r\n`. It remembers whether it has heard one.
#[derive(Default)]
pub struct Lines(bool);

impl Protocol for Lines {
    fn hear(&mut self, bytes: &mut Bytes) -> Option<Heard> {
        let end = bytes.unread.iter().position(|&byte| byte == b'\n');
        let length = end.unwrap_or(bytes.unread.len());
        let returns = length > 0 && bytes.unread[length - 1] == b'\r';
        if length - usize::from(returns) > LONGEST {
            return Some(Heard::End(TOO_LONG));
        }
        let line: Vec<u8> = match end {
            Some(end) => bytes.unread.drain(..=end).collect(),
            None if !bytes.ended => return None,
            None if length == 0 => return Some(Heard::End(LEFT)),
            None => bytes.unread.drain(..).collect(), // `printf hello | nc …` has no last `\n`
        };
        let Ok(line) = String::from_utf8(line) else { return Some(Heard::NotUtf8) };
        // A web page can make a browser send a request here, with what the page likes in the lines
        // after the first.
        let is_first = !mem::replace(&mut self.0, true);
        if is_first && line.contains(" /") && line.ends_with(" HTTP/1.1\r\n") {
            return Some(Heard::End("This port is for lines; browsers have another."));
        }
        Some(Heard::Line(harmless(&line)))
    }

    fn tell(&mut self, text: &str, bytes: &mut Bytes) {
        bytes.unsent.extend(text.as_bytes());
    }
}

/// The line without what steers a terminal, or makes text run backwards.
pub fn harmless(line: &str) -> String {
    let turns = ['\u{61c}', '\u{200e}', '\u{200f}', '\u{2066}', '\u{2067}', '\u{2068}', '\u{2069}'];
    let steers = |letter: char| letter.is_control() || ('\u{2028}'..='\u{202e}').contains(&letter);
    line.replace(['\t', '\n'], " ").replace(steers, "").replace(turns, "").trim().to_owned()
}
