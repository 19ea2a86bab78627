//! How few descriptors do a signal's listeners and children have, and what if none is left? In a
//! process of its own, because they are counted for the whole process.
//!
//! Not here: that a runtime leaves none behind (`tests/system/ends.rs`).

#![cfg(all(target_os = "linux", feature = "signal", feature = "process"))]

mod common;

use std::fs;
use std::sync::Mutex;

use common::engine::*;
use kettle::process::Command;
use kettle::signal::unix::{SignalKind, signal};
use rustix::io::Errno;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Held by a test that counts or limits: they are counted for the whole process.
static COUNTS: Mutex<()> = Mutex::new(());

fn open_descriptors() -> usize {
    fs::read_dir("/proc/self/fd").expect("Linux has it").count()
}

/// Listeners of one signal share a pair of sockets in each runtime, which keeps it to its end.
#[test]
fn many_listeners_for_a_signal_have_two_descriptors() {
    within_a_minute(|| {
        let _alone = COUNTS.lock().unwrap();
        let none = open_descriptors();
        let runtimes = [runtime(), runtime()];
        for runtime in &runtimes {
            let entered = runtime.enter();
            let before = open_descriptors();
            for _ in 0..2 {
                let listeners = [(); 200].map(|()| signal(SignalKind::hangup()).unwrap());
                assert_eq!(open_descriptors(), before + 2);
                drop(listeners);
                assert_eq!(open_descriptors(), before + 2);
            }
            drop(entered);
        }
        drop(runtimes);
        assert_eq!(open_descriptors(), none);
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

/// A child's end needs a descriptor to be reported by. A caller who gets an error may try again, so
/// nothing may have been started then.
#[test]
fn without_a_descriptor_for_its_end_no_program_is_started() {
    within_a_minute(|| {
        let _alone = COUNTS.lock().unwrap();
        let made = std::env::temp_dir().join(format!("kettle-started-{}", std::process::id()));
        let starts = || Command::new("mkdir").arg(&made).spawn();
        runtime().block_on(async {
            let limit = getrlimit(Resource::Nofile);
            let (end, _input) = std::io::pipe().unwrap();
            setrlimit(Resource::Nofile, Rlimit { current: Some(64), ..limit }).unwrap();
            let all_left = std::iter::from_fn(|| end.try_clone().ok()).collect::<Vec<_>>();
            let refused = starts();
            setrlimit(Resource::Nofile, limit).unwrap();
            drop(all_left);
            let refused = refused.unwrap_err().raw_os_error();
            assert_eq!(refused, Some(Errno::MFILE.raw_os_error()));
            assert!(starts().unwrap().wait().await.unwrap().success(), "it is the first");
        });
        fs::remove_dir(made).unwrap();
    });
}
