//! What does a connection cost whose client sends nothing?
//!
//! The tutorial's server. All clients connect first; then the server's memory is read; then all
//! send a request. The same with a thread for each client: `waiting_threads.rs`.

use super::{rt, talk};
use crate::load::Load;
use crate::sample::{Clock, Sample, float, resident_bytes};

pub(crate) fn waiting(visitors: u64) -> Sample {
    rt::block_on(async move {
        let (listener, address) = rt::listen().await;
        let before = resident_bytes();
        let mut load = Load::start("waiting", address, &[visitors]);
        let clock = Clock::start();
        let mut handles = Vec::new();
        for _ in 0..visitors {
            let (socket, _) = listener.accept().await.expect("a visitor");
            handles.push(rt::spawn(talk::answer(socket)));
        }
        // The last of them runs until it waits.
        rt::yield_now().await;
        let start_up = clock.stop(visitors).value;
        let resident = resident_bytes().saturating_sub(before);
        let clock = Clock::start();
        load.go();
        for handle in handles {
            assert!(handle.await > 0, "each visitor asks");
        }
        let answering = clock.stop(visitors).value;
        let answers = load.finish();
        assert_eq!(answers, visitors);
        Sample::new(float(resident) / float(visitors))
            .with("start-up ns", start_up)
            .with("answer ns", answering)
            .with("answers", float(answers))
    })
}
