//! What does a round trip of 64 bytes cost the server?
//!
//! The server's side of a connection is in `talk.rs`, the clients' in `load/echo.rs`.

use super::{rt, talk};
use crate::load::Load;
use crate::sample::{Clock, Sample};

pub(crate) fn some(trips: u64) -> Sample {
    echo(64, trips)
}

/// The clock runs from the first trip until the last connection has ended.
pub(crate) fn echo(connections: u64, trips: u64) -> Sample {
    let each = trips / connections;
    rt::block_on(async move {
        let (listener, address) = rt::listen().await;
        let mut load = Load::start("echo", address, &[connections, each]);
        let mut handles = Vec::new();
        for _ in 0..connections {
            let (socket, _) = listener.accept().await.expect("a visitor");
            handles.push(rt::spawn(talk::echo(socket)));
        }
        // Each has been polled once: its socket is registered, whenever the runtime does that.
        rt::yield_now().await;
        let clock = Clock::start();
        load.go();
        let mut bytes = 0;
        for handle in handles {
            bytes += handle.await;
        }
        let sample = clock.stop(connections * each);
        assert_eq!(bytes, connections * each * 64);
        assert_eq!(load.finish(), connections * each);
        sample
    })
}
