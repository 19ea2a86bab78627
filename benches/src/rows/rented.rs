//! `talk.rs` for a runtime that takes buffers away and brings them back.

use std::time::Duration;

use monoio::io::{AsyncReadRent, AsyncWriteRentExt};
use monoio::net::TcpStream;

use super::rt;
use crate::load::{ANSWER, piece};
use crate::rows::raw::stream::BUFFER;

/// Sends back what comes; how many bytes that were.
pub(super) async fn echo(mut socket: TcpStream) -> u64 {
    let mut buffer = Vec::with_capacity(1024);
    let mut bytes = 0;
    loop {
        let (length, read) = socket.read(buffer).await;
        let length = length.expect("a visitor speaks");
        if length == 0 {
            return bytes;
        }
        let (written, back) = socket.write_all(read).await;
        written.expect("a visitor listens");
        bytes += length as u64;
        buffer = back;
    }
}

/// Reads the request and answers it; how many bytes were asked.
pub(super) async fn answer(mut socket: TcpStream) -> u64 {
    let (length, _) = socket.read(Vec::with_capacity(1024)).await;
    let (written, _) = socket.write_all(ANSWER).await;
    written.expect("a visitor listens");
    length.expect("a visitor asks") as u64
}

/// Writes so many pieces.
pub(super) async fn send(mut socket: TcpStream, pieces: u64) {
    let mut piece = piece();
    for _ in 0..pieces {
        let (written, back) = socket.write_all(piece).await;
        written.expect("a visitor listens");
        piece = back;
    }
}

/// Copies all bytes; how many they were.
pub(super) async fn pass_on(mut from: TcpStream, mut to: TcpStream) -> u64 {
    let mut buffer = Vec::with_capacity(BUFFER);
    let mut bytes = 0;
    loop {
        let (length, read) = from.read(buffer).await;
        let length = length.expect("a visitor speaks");
        if length == 0 {
            return bytes;
        }
        let (written, back) = to.write_all(read).await;
        written.expect("a visitor listens");
        bytes += length as u64;
        buffer = back;
    }
}

/// A socket that is dropped is closed when the driver is entered the next time: that is now.
pub(super) async fn close_dropped() {
    rt::sleep(Duration::from_millis(1)).await;
}
