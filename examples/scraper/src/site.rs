//! What can a site do wrong? (The test site: it speaks HTTP by hand, because no library would let
//! it lie.)

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;

use kettle::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use kettle::net::{TcpListener, TcpStream};
use kettle::time::sleep;

/// What its first page links to, beside some good pages.
const LINKS: &[&str] = &[
    "/slow", "/broken", "/flaky", "/missing", "/huge", "/endless", "/drip", "/silent", "/garbage",
    "/cut-head", "/cut-body", "/too-short", "/too-long", "/wide-head", "/circle", "/self",
    "/far/0", "/nowhere", "/tls", "/private/tea", "/text", "/soup", "/moved", "//[", "mailto:a@b",
    "#here",
];
const GOOD: usize = 20;

pub async fn serve(listener: TcpListener) {
    let was_flaky = Arc::new(AtomicBool::new(false));
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                let was_flaky = was_flaky.clone();
                // An error is a visitor that has left.
                kettle::spawn(async move { visit(BufReader::new(stream), &was_flaky).await });
            }
            Err(_) => sleep(Duration::from_millis(100)).await,
        }
    }
}

async fn visit(mut stream: BufReader<TcpStream>, was_flaky: &AtomicBool) -> io::Result<()> {
    // Most answers leave the connection open for the next request.
    while let Some(path) = request(&mut stream).await? {
        match path.as_str() {
            "/" => page(&mut stream, "200 OK", "", &index()).await?,
            "/robots.txt" => {
                let rules = "User-agent: *\nDisallow: /private/\n";
                page(&mut stream, "200 OK", "Content-Type: text/plain\r\n", rules).await?;
            }
            path if path.starts_with("/slow") => {
                sleep(Duration::from_millis(500)).await;
                page(&mut stream, "200 OK", "", "<title>Slow</title>").await?;
            }
            "/broken" => page(&mut stream, "500 Internal Server Error", "", "it broke").await?,
            "/flaky" if !was_flaky.swap(true, Relaxed) => {
                page(&mut stream, "503 Service Unavailable", "Retry-After: 0\r\n", "").await?;
            }
            "/flaky" => page(&mut stream, "200 OK", "", "<title>At last</title>").await?,
            "/huge" => {
                stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 8000000000\r\n\r\n").await?;
                return forever(&mut stream, &[b'x'; 4096], Duration::ZERO).await;
            }
            "/endless" => {
                stream.write_all(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n").await?;
                let chunk = format!("1000\r\n{}\r\n", "tea ".repeat(0x400));
                return forever(&mut stream, chunk.as_bytes(), Duration::ZERO).await;
            }
            "/drip" => {
                stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await?;
                return forever(&mut stream, b"x", Duration::from_millis(100)).await;
            }
            "/wide-head" => {
                stream.write_all(b"HTTP/1.1 200 OK\r\nX: ").await?;
                return forever(&mut stream, &[b'x'; 4096], Duration::ZERO).await;
            }
            "/silent" => return stream.read_u8().await.map(drop),
            "/garbage" => return stream.write_all(b"\x00\xffthis is no HTTP\r\n\r\n").await,
            "/cut-head" => return stream.write_all(b"HTTP/1.1 200 OK\r\nConte").await,
            "/cut-body" => {
                let cut = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\nhalf";
                return stream.write_all(cut).await;
            }
            "/too-short" => {
                return stream
                    .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nshort")
                    .await;
            }
            "/too-long" => {
                return stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nlong").await;
            }
            "/circle" => redirect(&mut stream, "/elcric").await?,
            "/elcric" => redirect(&mut stream, "/circle").await?,
            "/self" => redirect(&mut stream, "").await?,
            "/nowhere" => redirect(&mut stream, "http://[").await?,
            "/tls" => redirect(&mut stream, "https://127.0.0.1/").await?,
            "/moved" => redirect(&mut stream, "/page/1#here").await?,
            "/text" => {
                page(&mut stream, "200 OK", "Content-Type: text/plain\r\n", "<a href=/x>").await?;
            }
            "/soup" => {
                page(
                    &mut stream,
                    "200 OK",
                    "Content-Type: TEXT/HTML\r\n",
                    "<title> A\n <b>&amp; B</title><a href='/'><",
                )
                .await?;
            }
            path => {
                match path.strip_prefix("/far/").and_then(|number| number.parse::<u64>().ok()) {
                    Some(number) => redirect(&mut stream, &format!("/far/{}", number + 1)).await?,
                    None if path.starts_with("/page/") => {
                        let text =
                            format!("<!doctype html><title>{path}</title>{}", "tea ".repeat(1000));
                        page(&mut stream, "200 OK", "", &text).await?;
                    }
                    None => page(&mut stream, "404 Not Found", "", "not here").await?,
                }
            }
        }
    }
    Ok(())
}

/// The path that is asked for, once the head has come; `None` at the end.
async fn request(stream: &mut BufReader<TcpStream>) -> io::Result<Option<String>> {
    let (mut head, mut stream) = (String::new(), stream.take(64 * 1024));
    while !head.ends_with("\r\n\r\n") {
        if stream.read_line(&mut head).await? == 0 {
            return Ok(None);
        }
    }
    Ok(head.split(' ').nth(1).map(str::to_owned))
}

async fn page(
    stream: &mut BufReader<TcpStream>,
    status: &str,
    headers: &str,
    body: &str,
) -> io::Result<()> {
    let kind = if headers.contains("Content-Type") { "" } else { "Content-Type: text/html\r\n" };
    let length = body.len();
    let page =
        format!("HTTP/1.1 {status}\r\n{kind}{headers}Content-Length: {length}\r\n\r\n{body}");
    stream.write_all(page.as_bytes()).await
}

async fn redirect(stream: &mut BufReader<TcpStream>, to: &str) -> io::Result<()> {
    page(stream, "302 Found", &format!("Location: {to}\r\n"), "").await
}

/// Until the visitor has enough of it.
async fn forever(
    stream: &mut BufReader<TcpStream>,
    bytes: &[u8],
    pause: Duration,
) -> io::Result<()> {
    loop {
        stream.write_all(bytes).await?;
        sleep(pause).await;
    }
}

fn index() -> String {
    let good = (1..=GOOD).map(|number| format!("/page/{number}"));
    let links = LINKS.iter().map(|&link| link.to_owned()).chain(good);
    let links: Vec<_> = links.map(|link| format!("<a href=\"{link}\">{link}</a>\n")).collect();
    format!("<!doctype html><title>A site\nwith everything</title>\n{}", links.concat())
}
