//! How few descriptors do a signal's listeners and dropped children have? In a process of its own,
//! because they are counted for the whole process.
//!
//! Not here: that a runtime leaves none behind (`tests/system/ends.rs`).

#![cfg(all(target_os = "linux", feature = "signal", feature = "process"))]

mod common;

use std::fs;
use std::sync::Mutex;

use common::engine::*;
use kettle::process::Command;
use kettle::signal::unix::{SignalKind, signal};

/// Held by a test that counts: they are counted for the whole process.
static COUNTS: Mutex<()> = Mutex::new(());

fn open_descriptors() -> usize {
    fs::read_dir("/proc/self/fd").expect("Linux has it").count()
}

/// Listeners of one signal share a pair of sockets in each runtime.
#[test]
fn many_listeners_for_a_signal_have_two_descriptors() {
    within_a_minute(|| {
        let _alone = COUNTS.lock().unwrap();
        let runtimes = [runtime(), runtime()];
        for runtime in &runtimes {
            let _entered = runtime.enter();
            let before = open_descriptors();
            let listeners = [(); 200].map(|()| signal(SignalKind::hangup()).unwrap());
            assert_eq!(open_descriptors(), before + 2);
            drop(listeners);
            assert_eq!(open_descriptors(), before);
        }
    });
}

/// A child that was dropped is asked for as it ends. That needs a descriptor, and they may be many.
#[test]
fn children_that_are_dropped_keep_few_descriptors() {
    within_a_minute(|| {
        let _alone = COUNTS.lock().unwrap();
        runtime().block_on(async {
            let before = open_descriptors();
            let (input, end) = std::io::pipe().unwrap();
            for _ in 0..80 {
                drop(Command::new("cat").stdin(input.try_clone().unwrap()).spawn().unwrap());
            }
            assert_eq!(open_descriptors(), before + 2 + 64);
            drop((input, end));
            while open_descriptors() > before {
                kettle::task::yield_now().await;
            }
        });
    });
}
