//! What happens in one request, from the connection to the last byte?
//!
//! [`Client::get`] has three parts, each with a time of its own: the connection, the head, the body. It follows nothing,
//! and knows no rules of hosts (`host.rs`). What it does share between requests are connections.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::error::Error;
use std::fmt::Write;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::{BodyExt, Empty, LengthLimitError, Limited};
use hyper::body::Bytes;
use hyper::client::conn::http1::{Builder, SendRequest};
use hyper::header::{
    ACCEPT, ACCEPT_ENCODING, HOST, HeaderMap, HeaderName, RETRY_AFTER, USER_AGENT,
};
use hyper::{Request, StatusCode};
use kettle::net::TcpStream;
use kettle::sync::Semaphore;
use kettle::time::timeout;
use parking_lot::Mutex;
use url::{Position, Url};

use crate::limits::Limits;
use crate::wire::Wire;

/// The name under which robots.txt may speak to us.
pub const NAME: &str = "kettle-scraper";

/// Enough for the heads of real sites. hyper keeps so much of a head that doesn't end.
const LARGEST_HEAD: usize = 64 * 1024;

/// Requests, whose bodies are empty, go into it. A task of its own moves the bytes.
type Connection = SendRequest<Empty<Bytes>>;

type AnyError = Box<dyn Error + Send + Sync>;

pub struct Client {
    pub limits: Limits,
    /// A permit for each request that may run.
    pub at_once: Arc<Semaphore>,
    /// Connections that no request uses, with the name of the host, the newest first.
    idle: Mutex<VecDeque<(String, Connection)>>,
}

#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

#[derive(Debug)]
pub struct Failure {
    pub why: String,
    /// The same would happen again.
    pub lasts: bool,
}

impl Client {
    pub fn new(limits: Limits) -> Client {
        let at_once = Arc::new(Semaphore::new(limits.at_once.get().into()));
        Client { limits, at_once, idle: Mutex::default() }
    }

    pub async fn get(&self, url: &Url, most: usize) -> Result<Answer, Failure> {
        let host = url.origin().ascii_serialization();
        let mut kept = self.kept(&host);
        loop {
            let is_new = kept.is_none();
            let mut connection = match kept.take() {
                Some(connection) => connection,
                None => within("connection", self.limits.connect, connect(url)).await?,
            };
            let head = async {
                connection.ready().await?;
                Ok::<_, AnyError>(connection.send_request(request(url)?).await?)
            };
            let head = match within("head", self.limits.head, head).await {
                // The host may drop a kept connection at any time, also while we send. Then it takes a new one, and no
                // new try.
                Err(failure) if !is_new && !failure.lasts => continue,
                head => head?,
            };
            let (parts, body) = head.into_parts();
            let body = Limited::new(body, most).collect();
            let body = within("body", self.limits.body, body).await?.to_bytes();
            self.idle.lock().push_front((host, connection));
            return Ok(Answer { status: parts.status, headers: parts.headers, body });
        }
    }

    /// A connection to that host. What is left of the others gives way to those in use: together they are never more
    /// than requests may run.
    fn kept(&self, host: &str) -> Option<Connection> {
        let mut idle = self.idle.lock();
        let place = idle.iter().position(|(name, _)| name == host);
        let kept = place.and_then(|place| idle.remove(place));
        idle.truncate(self.at_once.available_permits());
        kept.map(|(_, connection)| connection)
    }
}

impl Answer {
    pub fn header(&self, name: HeaderName) -> Option<Cow<'_, str>> {
        Some(String::from_utf8_lossy(self.headers.get(name)?.as_bytes()))
    }

    /// Does the host ask us to come again?
    pub fn is_passing(&self) -> bool {
        self.status.is_server_error() || self.status == StatusCode::TOO_MANY_REQUESTS
    }

    /// For how long it asks us to leave it alone. (It may also say until when. That counts as nothing.)
    pub fn retry_after(&self) -> Option<Duration> {
        let seconds = self.header(RETRY_AFTER).filter(|_| self.is_passing())?;
        seconds.parse().ok().map(Duration::from_secs)
    }
}

async fn connect(url: &Url) -> Result<Connection, AnyError> {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']); // `[::1]` in URLs
    let stream = TcpStream::connect((host, url.port_or_known_default().unwrap_or(80))).await?;
    stream.set_nodelay(true)?;
    let mut http = Builder::new();
    let (sender, connection) = http.max_buf_size(LARGEST_HEAD).handshake(Wire(stream)).await?;
    // A task of its own, because it goes on between two requests. It ends when its `sender` is dropped, also in the
    // middle of an answer. Its errors reach the sender as well, so its handle is dropped.
    kettle::spawn(connection);
    Ok(sender)
}

fn request(url: &Url) -> hyper::http::Result<Request<Empty<Bytes>>> {
    Request::get(&url[Position::BeforePath..Position::AfterQuery])
        .header(HOST, &url[Position::BeforeHost..Position::AfterPort])
        .header(USER_AGENT, NAME)
        .header(ACCEPT, "text/html, */*;q=0.5")
        .header(ACCEPT_ENCODING, "identity") // a request without it accepts any, and we can't unpack
        .body(Empty::new())
}

/// A part of a request, in its time. Dropping the future is all that it takes to give it up: the connection closes.
async fn within<T, E: Into<AnyError>>(
    part: &str,
    limit: Duration,
    future: impl Future<Output = Result<T, E>>,
) -> Result<T, Failure> {
    let error = match timeout(limit, future).await {
        Ok(Ok(done)) => return Ok(done),
        Ok(Err(error)) => error.into(),
        Err(_) => format!("not within {limit:?}").into(),
    };
    // hyper's errors don't say their causes themselves.
    let mut why = format!("{part}: {error}");
    let mut cause = error.source();
    while let Some(error) = cause {
        let _ = write!(why, ": {error}");
        cause = error.source();
    }
    // What is no HTTP now, or too large, will be so in a second, too.
    let lasts = error.downcast_ref::<hyper::Error>().is_some_and(hyper::Error::is_parse)
        || error.is::<LengthLimitError>()
        || error.is::<hyper::http::Error>();
    Err(Failure { why, lasts })
}
