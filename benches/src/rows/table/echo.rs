//! What does a round trip of 64 bytes cost the server?
//!
//! The server's side of a connection is in `talk.rs`, the clients' in `load/echo.rs`.

use super::{rt, talk}; // kettle or tokio: compiled once for each (`rows.rs`)
use crate::load::Load;
use crate::sample::{Clock, Sample};

/// Round trips on 64 connections.
pub(crate) fn over_64_connections(trips: u64) -> Sample {
    echo(64, trips)
}

/// The clock runs from the first trip until the last connection has ended.
pub(crate) fn echo(connections: u64, trips: u64) -> Sample {
    let trips_per_connection = trips / connections;
    let trips = trips_per_connection * connections;
    rt::block_on(async move {
        let (listener, address) = rt::listen().await;
        let mut load = Load::start("echo", address, &[connections, trips_per_connection]);
        let mut handles = Vec::new();
        for _ in 0..connections {
            let (socket, _) = listener.accept().await.expect("a client connects");
            handles.push(rt::spawn(talk::echo(socket)));
        }
        // Lets each task be polled once, so that its socket is registered before the clock starts.
        rt::yield_now().await;
        let clock = Clock::start();
        load.go();
        let mut bytes = 0;
        for handle in handles {
            bytes += handle.await;
        }
        let sample = clock.stop(trips);
        assert_eq!(bytes, trips * 64);
        assert_eq!(load.finish(), trips);
        sample
    })
}
