//! The visitors of `rows/http.rs` for a runtime that takes buffers away and brings them back.

use std::collections::VecDeque;

use super::rt;
use crate::load::{ANSWER, Load, REQUEST};
use crate::sample::{Clock, Sample};

use monoio::io::{AsyncReadRent, AsyncWriteRentExt};
use monoio::net::TcpStream;

pub(crate) fn one(requests: u64) -> Sample {
    http(1, requests)
}

pub(crate) fn some(requests: u64) -> Sample {
    http(32, requests)
}

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
            handles.push_back(rt::spawn(answer(socket)));
        }
        for handle in handles {
            bytes += handle.await;
        }
        rt::close_dropped().await;
        let sample = clock.stop(requests);
        assert_eq!(bytes, requests * REQUEST.len() as u64);
        assert_eq!(load.finish(), requests);
        sample
    })
}

/// Reads the request and answers it; how many bytes were asked.
async fn answer(mut socket: TcpStream) -> u64 {
    let (length, _) = socket.read(Vec::with_capacity(1024)).await;
    let (written, _) = socket.write_all(ANSWER).await;
    written.expect("a visitor listens");
    length.expect("a visitor asks") as u64
}
