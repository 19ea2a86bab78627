//! What does a server do with one visitor?
//!
//! The part of the network's rows that reads and writes. The rows themselves are `echo.rs`, `http.rs`,
//! `stream.rs` and `waiting.rs`. A runtime that takes buffers away and brings them back has `rented.rs` in place of this
//! file.

use super::rt;
use super::rt::{AsyncReadExt, AsyncWriteExt, TcpStream};
use crate::load::{ANSWER, piece};

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

/// Writes so many pieces.
pub(super) async fn send(mut socket: TcpStream, pieces: u64) {
    let piece = piece();
    for _ in 0..pieces {
        socket.write_all(&piece).await.expect("a visitor listens");
    }
}

/// Copies all bytes; how many they were.
pub(super) async fn pass_on(mut from: TcpStream, mut to: TcpStream) -> u64 {
    rt::copy(&mut from, &mut to).await.expect("a visitor speaks and listens")
}

/// A socket that is dropped is closed at once.
#[expect(clippy::unused_async, reason = "elsewhere it waits")]
pub(super) async fn close_dropped() {}
