//! How does a browser take part?
//!
//! `GET /` gets the page, and the page asks for a WebSocket. From then on [`Web`] is a [`Wire`] like the
//! other: a line is a message. `tungstenite` knows the protocol; it reads from one buffer and writes to another
//! ([`Bytes`]), never to a socket, so it needs to know nothing of tasks and we need to know nothing of frames.

use std::collections::VecDeque;
use std::io::{self, ErrorKind, Read, Write};
use std::sync::Arc;
use std::time::Duration;

use kettle::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use kettle::time::timeout;
use tungstenite::handshake::machine::TryParse;
use tungstenite::handshake::server::{Request, create_response, write_response};
use tungstenite::protocol::{Role, WebSocketConfig};
use tungstenite::{Error, Message, WebSocket};

use crate::client;
use crate::rooms::Chat;
use crate::wire::{self, Heard, LONGEST, PATIENCE, Wire};

const PAGE: &str = include_str!("page.html");
/// The most bytes of a request, and how long it may take to come.
const REQUEST: usize = 8 * 1024;
const REQUEST_TIME: Duration = Duration::from_secs(10);

/// Answers one request: with the page, or by becoming a client of the chat.
pub async fn serve<S>(mut stream: S, chat: Arc<Chat>) -> io::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin + Send,
{
    let mut bytes = Bytes::default();
    let request = timeout(REQUEST_TIME, request(&mut stream, &mut bytes.unread)).await?;
    let answer = match request.map(|request| (create_response(&request), request)) {
        Ok((Ok(shaken), _)) => {
            write_response(&mut bytes.unsent, &shaken).map_err(io::Error::other)?;
            return client::serve(Web::new(stream, bytes), chat).await;
        }
        Ok((_, request)) if request.uri() == "/" => answer("200 OK", "text/html", PAGE),
        Ok(_) => answer("404 Not Found", "text/plain", "There is only /.\n"),
        Err(_) => answer("400 Bad Request", "text/plain", "That is no request.\n"),
    };
    timeout(PATIENCE, stream.write_all(answer.as_bytes())).await??;
    wire::hang_up(&mut stream).await
}

/// Reads to the end of a request's head. What has come after it stays in `unread`.
async fn request<S: AsyncRead + Unpin>(
    stream: &mut S,
    unread: &mut VecDeque<u8>,
) -> io::Result<Request> {
    while unread.len() < REQUEST && wire::read_more(stream, unread).await? > 0 {
        let parsed = Request::try_parse(unread.make_contiguous()).map_err(io::Error::other)?;
        if let Some((length, request)) = parsed {
            unread.drain(..length);
            return Ok(request);
        }
    }
    Err(ErrorKind::InvalidData.into())
}

fn answer(status: &str, kind: &str, body: &str) -> String {
    format!(
        "HTTP/1.1 {status}\r\nContent-Type: {kind}; charset=utf-8\r\nContent-Length: {}\r\n\
         Connection: close\r\n\r\n{body}",
        body.len()
    )
}

/// A client that speaks WebSocket.
struct Web<S> {
    stream: S,
    socket: WebSocket<Bytes>,
}

/// What has come and is not parsed yet, and what is to be sent.
#[derive(Default)]
struct Bytes {
    unread: VecDeque<u8>,
    unsent: VecDeque<u8>,
}

impl<S: AsyncRead + AsyncWrite + Unpin + Send> Web<S> {
    fn new(stream: S, bytes: Bytes) -> Web<S> {
        let most = Some(LONGEST);
        let limits = WebSocketConfig::default().max_message_size(most).max_frame_size(most);
        // Otherwise 128 KiB for each client.
        let limits = limits.read_buffer_size(1024).write_buffer_size(0);
        Web { stream, socket: WebSocket::from_raw_socket(bytes, Role::Server, Some(limits)) }
    }

    /// Cancel safe: `write` either takes bytes or has sent none.
    async fn send(&mut self) -> io::Result<()> {
        while !self.socket.get_ref().unsent.is_empty() {
            let unsent = self.socket.get_ref().unsent.as_slices().0;
            let sent = timeout(PATIENCE, self.stream.write(unsent)).await??;
            self.socket.get_mut().unsent.drain(..sent);
        }
        Ok(())
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin + Send> Wire for Web<S> {
    async fn hear(&mut self) -> io::Result<Heard> {
        loop {
            match self.socket.read() {
                Ok(Message::Text(line)) => return Ok(wire::text(line.as_bytes().to_vec())),
                Ok(Message::Close(_)) => return Ok(Heard::End),
                // A ping, which is answered with the next `read`, or bytes, which nobody asked for. It counts as
                // a line, so that its sender, too, is read more slowly.
                Ok(_) => return Ok(Heard::Line(String::new())),
                Err(Error::Capacity(_)) => return Ok(Heard::TooLong),
                Err(Error::Utf8(_)) => return Err(ErrorKind::InvalidData.into()),
                Err(Error::Io(error)) if error.kind() == ErrorKind::WouldBlock => {
                    self.send().await?;
                    let unread = &mut self.socket.get_mut().unread;
                    if wire::read_more(&mut self.stream, unread).await? == 0 {
                        return Ok(Heard::End);
                    }
                }
                Err(error) => return Err(io::Error::other(error)),
            }
        }
    }

    async fn tell(&mut self, text: &str) -> io::Result<()> {
        // A client that has sent its close frame gets ours, and no lines before it.
        if self.socket.can_write() {
            for line in text.lines() {
                self.socket.send(Message::text(line)).map_err(io::Error::other)?;
            }
        }
        self.send().await
    }

    async fn hang_up(&mut self) -> io::Result<()> {
        let _ = self.socket.close(None); // an error says that both sides have closed it
        self.send().await?;
        wire::hang_up(&mut self.stream).await
    }
}

impl Read for Bytes {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match self.unread.read(into)? {
            // Not the end: more may come.
            0 => Err(ErrorKind::WouldBlock.into()),
            read => Ok(read),
        }
    }
}

impl Write for Bytes {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.unsent.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
