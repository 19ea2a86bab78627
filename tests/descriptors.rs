//! Does a runtime that has ended leave no descriptor and no thread behind? In a process of its own,
//! because they are counted for the whole process.

#![cfg(target_os = "linux")]

mod common;
#[path = "common/records.rs"]
mod records;

use std::fs;
use std::sync::Mutex;
use std::time::Duration;

use common::engine::*;
use kettle::net::{TcpListener, TcpStream};
use kettle::runtime::Handle;
use kettle::task::spawn_blocking;
use kettle::time::sleep;
use records::*;

/// Held by a test that counts: they are counted for the whole process.
static COUNTS: Mutex<()> = Mutex::new(());

fn open_descriptors() -> usize {
    fs::read_dir("/proc/self/fd").expect("Linux has it").count()
}

/// A runtime that has used everything there is; what outlives it is given back.
fn one() -> Handle {
    let runtime = runtime();
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (client, server) = kettle::join!(TcpStream::connect(address), listener.accept());
        let _kept = kettle::spawn(keep((client.unwrap(), server.unwrap(), listener)));
        kettle::spawn(sleep(Duration::from_hours(1)));
        spawn_blocking(|| ()).await.unwrap();
        settle().await;
    });
    runtime.handle().clone()
}

/// Listeners of one signal share a pair of sockets in each runtime.
#[test]
#[cfg(feature = "signal")]
fn many_listeners_for_a_signal_have_two_descriptors() {
    use kettle::signal::unix::{SignalKind, signal};

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
#[cfg(feature = "process")]
fn children_that_are_dropped_keep_few_descriptors() {
    use kettle::process::Command;

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

#[test]
fn a_runtime_that_has_ended_leaves_no_descriptor_behind() {
    within_a_minute(|| {
        let _alone = COUNTS.lock().unwrap();
        drop(one());
        let before = open_descriptors();
        for _ in 0..50 {
            drop(one());
        }
        assert_eq!(open_descriptors(), before);
    });
}
