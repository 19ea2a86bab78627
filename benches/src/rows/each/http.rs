//! What does it cost the server when a client connects, sends a request, is answered and
//! disconnects?
//!
//! The server's side of a connection is in `talk.rs`, the clients' in `load/http.rs`.

use std::collections::VecDeque;

use super::{rt, talk};
use crate::load::{Load, REQUEST};
use crate::sample::{Clock, Sample};

pub(crate) fn some(requests: u64) -> Sample {
    http(32, requests)
}

/// The tutorial's server. The clock stops when the last socket is closed.
fn http(visitors: u64, requests: u64) -> Sample {
    let each = requests / visitors;
    let requests = each * visitors;
    rt::block_on(async move {
        let (listener, address) = rt::listen().await;
        let mut load = Load::start("http", address, &[visitors, each]);
        // A visitor comes again only when answered: of so many, the first is always done.
        let mut handles = VecDeque::new();
        let mut bytes = 0;
        let clock = Clock::start();
        load.go();
        for _ in 0..requests {
            let (socket, _) = listener.accept().await.expect("a visitor");
            if handles.len() as u64 > 2 * visitors {
                bytes += handles.pop_front().expect("many are there").await;
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
