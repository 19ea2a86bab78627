//! How do the servers of the bench talk to one client?
//!
//! [`echo`] sends back what comes, [`answer`] answers one HTTP request. The rows of `echo.rs`,
//! `http.rs`, `waiting.rs` and `debug.rs` use them.

use super::rt::{AsyncReadExt, AsyncWriteExt, TcpStream}; // `rt`: kettle or tokio
use crate::load::ANSWER;

/// Sends back what comes, until the client closes. Returns the number of bytes.
pub(super) async fn echo(mut socket: TcpStream) -> u64 {
    let mut buffer = [0; 1024];
    let mut bytes = 0;
    loop {
        let length = socket.read(&mut buffer).await.expect("the client sends");
        if length == 0 {
            return bytes;
        }
        socket.write_all(&buffer[..length]).await.expect("the client reads");
        bytes += length as u64;
    }
}

/// Reads the request and answers it. Returns the request's length in bytes.
pub(super) async fn answer(mut socket: TcpStream) -> u64 {
    let mut buffer = [0; 1024];
    let length = socket.read(&mut buffer).await.expect("the client asks");
    socket.write_all(ANSWER).await.expect("the client reads");
    length as u64
}
