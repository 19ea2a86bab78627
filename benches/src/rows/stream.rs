//! What does it cost to send much at once, and to pass it on?
//!
//! The writing and copying itself: `talk.rs`.

use super::{rt, talk};
use crate::load::{Load, PIECE};
use crate::sample::{Clock, Sample};

/// So many pieces written into one socket, until all are on their way and the socket is closed.
pub(crate) fn send(pieces: u64) -> Sample {
    rt::block_on(async move {
        let (listener, address) = rt::listen().await;
        let mut load = Load::start("drink", address, &[pieces * PIECE as u64]);
        let (socket, _) = listener.accept().await.expect("a visitor");
        let sending = rt::spawn(talk::send(socket, pieces));
        let clock = Clock::start();
        load.go();
        sending.await;
        talk::close_dropped().await;
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
        let (from, _) = listener.accept().await.expect("a visitor");
        let (to, _) = listener.accept().await.expect("its other socket");
        let passing = rt::spawn(talk::pass_on(from, to));
        let clock = Clock::start();
        load.go();
        let bytes = passing.await;
        talk::close_dropped().await;
        let sample = clock.stop(pieces);
        assert_eq!(bytes, pieces * PIECE as u64);
        assert_eq!(load.finish(), bytes);
        sample
    })
}
