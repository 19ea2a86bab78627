//! A connection that was accepted, answered and dropped leaves the selector when it is closed. Only
//! if its descriptor was lent, so that a duplicate may keep it open, does that take a system call.
//! `cargo xtask test promises` counts the calls.

use std::io::{Read, Write};
use std::os::fd::AsFd;
use std::pin::pin;

use kettle::io::{AsyncReadExt, AsyncWriteExt};
use kettle::net::TcpStream;

use crate::common::engine::{connected, must_wait, run_within_a_minute};

#[test]
fn an_answered_connection_leaves_without_a_call() {
    run_within_a_minute(async || answer(|_| ()).await);
}

#[test]
fn a_lent_connection_leaves_with_one_call() {
    run_within_a_minute(async || answer(|stream| _ = stream.as_fd()).await);
}

async fn answer(lend: impl FnOnce(&TcpStream)) {
    let (mut stream, mut far) = connected().await;
    lend(&stream);
    let mut asked = [0; 3];
    let mut read = pin!(stream.read_exact(&mut asked));
    must_wait(|cx| read.as_mut().poll(cx)).await;
    far.write_all(b"tea").unwrap();
    read.await.unwrap();
    stream.write_all(&asked).await.unwrap();
    drop(stream);
    far.read_exact(&mut asked).unwrap();
}
