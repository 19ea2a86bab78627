//! What does it cost to send much at once, and to pass it on?

use super::rt;
use super::rt::AsyncWriteExt;
use crate::load::{Load, PIECE, piece};
use crate::sample::{Clock, Sample};

/// So many pieces written into one socket, until all are on their way and the socket is closed.
pub(crate) fn send(pieces: u64) -> Sample {
    rt::block_on(async move {
        let (listener, address) = rt::listen().await;
        let mut load = Load::start("drink", address, &[pieces * PIECE as u64]);
        let (mut socket, _) = listener.accept().await.expect("a visitor");
        let sending = rt::spawn(async move {
            let piece = piece();
            for _ in 0..pieces {
                socket.write_all(&piece).await.expect("a visitor listens");
            }
        });
        let clock = Clock::start();
        load.go();
        sending.await;
        let sample = clock.stop(pieces);
        assert_eq!(load.finish(), pieces * PIECE as u64);
        sample
    })
}

/// As many bytes as in so many pieces, copied from one socket into another.
pub(crate) fn pass_on(pieces: u64) -> Sample {
    rt::block_on(async move {
        let (listener, address) = rt::listen().await;
        let mut load = Load::start("pump", address, &[pieces * PIECE as u64]);
        let (mut from, _) = listener.accept().await.expect("a visitor");
        let (mut to, _) = listener.accept().await.expect("his other socket");
        let passing = rt::spawn(async move {
            rt::copy(&mut from, &mut to).await.expect("a visitor speaks and listens")
        });
        let clock = Clock::start();
        load.go();
        let bytes = passing.await;
        let sample = clock.stop(pieces);
        assert_eq!(bytes, pieces * PIECE as u64);
        assert_eq!(load.finish(), bytes);
        sample
    })
}
