//! How do lines come and go over a stream of bytes?
//!
//! [`Wire`] is all that the chat knows of a connection. [`Plain`] is one for `nc` and telnet: any stream, TCP or in
//! memory, and lines that end with `\n` or `\r\n`. (`web.rs` has the one for browsers.) What a client sends is not to
//! be trusted: a line has at most [`LONGEST`] bytes and is UTF-8, and no control characters reach another's terminal.

use std::collections::VecDeque;
use std::future::{Future, poll_fn};
use std::io;
use std::pin::Pin;
use std::task::{Poll, ready};
use std::time::Duration;

use kettle::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf, copy, sink};
use kettle::time::timeout;

/// The most bytes of a line, without its end.
pub const LONGEST: usize = 1_000;
/// A client that takes nothing for so long is gone, or might as well be.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// What a client has sent.
#[derive(Debug, PartialEq, Eq)]
pub enum Heard {
    Line(String),
    NotUtf8,
    TooLong,
    End,
}

pub trait Wire: Send {
    /// The next line. Cancel safe: half a line stays in the wire.
    fn hear(&mut self) -> impl Future<Output = io::Result<Heard>> + Send;

    /// Writes lines, each with its `\n`; [`io::ErrorKind::TimedOut`] if the client doesn't read.
    fn tell(&mut self, text: &str) -> impl Future<Output = io::Result<()>> + Send;

    /// Says that nothing more comes, and throws away what the client still sends: a socket that is closed with
    /// unread bytes in it is reset, and the reset may overtake our last words.
    fn hang_up(&mut self) -> impl Future<Output = io::Result<()>> + Send;
}

pub struct Plain<S> {
    stream: S,
    unread: VecDeque<u8>,
    ended: bool,
}

impl<S> Plain<S> {
    pub fn new(stream: S) -> Plain<S> {
        Plain { stream, unread: VecDeque::new(), ended: false }
    }

    /// A whole line, if one has come.
    fn line(&mut self) -> Option<Heard> {
        let end = self.unread.iter().position(|&byte| byte == b'\n');
        // One byte more may be the `\r` before it.
        if end.unwrap_or(self.unread.len()) > LONGEST + 1 {
            return Some(Heard::TooLong);
        }
        let line: Vec<u8> = match end {
            Some(end) => self.unread.drain(..=end).collect(),
            None if !self.ended => return None,
            None if self.unread.is_empty() => return Some(Heard::End),
            None => self.unread.drain(..).collect(), // `printf hello | nc …` has no last `\n`
        };
        if self.unread.is_empty() {
            self.unread = VecDeque::new(); // gives its memory back
        }
        Some(text(without_telnet(&line)))
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin + Send> Wire for Plain<S> {
    async fn hear(&mut self) -> io::Result<Heard> {
        loop {
            if let Some(heard) = self.line() {
                return Ok(heard);
            }
            self.ended = read_more(&mut self.stream, &mut self.unread).await? == 0;
        }
    }

    async fn tell(&mut self, text: &str) -> io::Result<()> {
        let mut rest = text.as_bytes();
        while !rest.is_empty() {
            // The limit begins anew with each write: a client that reads slowly does read.
            let taken = timeout(PATIENCE, self.stream.write(rest)).await??;
            rest = &rest[taken..];
        }
        Ok(())
    }

    async fn hang_up(&mut self) -> io::Result<()> {
        hang_up(&mut self.stream).await
    }
}

/// Reads once, as much as has come; 0 at the end.
///
/// The buffer is on the stack of one poll. As a local variable of an `async fn` it would be in its future, for each
/// client and also while nothing comes.
pub(crate) async fn read_more(
    stream: &mut (impl AsyncRead + Unpin),
    unread: &mut VecDeque<u8>,
) -> io::Result<usize> {
    poll_fn(|cx| {
        let mut bytes = [0; 1024];
        let mut bytes = ReadBuf::new(&mut bytes);
        ready!(Pin::new(&mut *stream).poll_read(cx, &mut bytes))?;
        unread.extend(bytes.filled());
        Poll::Ready(Ok(bytes.filled().len()))
    })
    .await
}

/// [`Wire::hang_up`]. A client that goes on and on is listened to neither long nor much.
pub(crate) async fn hang_up(stream: &mut (impl AsyncRead + AsyncWrite + Unpin)) -> io::Result<()> {
    stream.shutdown().await?;
    let (mut rest, mut nowhere) = (stream.take(64 * 1024), sink());
    let drained = timeout(Duration::from_secs(1), copy(&mut rest, &mut nowhere));
    drained.await.unwrap_or(Ok(0)).map(drop)
}

/// The line that was meant.
pub(crate) fn text(line: Vec<u8>) -> Heard {
    match String::from_utf8(line) {
        Ok(line) => {
            let line = line.replace(['\t', '\n'], " ").replace(char::is_control, "");
            Heard::Line(line.trim().to_owned())
        }
        Err(_) => Heard::NotUtf8,
    }
}

/// Takes out what a telnet client says to the telnet protocol. It begins with byte 255, which is in no UTF-8.
fn without_telnet(line: &[u8]) -> Vec<u8> {
    let mut text = Vec::with_capacity(line.len());
    let mut bytes = line.iter();
    while let Some(&byte) = bytes.next() {
        match (byte, if byte == 255 { bytes.next() } else { None }) {
            (255, Some(251..=254)) => drop(bytes.next()), // will, won't, do, don't: and which option
            (255, Some(250)) => while bytes.next().is_some_and(|&byte| byte != 240) {}, // until its end
            (255, Some(240..=249)) => {}                                                // a command
            (byte, _) => text.push(byte),
        }
    }
    text
}
