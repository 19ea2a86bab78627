//! A reader of a socket that looks with `peek` and `readable` before it takes anything, and a buffer that it fills by `fill_buf`, bit by bit.
//!
//! Right: each look is followed by taking what is there, or by a wait for more. The sender is a thread with pauses of more than a second.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::io::Write;
use std::net::TcpListener;
use std::thread;
use std::time::Duration;

use kettle::io::{self, AsyncBufReadExt, AsyncReadExt, BufReader};
use kettle::net::TcpStream;

#[kettle::main]
async fn main() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    thread::spawn(move || {
        let (mut line, _) = listener.accept().unwrap();
        for part in ["H", "ello, ", "here is the ra", "dio\n"] {
            thread::sleep(Duration::from_millis(1100));
            line.write_all(part.as_bytes()).unwrap();
        }
    });
    let mut line = TcpStream::connect(address).await?;
    let mut first = [0];
    assert_eq!(line.peek(&mut first).await?, 1);
    assert_eq!(line.read_u8().await?, first[0]);
    line.readable().await?;
    let mut reader = BufReader::with_capacity(4, line);
    let mut text = String::from("H");
    loop {
        let part = reader.fill_buf().await?;
        let length = part.len();
        text += &String::from_utf8_lossy(part);
        reader.consume(length);
        if length == 0 || text.ends_with('\n') {
            break;
        }
    }
    println!("{text}");
    Ok(())
}
