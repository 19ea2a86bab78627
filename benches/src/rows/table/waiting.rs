//! What does a connection cost whose client sends nothing?
//!
//! All clients connect first; then the server's memory is measured; then all send a request.
//! `rows/os_threads.rs` measures a server that has a thread for each client.

use super::{rt, talk}; // kettle or tokio: compiled once for each (`rows.rs`)
use crate::load::Load;
use crate::sample::{Clock, Sample, float, resident_bytes};

pub(crate) fn waiting(clients: u64) -> Sample {
    rt::block_on(async move {
        let (listener, address) = rt::listen().await;
        let before = resident_bytes();
        let mut load = Load::start("waiting", address, &[clients]);
        let clock = Clock::start();
        let mut handles = Vec::new();
        for _ in 0..clients {
            let (socket, _) = listener.accept().await.expect("a client connects");
            handles.push(rt::spawn(talk::answer(socket)));
        }
        // Lets the last task run until it waits.
        rt::yield_now().await;
        let start_up = clock.stop(clients).value;
        let resident = resident_bytes().saturating_sub(before);
        let clock = Clock::start();
        load.go();
        for handle in handles {
            assert!(handle.await > 0, "each client asks");
        }
        let answering = clock.stop(clients).value;
        let answers = load.finish();
        assert_eq!(answers, clients);
        Sample::new(float(resident) / float(clients))
            .with("start-up ns", start_up)
            .with("answer ns", answering)
            .with("answers", float(answers))
    })
}
