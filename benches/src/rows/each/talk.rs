//! How do the servers of the bench talk to one client?
//!
//! These functions read and write on a connection. The rows themselves are `echo.rs`, `http.rs` and
//! `waiting.rs`.

use super::rt::{AsyncReadExt, AsyncWriteExt, TcpStream};
use crate::load::ANSWER;

/// Sends back what comes; how many bytes that were.
pub(super) async fn echo(mut socket: TcpStream) -> u64 {
    let mut buffer = [0; 1024];
    let mut bytes = 0;
    loop {
        let length = socket.read(&mut buffer).await.expect("a visitor speaks");
        if length == 0 {
            return bytes;
        }
        socket.write_all(&buffer[..length]).await.expect("a visitor listens");
        bytes += length as u64;
    }
}

/// Reads the request and answers it; how many bytes were asked.
pub(super) async fn answer(mut socket: TcpStream) -> u64 {
    let mut buffer = [0; 1024];
    let length = socket.read(&mut buffer).await.expect("a visitor asks");
    socket.write_all(ANSWER).await.expect("a visitor listens");
    length as u64
}
