//! What happens in one request, from the connection to the last byte?
//!
//! [`get`] has three parts, each with a time of its own: the connection, the head, the body. It
//! follows nothing, and knows no rules of hosts (`host.rs`). Requests share nothing: each has a
//! connection of its own.

use std::error::Error;
use std::str;
use std::time::Duration;

use http_body_util::{BodyExt, Empty, LengthLimitError, Limited};
use hyper::body::Bytes;
use hyper::client::conn::http1::{Builder, SendRequest};
use hyper::header::{ACCEPT_ENCODING, CONNECTION, HOST, HeaderName, USER_AGENT};
use hyper::{Request, Response};
use kettle::net::TcpStream;
use kettle::time::timeout;
use url::{Position, Url};

use crate::limits::Limits;
use crate::wire::Wire;

/// The name under which robots.txt may speak to us.
pub const NAME: &str = "kettle-scraper";

/// Enough for the heads of real sites. hyper keeps so much of a head that doesn't end.
const LARGEST_HEAD: usize = 64 * 1024;

pub type Answer = Response<Bytes>;
type AnyError = Box<dyn Error + Send + Sync>;

#[derive(Debug)]
pub struct Failure {
    pub why: String,
    /// The same would happen again.
    pub lasts: bool,
}

pub async fn get(url: &Url, most: usize, limits: &Limits) -> Result<Answer, Failure> {
    let mut connection = within("connection", limits.connect, connect(url)).await?;
    let head = async { Ok::<_, AnyError>(connection.send_request(request(url)?).await?) };
    let (head, body) = within("head", limits.head, head).await?.into_parts();
    let body = within("body", limits.body, Limited::new(body, most).collect()).await?;
    Ok(Response::from_parts(head, body.to_bytes()))
}

pub fn header(answer: &Answer, name: HeaderName) -> Option<&str> {
    str::from_utf8(answer.headers().get(name)?.as_bytes()).ok()
}

/// Requests, whose bodies are empty, go into what is returned.
async fn connect(url: &Url) -> Result<SendRequest<Empty<Bytes>>, AnyError> {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']); // `[::1]` in URLs
    let stream = TcpStream::connect((host, url.port_or_known_default().unwrap_or(80))).await?;
    stream.set_nodelay(true)?;
    let mut http = Builder::new();
    let (sender, connection) = http.max_buf_size(LARGEST_HEAD).handshake(Wire(stream)).await?;
    // It moves the bytes, and ends when its `sender` is dropped, also in the middle of an answer.
    // Its errors reach the sender as well, so its handle is dropped.
    kettle::spawn(connection);
    Ok(sender)
}

fn request(url: &Url) -> hyper::http::Result<Request<Empty<Bytes>>> {
    Request::get(&url[Position::BeforePath..Position::AfterQuery])
        .header(HOST, &url[Position::BeforeHost..Position::AfterPort])
        .header(USER_AGENT, NAME)
        .header(ACCEPT_ENCODING, "identity") // a request without it accepts any, and we can't unpack
        .header(CONNECTION, "close")
        .body(Empty::new())
}

/// A part of a request, in its time. Dropping the future is all that it takes to give it up: the
/// connection closes.
async fn within<T, E: Into<AnyError>>(
    part: &str,
    seconds: u16,
    future: impl Future<Output = Result<T, E>>,
) -> Result<T, Failure> {
    let error = match timeout(Duration::from_secs(seconds.into()), future).await {
        Ok(Ok(done)) => return Ok(done),
        Ok(Err(error)) => error.into(),
        Err(_) => format!("not within {seconds} s").into(),
    };
    // What is no HTTP now, or too large, will be so in a second, too.
    let lasts = error.downcast_ref::<hyper::Error>().is_some_and(hyper::Error::is_parse)
        || error.is::<LengthLimitError>()
        || error.is::<hyper::http::Error>();
    // hyper's errors don't say their causes themselves.
    let why = format!("{part}: {:#}", anyhow::Error::from_boxed(error));
    Err(Failure { why, lasts })
}
