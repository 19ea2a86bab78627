//! What does it cost the server when a client connects, sends a request, is answered and
//! disconnects?
//!
//! The server's side of a connection is in `talk.rs`, the clients' in `load/http.rs`.

use std::collections::VecDeque;

use super::{rt, talk}; // kettle or tokio: compiled once for each (`rows.rs`)
use crate::load::{Load, REQUEST};
use crate::sample::{Clock, Sample};

pub(crate) fn from_32_clients(requests: u64) -> Sample {
    http(32, requests)
}

/// A server with a task for each connection. The clock stops when the last socket is closed.
fn http(clients: u64, requests: u64) -> Sample {
    let requests_per_client = requests / clients;
    let requests = requests_per_client * clients;
    rt::block_on(async move {
        let (listener, address) = rt::listen().await;
        let mut load = Load::start("http", address, &[clients, requests_per_client]);
        // So that handles don't pile up, the loop awaits the oldest, and accepts no client then.
        // But a client connects again only when it has its answer, so at most `clients` of the
        // tasks are busy, and the oldest of twice as many has almost always ended.
        let mut handles = VecDeque::new();
        let mut bytes = 0;
        let clock = Clock::start();
        load.go();
        for _ in 0..requests {
            let (socket, _) = listener.accept().await.expect("a client connects");
            if handles.len() as u64 > 2 * clients {
                bytes += handles.pop_front().expect("it isn't empty").await;
            }
            handles.push_back(rt::spawn(talk::answer(socket)));
        }
        for handle in handles {
            bytes += handle.await;
        }
        let sample = clock.stop(requests);
        assert_eq!(bytes, requests * REQUEST.len() as u64);
        assert_eq!(load.finish(), requests);
        sample
    })
}
