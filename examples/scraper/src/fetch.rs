//! What happens in one request, from the connection to the last byte?
//!
//! [`get`] has three parts, each with a time of its own: connecting, the head, the body. It neither repeats nor follows
//! anything: that is up to `crawl.rs`, because it needs a new turn at the host.

use std::error::Error;
use std::fmt::Write;
use std::future::{Future, poll_fn};
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use hyper::body::{Body, Incoming};
use hyper::client::conn::http1::{Builder, SendRequest};
use hyper::header::{ACCEPT, ACCEPT_ENCODING, HOST, HeaderMap, HeaderName, USER_AGENT};
use hyper::{Request, StatusCode};
use kettle::net::TcpStream;
use kettle::time::timeout;
use url::{Position, Url};

use crate::limits::Limits;
use crate::wire::Wire;

/// The name under which robots.txt may speak to us.
pub const NAME: &str = "kettle-scraper";

/// Enough for the heads of real sites. hyper keeps so much of a head that doesn't end.
const LARGEST_HEAD: usize = 64 * 1024;

/// Requests go into it; a task of its own moves the bytes. The type is that of a request's body: empty.
pub type Connection = SendRequest<String>;

pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
    /// Good for another request to the same host, unless the host has closed it.
    pub connection: Connection,
}

impl Answer {
    pub fn header(&self, name: HeaderName) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Does the host ask us to come again?
    pub fn is_passing(&self) -> bool {
        self.status.is_server_error() || self.status == StatusCode::TOO_MANY_REQUESTS
    }
}

pub enum Failure {
    /// Worth another try.
    Passing(String),
    /// The same would happen again.
    Lasting(String),
}

pub async fn get(
    url: Url,
    kept: Option<Connection>,
    limits: Arc<Limits>,
) -> Result<Answer, Failure> {
    let mut connection = within(limits.connect, "no connection", connected(&url, kept)).await?;
    let request = Request::get(&url[Position::BeforePath..Position::AfterQuery])
        .header(HOST, &url[Position::BeforeHost..Position::AfterPort])
        .header(USER_AGENT, NAME)
        .header(ACCEPT, "text/html, */*;q=0.5")
        .header(ACCEPT_ENCODING, "identity") // a request without it accepts any, and we can't unpack
        .body(String::new())
        .map_err(|error| Failure::Lasting(told(&error)))?;
    let head = within(limits.head, "no answer", connection.send_request(request)).await?;
    let (parts, body) = head.into_parts();
    let body = within(limits.body, "no end of the body", whole(body, limits.bytes)).await?;
    Ok(Answer { status: parts.status, headers: parts.headers, body, connection })
}

async fn connected(url: &Url, kept: Option<Connection>) -> Result<Connection, Failure> {
    if let Some(mut kept) = kept
        && kept.ready().await.is_ok()
    {
        return Ok(kept);
    }
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']); // `[::1]` in URLs
    let stream = TcpStream::connect((host, url.port_or_known_default().unwrap_or(80))).await?;
    stream.set_nodelay(true)?;
    let mut http = Builder::new();
    let (sender, connection) = http.max_buf_size(LARGEST_HEAD).handshake(Wire(stream)).await?;
    // It ends when its `sender` is dropped, also in the middle of an answer. Its errors reach the
    // sender as well.
    kettle::spawn(connection);
    Ok(sender)
}

async fn whole(mut body: Incoming, most: usize) -> Result<Vec<u8>, Failure> {
    let too_large = || Failure::Lasting(format!("the body is larger than {most} bytes"));
    // What the host promises, before anything of it is read.
    if body.size_hint().lower() > most as u64 {
        return Err(too_large());
    }
    let mut bytes = Vec::new();
    while let Some(frame) = poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await {
        let Ok(data) = frame?.into_data() else { continue }; // trailers
        if bytes.len() + data.len() > most {
            return Err(too_large());
        }
        bytes.extend_from_slice(&data);
    }
    Ok(bytes)
}

/// Dropping a future is all that it takes to give it up: its connection closes.
async fn within<T, E: Into<Failure>>(
    limit: Duration,
    missing: &str,
    future: impl Future<Output = Result<T, E>>,
) -> Result<T, Failure> {
    match timeout(limit, future).await {
        Ok(ended) => ended.map_err(Into::into),
        Err(_) => Err(Failure::Passing(format!("{missing} within {limit:?}"))),
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Failure {
        Failure::Passing(told(&error))
    }
}

impl From<hyper::Error> for Failure {
    fn from(error: hyper::Error) -> Failure {
        // What is no HTTP now will be none in a second either.
        if error.is_parse() {
            Failure::Lasting(told(&error))
        } else {
            Failure::Passing(told(&error))
        }
    }
}

/// With its causes, which hyper's errors don't say themselves.
fn told(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let _ = write!(text, ": {error}");
        cause = error.source();
    }
    text
}
