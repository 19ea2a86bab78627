//! **kettle** is a single-threaded async runtime whose inside you can read, watch
//! while it runs, and rebuild piece by piece. Its API is tokio's, name for name, for one thread.
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
//! #[kettle::main(start_paused = true)] // a paused clock: two seconds take no time
//! async fn main() {
//!     make_tea().await;
//! }
//! ```
//!
//! # Watching it
//!
//! `KETTLE_TRACE=tea.html` in the environment of any program on kettle writes a page in which its
//! run can be stepped through, forwards and back; `KETTLE_TRACE=-` tells the same on standard
//! error. [`trace::record`] gives the events to a test. In builds with debug assertions a doctor
//! watches, and reports on standard error what is wrong (`docs/doctor.md`).
//!
//! All of that is the feature `trace`, which is on by default. `default-features = false` leaves it
//! out: the program is smaller, and those variables have no effect.
//!
//! # Features
//!
//! They are named as tokio's. A part that is disabled isn't compiled.
//!
//! | feature | what it brings | default |
//! |---|---|---|
//! | `rt` | [`runtime`], [`task`], [`spawn`] | yes |
//! | `macros` | [`select!`], [`join!`], [`try_join!`]; with `rt` also [`main`] and [`test`] | yes |
//! | `time` | [`time`] | yes |
//! | `sync` | [`sync`] | yes |
//! | `net` | [`net`], and in [`io`] what says which way a socket is ready | yes |
//! | `io-util` | the methods that readers and writers have, and what is built of them | yes |
//! | `io-std` | standard input, output and error | |
//! | `fs`, `process`, `signal` | files, child processes, signals | |
//! | `test-util` | the clock that a test can pause; brings `rt`, `sync` and `time` | yes |
//! | `full` | all of the above but `test-util` | |
//! | `rt-multi-thread` | with `rt`, runtimes that work while no thread is in `block_on` | |
//! | `parking_lot` | nothing: tokio's name, for programs that ask | |
//! | `trace` | the tools that watch a run; kettle's own | yes |
//! | `stacks` | with `KETTLE_STACKS=1`, the functions in which each task waits; brings `trace` | |
//!
//! The engine below has no features: its loop, its timer wheel and its reactor are always there.
//!
//! # In tokio
//!
//! An item's counterpart has the same path there, and does the same. What is different is said
//! under `tokio:` in the item's documentation or at the head of its file, and in
//! `docs/tokio-map.md`, which has a row for each item.
//!
//! # The map
//!
//! This crate is what a program names. Everything in it is built on a few doors of the engine,
//! crate [`kettle_runtime`], where the executor, the wakers, the reactor and the timer wheel are:
//! start reading there.
//!
//! | module | what it has | door of the engine |
//! |---|---|---|
//! | [`task`] | `spawn`, handles, `JoinSet`, `LocalSet`, `task_local!`, `yield_now` | `spawn` |
//! | [`time`] | `sleep`, `timeout`, `interval`, the clock that a test can pause | `Timer` |
//! | [`net`] | TCP, UDP, Unix sockets, pipes | `Source` |
//! | [`sync`] | channels and locks | `WakerSlot`, `budget` |
//! | `fs` | files, by jobs on the blocking pool | `spawn_blocking` |
//! | `process`, `signal` | child processes, signals | `Source` |
//! | [`io`] | readers and writers: traits, buffers, copies, streams in memory, standard input and output | `WakerSlot`, `budget`, `spawn_blocking` |
//! | [`runtime`] | `Builder`, `Runtime`, `Handle` | `Runtime` |
//! | macros | [`select!`], [`join!`], [`try_join!`], [`pin!`], [`main`], [`test`] | `budget` |
//! | [`trace`] | what is made of the engine's events | `Event` |

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

/// What `task` and `io` need of `sync` although no program does.
#[cfg(all(any(feature = "rt", feature = "io-util"), not(feature = "sync")))]
#[allow(dead_code, unused_imports)] // and not all that is there
mod sync {
    #[cfg(feature = "rt")]
    pub(crate) mod pinned;
    #[cfg(feature = "rt")]
    pub(crate) mod primitives;
    pub(crate) mod report;
    #[cfg(feature = "rt")]
    pub(crate) mod trim;
}

/// Runs an async function on a runtime of its own: the usual `main` of a program.
///
/// The runtime is made with the default settings, runs the function's body with `block_on`, and is
/// dropped when that is over: tasks that are still alive are dropped with it.
///
/// # Arguments
///
/// - `start_paused = true`: the clock is virtual from the beginning, see `kettle::time::pause`.
/// - `crate = "path"`: where to find this crate if it is not `kettle`, because `Cargo.toml`
///   renames it, for one.
/// - `flavor = "local"`: the function may call `kettle::task::spawn_local`, because its body runs
///   on a `LocalRuntime`. `flavor = "current_thread"`, the default, may be written. There is no
///   `"multi_thread"`: kettle runs on one thread.
/// - `name = "kitchen"`: the runtime's name, see `kettle::runtime::Handle::name`.
///
/// The function may be any, not only `main`, and then take arguments.
///
/// tokio: `tokio::main`.
///
/// # Panics
///
/// The function panics if the runtime can't be made, or if it is called on a thread that is running
/// one already.
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
/// Makes an async function a test, with a runtime of its own.
///
/// It takes the arguments of [`macro@main`]. `#[should_panic]`, `#[ignore]` and a `Result` as the
/// return type work as with `#[test]`.
///
/// With `seeds = 1000` it is also run under a thousand other schedules, as with `KETTLE_SEEDS=1000`
/// in the environment: the runtime takes its tasks, timers and wakers in other orders. If one of
/// them fails, the test fails, and says which decisions matter (`docs/schedules.md`). A test with
/// `#[should_panic]` or with parameters runs once, as usual.
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

/// The engine's events. Without the feature `trace` nothing here takes them, but a
/// program may set a sink of its own.
#[cfg(not(feature = "trace"))]
pub mod trace {
    pub use kettle_runtime::Sink;
    pub use kettle_runtime::event::{Event, Record, note};
}

/// What the macros expand to. No promise is made about it.
#[doc(hidden)]
#[cfg(feature = "macros")]
pub mod __private {
    #[cfg(feature = "rt")]
    pub use crate::entry::{Test, block_on as main, block_on_local as local, local_test, test};
    pub use crate::macros::support::*;
}

/// What the papers say in code of their own, compiled with the other examples: the README, and the
/// chapters with a program that is not a file of the tree.
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
