//! Bugs of published packages that need two ends, and most of them a fault of the network.
//!
//! Each case is a test as a user would write it for tokio, both ends of each connection in it, and
//! holds whatever the network does. With the versions that have the bugs a search finds a seed in
//! which it fails, and shrinks it to few decisions; with the fixed ones a thousand seeds pass. The
//! cases are played by [`told`], in a process each.

use std::env;
use std::fs;
use std::io;
use std::net::SocketAddr;
use std::process::Command;
use std::time::Duration;

use bytes::Bytes;
use futures_util::StreamExt;
use http_body_util::Empty;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufStream};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::time::{sleep, timeout};
use tokio_util::codec::{Framed, LengthDelimitedCodec};

// Where that is fixed.
#[cfg(not(feature = "buggy"))]
use late as redis;

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);

/// A test, and the faults that it is searched with.
const CASES: [(&str, &str); 5] = [
    ("framed_goes_on", "net.cut"),
    ("hyper_hints", ""),
    ("hyper_util_version", "net"),
    ("redis_driver", "net"),
    ("redis_late_answer", "net.delay"),
];

#[test]
fn told() {
    for (name, faults) in CASES {
        let report = env::temp_dir().join(format!("kettle-report-{}-{name}", std::process::id()));
        let mut command = Command::new(env::current_exe().unwrap());
        command.args(["--exact", name, "--ignored", "--test-threads", "1"]);
        command.env("KETTLE_SEEDS", "1000").env("KETTLE_FAULTS", faults);
        let output = command.env("KETTLE_REPORT", &report).output().unwrap();
        let told = fs::read_to_string(&report).unwrap();
        fs::remove_file(report).unwrap();
        println!("{told}");
        let is_short =
            ["1 of ", "2 of ", "3 of "].iter().any(|it| told.contains(&format!("\"say\":\"{it}")));
        let is_right = if cfg!(feature = "buggy") {
            is_short
        } else {
            told.contains("\\\"first branch, first task\\\" and 1000 seeds pass\"")
        };
        assert!(is_right, "{name}: {told}\n{}", String::from_utf8_lossy(&output.stderr));
    }
}

/// A server that does this with each connection, in a task.
async fn serves<F>(each: impl Fn(TcpStream) -> F + Send + 'static) -> SocketAddr
where
    F: Future<Output = io::Result<()>> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(each(stream));
        }
    });
    address
}

/// tokio #3976, tokio-util 0.6.8 → 0.6.9: the stream goes on after an error, which comes again and
/// again if half a frame is left.
#[tokio::test]
#[ignore = "run by `told`"]
async fn framed_goes_on() {
    let (ends, mut ended) = mpsc::channel(1);
    let server = serves(move |stream| {
        let ends = ends.clone();
        async move {
            let frames = Framed::new(stream, LengthDelimitedCodec::new());
            let errors = frames.take(9).filter(|frame| std::future::ready(frame.is_err()));
            let _ = ends.send(errors.count().await).await;
            Ok(())
        }
    });
    let to = server.await;
    let say = async {
        let mut stream = TcpStream::connect(to).await?;
        stream.write_u32(3).await?;
        stream.write_all(b"tea").await
    };
    let _ = say.await;
    let errors = timeout(MINUTE, ended.recv()).await.expect("its end is noticed");
    assert!(errors.unwrap() < 2, "it goes on after an error");
}

/// hyper #3811, 1.5.1 → 1.5.2: of a head that comes in two parts, and is only a hint, the length of
/// the first part is kept for the next head, which may be shorter.
#[tokio::test]
#[ignore = "run by `told`"]
async fn hyper_hints() {
    let server = serves(async |mut stream| {
        let mut asked = [0; 1024];
        while stream.read(&mut asked).await? > 0 {
            let hints = "link: </tea.css>; rel=preload; as=style\r\n".repeat(3);
            stream.write_all(format!("HTTP/1.1 103 Early Hints\r\n{hints}\r\n").as_bytes()).await?;
            sleep(SECOND).await;
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await?;
        }
        Ok(())
    });
    let stream = TokioIo::new(TcpStream::connect(server.await).await.unwrap());
    let (mut sender, connection) = hyper::client::conn::http1::handshake(stream).await.unwrap();
    let connection = tokio::spawn(connection);
    let request = Request::get("/").header("host", "here").body(Empty::<Bytes>::new()).unwrap();
    let _ = sender.send_request(request).await;
    drop(sender);
    let _ = connection.await.expect("no panic");
}

/// hyper #3576, hyper-util 0.1.3 → 0.1.4: a shutdown waits for the first bytes of a request.
#[tokio::test]
#[ignore = "run by `told`"]
async fn hyper_util_version() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let client = tokio::spawn(async move {
        let mut stream = TcpStream::connect(address).await?;
        sleep(2 * SECOND).await; // the shutdown comes before
        stream.write_all(b"GET / HTTP/1.1\r\nhost: here\r\n\r\n").await?;
        stream.read(&mut [0; 1024]).await
    });
    let (stream, _) = listener.accept().await.unwrap();
    let builder = auto::Builder::new(TokioExecutor::new());
    let service = service_fn(async |_: Request<Incoming>| {
        Ok::<_, io::Error>(Response::new(Empty::<Bytes>::new()))
    });
    let serving = builder.serve_connection(TokioIo::new(stream), service);
    tokio::pin!(serving);
    if timeout(SECOND, &mut serving).await.is_err() {
        serving.as_mut().graceful_shutdown();
        let ended = timeout(MINUTE, serving).await;
        assert!(ended.is_ok(), "it is not shut down after a minute");
    }
    drop(client);
}

/// A server that says each key that it is asked for, and `OK` to all else.
async fn says_key(stream: TcpStream) -> io::Result<()> {
    let mut lines = BufStream::new(stream);
    let mut line = String::new();
    while lines.read_line(&mut line).await? > 0 {
        let count: usize = line[1..].trim().parse().map_err(io::Error::other)?;
        let mut words = Vec::new();
        for _ in 0..2 * count {
            line.clear();
            lines.read_line(&mut line).await?;
            words.push(line.trim().to_owned());
        }
        let answer = match &words[..] {
            [_, get, _, key] if get == "GET" => format!("${}\r\n{key}\r\n", key.len()),
            _ => "+OK\r\n".to_owned(),
        };
        lines.write_all(answer.as_bytes()).await?;
        lines.flush().await?;
        line.clear();
    }
    Ok(())
}

/// redis-rs #563, 0.21.4 → 0.25.4: a connection that is lost while it is set up is a panic.
#[tokio::test]
#[ignore = "run by `told`"]
async fn redis_driver() {
    let to = serves(says_key).await;
    let client = redis::Client::open(format!("redis://{to}/1")).unwrap();
    let _ = timeout(MINUTE, client.get_multiplexed_async_connection()).await;
}

/// redis-rs #325, `aio::Connection` of 0.25.4, and what replaced it: after a request that was given
/// up, the next one gets its answer.
#[tokio::test]
#[ignore = "run by `told`"]
async fn redis_late_answer() {
    let to = serves(says_key).await;
    let client = late::Client::open(format!("redis://{to}/")).unwrap();
    #[cfg(feature = "buggy")]
    #[expect(deprecated, reason = "for this bug")]
    let connection = client.get_async_connection().await;
    #[cfg(not(feature = "buggy"))]
    let connection = client.get_multiplexed_async_connection().await;
    let mut connection = connection.unwrap();
    for key in ["tea", "milk"] {
        let mut get = late::cmd("GET");
        let answer = get.arg(key).query_async::<_, String>(&mut connection);
        if let Ok(answer) = timeout(SECOND / 2, answer).await {
            assert_eq!(answer.unwrap(), key);
        }
    }
}
