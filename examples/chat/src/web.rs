//! How does a browser take part?
//!
//! `GET /` gets the page, and the page asks for a WebSocket. From then on the browser's connection
//! speaks [`Web`], in which a line is a message. `tungstenite` knows that protocol; it reads and
//! writes our [`Bytes`], never a socket, so it needs to know nothing of tasks and we need to know
//! nothing of frames.

use std::io::{self, ErrorKind, Read, Write};
use std::sync::Arc;
use std::time::Duration;

use kettle::time::timeout;
use tungstenite::handshake::machine::TryParse;
use tungstenite::handshake::server::{Request, create_response, write_response};
use tungstenite::protocol::frame::coding::CloseCode;
use tungstenite::protocol::{CloseFrame, Role, WebSocketConfig, WebSocketContext};
use tungstenite::{Error, Message};

use crate::client;
use crate::connection::{self, Bytes, Connection, Heard, LONGEST, Lines, Protocol, Stream};
use crate::rooms::Chat;

const PAGE: &str =
    concat!("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n", include_str!("page.html"));
pub const FULL: &str = "HTTP/1.1 503 Service Unavailable\r\n\r\nThe server is full.\n";
/// The most bytes of a request, and how long it may take to come.
const REQUEST: usize = 8 * 1024;
const REQUEST_TIME: Duration = Duration::from_secs(10);

/// Answers one request: with the page, or by becoming a client of the chat.
pub async fn serve(mut browser: Connection<impl Stream, Lines>, chat: Arc<Chat>) -> io::Result<()> {
    let request = timeout(REQUEST_TIME, request(&mut browser)).await?;
    match shake_hands(request, &mut browser.bytes) {
        Ok(()) => client::serve(browser.speak(Web::default()), chat).await,
        Err(answer) => browser.last_words(answer).await,
    }
}

/// Puts the answer after which the connection is a WebSocket, or returns another, which ends it.
fn shake_hands(request: io::Result<Request>, bytes: &mut Bytes) -> Result<(), &'static str> {
    let request = request.map_err(|_| "HTTP/1.1 400 Bad Request\r\n\r\nThat is no request.\n")?;
    // Any site's page may open a WebSocket to any address, and the browser says whose page it is.
    // Ours has our address.
    let header = |name| request.headers().get(name)?.to_str().ok();
    if let Some(origin) = header("origin")
        && origin.split_once("://").map(|(_, host)| host) != header("host")
    {
        return Err("HTTP/1.1 403 Forbidden\r\n\r\nThat is another site's page.\n");
    }
    // What asks for no WebSocket gets the page, whatever its path.
    let answer = create_response(&request).map_err(|_| PAGE)?;
    write_response(bytes, &answer).map_err(|_| PAGE)
}

/// Reads to the end of a request's head. What has come after it stays unread.
async fn request(browser: &mut Connection<impl Stream, Lines>) -> io::Result<Request> {
    while browser.bytes.unread.len() < REQUEST && !browser.bytes.ended {
        browser.read_more().await?;
        let parsed = Request::try_parse(&browser.bytes.unread);
        if let Some((length, request)) = parsed.map_err(io::Error::other)? {
            browser.bytes.unread.drain(..length);
            return Ok(request);
        }
    }
    Err(ErrorKind::InvalidData.into())
}

/// WebSocket, the server's side.
pub struct Web {
    socket: WebSocketContext,
    /// What our close frame says.
    code: CloseCode,
}

impl Default for Web {
    fn default() -> Web {
        let most = Some(LONGEST);
        let limits = WebSocketConfig::default().max_message_size(most).max_frame_size(most);
        // Otherwise 128 KiB for each client. Nothing is kept back to be written later (0): that is
        // what our bytes are for.
        let limits = limits.read_buffer_size(1024).write_buffer_size(0);
        Web { socket: WebSocketContext::new(Role::Server, Some(limits)), code: CloseCode::Normal }
    }
}

impl Protocol for Web {
    fn hear(&mut self, bytes: &mut Bytes) -> Option<Heard> {
        let why;
        (self.code, why) = match self.socket.read(bytes) {
            Ok(Message::Text(line)) => return Some(Heard::Line(connection::harmless(&line))),
            Ok(Message::Close(_)) => (CloseCode::Normal, connection::LEFT),
            // A ping, which the next `read` answers, or bytes, for which there is no use. It counts
            // as a line, so that its sender, too, is read more slowly.
            Ok(_) => return Some(Heard::Line(String::new())),
            Err(Error::Io(_)) if bytes.ended => (CloseCode::Normal, connection::LEFT),
            Err(Error::Io(_)) => return None, // all has been read
            Err(Error::Capacity(_)) => (CloseCode::Size, connection::TOO_LONG),
            Err(Error::Utf8(_)) => (CloseCode::Invalid, "That was not UTF-8."),
            Err(_) => (CloseCode::Protocol, "That was no frame of a WebSocket."),
        };
        Some(Heard::End(why))
    }

    fn tell(&mut self, text: &str, bytes: &mut Bytes) {
        for line in text.lines() {
            // An error says that the client has sent its close frame: it gets ours, and no lines
            // before it.
            let _ = self.socket.write(bytes, Message::text(line));
        }
    }

    fn close(&mut self, bytes: &mut Bytes) {
        let frame = CloseFrame { code: self.code, reason: "".into() };
        // An error says that both sides have closed it.
        let _ = self.socket.close(bytes, Some(frame));
    }
}

impl Read for Bytes {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.unread.is_empty() {
            return Err(ErrorKind::WouldBlock.into()); // not the end: more may come
        }
        let read = self.unread.as_slice().read(into)?;
        self.unread.drain(..read);
        Ok(read)
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
