//! Which runtime runs an answer that isn't a part of one?
//!
//! It is kettle, with the clock paused ([`run`]): time passes only when no task can run, so that a
//! check with an hour of sleeps takes no time and always runs in the same order.

use std::future::Future;

use kettle::runtime::Builder;

use crate::watchdog;

/// Runs `future` on a new runtime with a paused clock.
///
/// ```
/// # use std::time::Duration;
/// kettle_judge::runtime::run(async { kettle::time::sleep(Duration::from_secs(3600)).await });
/// ```
#[track_caller]
pub fn run<F: Future>(future: F) -> F::Output {
    let mut builder = Builder::new_current_thread();
    builder.enable_all().start_paused(true).trace(watchdog::sink_with_doctor());
    builder.build().expect("a runtime").block_on(future)
}
