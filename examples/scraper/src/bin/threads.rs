// The same task with a thread for each request, and with sockets of the standard library, which block. It is here to be
// measured beside the scraper: `scraper-threads FILE` fetches the URLs of a list, all at once.
//
// It has the scraper's reader of HTML and its lines, and less than the scraper otherwise: no limits, no robots.txt.

use std::env::args;
use std::error::Error;
use std::fs;
use std::io::{self, Read, Write, stdout};
use std::net::TcpStream;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use scraper::html;
use scraper::page::Line;
use url::{Position, Url};

fn main() -> Result<(), Box<dyn Error>> {
    let list = fs::read_to_string(args().nth(1).ok_or("which list?")?)?;
    let (sender, lines) = mpsc::channel();
    for url in list.lines().map(str::to_owned) {
        let sender = sender.clone();
        thread::Builder::new().spawn(move || {
            let mut line = Line { url, tries: 1, ..Line::default() };
            line.error = fetch(&mut line).err().map(|error| error.to_string());
            let _ = sender.send(line);
        })?;
    }
    drop(sender);
    let mut out = stdout().lock();
    for line in lines {
        serde_json::to_writer(&mut out, &line)?;
        out.write_all(b"\n")?;
    }
    Ok(())
}

fn fetch(line: &mut Line) -> Result<(), Box<dyn Error>> {
    let url = Url::parse(&line.url)?;
    let mut stream = TcpStream::connect(&url[Position::BeforeHost..Position::AfterPort])?;
    stream.set_read_timeout(Some(Duration::from_secs(30)))?;
    stream.set_nodelay(true)?;
    let (host, path) = (&url[Position::BeforeHost..Position::AfterPort], url.path());
    write!(stream, "GET {path} HTTP/1.1\r\nhost: {host}\r\naccept-encoding: identity\r\n\r\n")?;
    let (mut answer, mut piece) = (Vec::new(), [0; 8 * 1024]);
    loop {
        let read = stream.read(&mut piece)?;
        answer.extend_from_slice(&piece[..read]);
        let end = answer.windows(4).position(|window| window == b"\r\n\r\n");
        if let Some((head, body)) = end.map(|end| answer.split_at(end + 4)) {
            let head = String::from_utf8_lossy(head);
            let length = head.lines().find_map(|line| line.strip_prefix("Content-Length: "));
            let length: usize = length.ok_or("no length")?.parse()?;
            if body.len() >= length {
                line.status = Some(head.split(' ').nth(1).ok_or("no status")?.parse()?);
                let found = html::read(&url, body);
                (line.bytes, line.title) = (Some(length), found.title);
                line.links = Some(found.links.len());
                return Ok(());
            }
        }
        if read == 0 {
            return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
        }
    }
}
