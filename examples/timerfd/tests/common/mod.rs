//! What the tests share: two durations, a watchdog, a runtime.

use std::process;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use kettle::runtime::{Builder, Runtime};

pub(crate) const SHORT: Duration = Duration::from_micros(200);
pub(crate) const HOUR: Duration = Duration::from_hours(1);

/// What a test that hangs ends with, and with it its process: words.
pub(crate) struct Watched {
    _until_dropped: mpsc::Sender<()>,
}

pub(crate) fn watched() -> Watched {
    let (sender, ended) = mpsc::channel();
    let test = thread::current().name().unwrap_or("a test").to_owned();
    thread::spawn(move || {
        if ended.recv_timeout(Duration::from_mins(1)) == Err(mpsc::RecvTimeoutError::Timeout) {
            eprintln!("{test} hangs: it did not end within a minute");
            process::abort();
        }
    });
    Watched { _until_dropped: sender }
}

pub(crate) fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}
