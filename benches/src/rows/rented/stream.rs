//! The sending of `rows/stream.rs` for a runtime that takes buffers away and brings them back.

use super::super::raw::stream::BUFFER;
use super::rt;
use crate::load::{Load, PIECE, piece};
use crate::sample::{Clock, Sample};

use monoio::io::{AsyncReadRent, AsyncWriteRentExt};

pub(crate) fn send(pieces: u64) -> Sample {
    rt::block_on(async move {
        let (listener, address) = rt::listen().await;
        let mut load = Load::start("drink", address, &[pieces * PIECE as u64]);
        let (mut socket, _) = listener.accept().await.expect("a visitor");
        let sending = rt::spawn(async move {
            let mut piece = piece();
            for _ in 0..pieces {
                let (written, back) = socket.write_all(piece).await;
                written.expect("a visitor listens");
                piece = back;
            }
        });
        let clock = Clock::start();
        load.go();
        sending.await;
        rt::close_dropped().await;
        let sample = clock.stop(pieces);
        assert_eq!(load.finish(), pieces * PIECE as u64);
        sample
    })
}

pub(crate) fn pass_on(pieces: u64) -> Sample {
    rt::block_on(async move {
        let (listener, address) = rt::listen().await;
        let mut load = Load::start("pump", address, &[pieces * PIECE as u64]);
        let (mut from, _) = listener.accept().await.expect("a visitor");
        let (mut to, _) = listener.accept().await.expect("his other socket");
        let passing = rt::spawn(async move {
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
        });
        let clock = Clock::start();
        load.go();
        let bytes = passing.await;
        rt::close_dropped().await;
        let sample = clock.stop(pieces);
        assert_eq!(bytes, pieces * PIECE as u64);
        assert_eq!(load.finish(), bytes);
        sample
    })
}
