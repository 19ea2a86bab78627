//! **kettle** is a single-threaded async runtime that you can read, watch while it runs, and
//! rebuild piece by piece. Its API is tokio's for one thread, name for name.
//!
//! ```
//! use std::time::Duration;
//! use kettle::time::sleep;
//!
//! async fn make_tea() {
//!     println!("Putting the kettle on.");
//!     sleep(Duration::from_secs(2)).await;
//!     println!("Water boiled. Making tea.");
//! }
//!
//! #[kettle::main(start_paused = true)] // the clock is paused, so two seconds take no time
//! async fn main() {
//!     make_tea().await;
//! }
//! ```
//!
//! # Watching it
//!
//! Set `KETTLE_TRACE=tea.html` in the environment of any program on kettle, and it writes a page
//! that steps through its run, forwards and backwards; `KETTLE_TRACE=-` prints the events to
//! standard error. [`trace::record`] hands the events to a test. In builds with debug assertions a
//! doctor watches the run and reports mistakes on standard error (`docs/doctor.md`).
//!
//! All of this is in the feature `trace`, which is on by default. `default-features = false` leaves
//! it out and makes the program smaller.
//!
//! # Features
//!
//! They have tokio's names. A disabled part isn't compiled.
//!
//! | feature | contents | default |
//! |---|---|---|
//! | `rt` | [`runtime`], [`task`], [`spawn`] | yes |
//! | `macros` | [`select!`], [`join!`], [`try_join!`]; with `rt` also [`main`] and [`test`] | yes |
//! | `time` | [`time`] | yes |
//! | `sync` | [`sync`] | yes |
//! | `net` | [`net`], and in [`io`] the types for a socket's readiness | yes |
//! | `io-util` | the methods of readers and writers, and the adapters built on them | yes |
//! | `io-std` | standard input, output and error | |
//! | `fs`, `process`, `signal` | files, child processes (on Unix only), signals | |
//! | `test-util` | the clock that a test can pause; enables `rt`, `sync` and `time` | yes |
//! | `full` | all of the above except `test-util` | |
//! | `rt-multi-thread` | with `rt`, runtimes that work while no thread is in `block_on` | |
//! | `parking_lot` | nothing: it exists because tokio has it | |
//! | `trace` | kettle's own: the tools that watch a run | yes |
//! | `stacks` | with `KETTLE_STACKS=1`, the functions each task is waiting in; enables `trace` | |
//! | `trace-env` | with `trace`, `KETTLE_TRACE` is read in release builds, too | |
//!
//! The underlying engine has no features, so its loop, timer wheel and reactor are always there.
//!
//! # In tokio
//!
//! An item's counterpart in tokio has the same path and does the same. Differences are listed under
//! `tokio:` in the item's documentation or at the head of its file, and in `docs/tokio-map.md`,
//! which has a row for each item.
//!
//! # The map
//!
//! A program names only this crate, which is built on a few items of the engine, the crate
//! [`kettle_runtime`]. Start reading there: it has the executor, wakers, reactor and timer wheel.
//!
//! | module | contents | built on the engine's |
//! |---|---|---|
//! | [`task`] | `spawn`, handles, `JoinSet`, `LocalSet`, `task_local!`, `yield_now` | `spawn` |
//! | [`time`] | `sleep`, `timeout`, `interval`, the clock that a test can pause | `Timer` |
//! | [`net`] | TCP, UDP, Unix sockets, pipes | `Source` |
//! | [`sync`] | channels and locks | `WakerSlot`, `budget` |
//! | `fs` | files, through jobs on the blocking pool | `spawn_blocking` |
//! | `process`, `signal` | child processes, signals | `Source` |
//! | [`io`] | readers and writers: traits, buffers, copies, streams in memory, standard input and output | `WakerSlot`, `budget`, `spawn_blocking` |
//! | [`runtime`] | `Builder`, `Runtime`, `Handle` | `Runtime` |
//! | macros | [`select!`], [`join!`], [`try_join!`], [`pin!`], [`main`], [`test`] | `budget` |
//! | [`trace`] | records, pages and reports, made from the engine's events | `Event` |

#![warn(missing_docs)]
// On docs.rs each item says which feature it needs.
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(all(feature = "macros", feature = "rt"))]
mod entry;
#[cfg(feature = "fs")]
pub mod fs;
pub mod io;
mod macros;
#[cfg(feature = "net")]
pub mod net;
#[cfg(any(
    feature = "io-util",
    feature = "net",
    feature = "rt",
    feature = "sync",
    feature = "time"
))]
#[cfg_attr(not(feature = "full"), allow(dead_code))] // each feature uses its part
mod origin;
#[cfg(all(unix, feature = "process"))]
pub mod process;
#[cfg(feature = "rt")]
pub mod runtime;
#[cfg(feature = "signal")]
pub mod signal;
#[cfg(feature = "sync")]
pub mod sync;
#[cfg(feature = "rt")]
pub mod task;
#[cfg(feature = "time")]
pub mod time;

/// The parts of `sync` that `task` and `io` need even if the program doesn't use `sync`.
#[cfg(all(any(feature = "rt", feature = "io-util"), not(feature = "sync")))]
#[allow(dead_code, unused_imports)] // and not every item of them
mod sync {
    #[cfg(feature = "rt")]
    pub(crate) mod pinned;
    #[cfg(feature = "rt")]
    pub(crate) mod primitives;
    pub(crate) mod report;
    #[cfg(feature = "rt")]
    pub(crate) mod trim;
}

/// Runs an async function on a runtime of its own, as most programs do with `main`.
///
/// The runtime has the default settings. It runs the function's body with `block_on` and is dropped
/// afterwards, together with any tasks that haven't ended.
///
/// # Arguments
///
/// - `start_paused = true`: the clock is virtual from the beginning, see `kettle::time::pause`.
/// - `crate = "path"`: where to find this crate if it isn't called `kettle`, for example because
///   `Cargo.toml` renames it.
/// - `flavor = "local"`: the body runs on a `LocalRuntime`, so that it can call
///   `kettle::task::spawn_local`. The default is `flavor = "current_thread"`. There is no
///   `"multi_thread"`, because kettle runs on one thread.
/// - `name = "kitchen"`: the runtime's name, see `kettle::runtime::Handle::name`.
///
/// Functions other than `main` can have the attribute, too, and may take arguments.
///
/// tokio: `tokio::main`.
///
/// # Panics
///
/// If the runtime can't be made, or if the thread is running a runtime already.
///
/// # Examples
///
/// ```
/// #[kettle::main]
/// async fn main() -> Result<(), std::num::ParseIntError> {
///     let answer: u32 = kettle::spawn(async { "42".parse() }).await.unwrap()?;
///     assert_eq!(answer, 42);
///     Ok(())
/// }
/// ```
#[cfg(all(feature = "macros", feature = "rt"))]
pub use kettle_macros::main;
/// Turns an async function into a test with a runtime of its own.
///
/// The attribute takes the arguments of [`macro@main`]. `#[should_panic]`, `#[ignore]` and a
/// `Result` as the return type work as with `#[test]`.
///
/// With `seeds = 1000` the test also runs under a thousand other schedules, as with
/// `KETTLE_SEEDS=1000` in the environment: the runtime takes its tasks, timers and wakers in
/// different orders. If the test fails under one of them, the report says which decisions matter
/// (`docs/schedules.md`). A test with `#[should_panic]` or with parameters runs only once.
///
/// tokio: `tokio::test`, without `seeds`.
///
/// # Examples
///
/// ```no_run
/// #[kettle::test(start_paused = true)]
/// async fn an_hour_passes_at_once() {
///     kettle::time::sleep(std::time::Duration::from_secs(3600)).await;
/// }
/// ```
#[cfg(all(feature = "macros", feature = "rt"))]
pub use kettle_macros::test;
#[cfg(feature = "trace")]
#[doc(inline)]
pub use kettle_trace as trace;
#[cfg(feature = "rt")]
pub use task::spawn;

/// The engine's events. Without the feature `trace`, only a program's own sink receives them.
#[cfg(not(feature = "trace"))]
pub mod trace {
    pub use kettle_runtime::Sink;
    pub use kettle_runtime::event::{Event, Record, note};
}

/// The items that the macros' expansions name. They can change at any time.
#[doc(hidden)]
#[cfg(feature = "macros")]
pub mod __private {
    #[cfg(feature = "rt")]
    pub use crate::entry::{Test, block_on as main, block_on_local as local, local_test, test};
    pub use crate::macros::support::*;
}

/// The documents whose code isn't quoted from a file, compiled as doctests.
#[cfg(doctest)]
mod papers {
    #[doc = include_str!("../README.md")]
    struct Readme;
    #[doc = include_str!("../docs/book/src/compiler.md")]
    struct Compiler;
    #[doc = include_str!("../docs/book/src/pin.md")]
    struct Pinned;
    #[doc = include_str!("../docs/book/src/asked.md")]
    struct Asked;
}
