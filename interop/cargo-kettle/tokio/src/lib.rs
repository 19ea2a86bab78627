//! **This package is named tokio, and its body is kettle.**
//!
//! An application that writes
//!
//! ```toml
//! [patch.crates-io]
//! tokio = { path = "…/kettle/interop/tokio" }
//! ```
//!
//! runs on kettle's one thread, with every crate below it that uses tokio: hyper, axum, reqwest and
//! so on. Nothing else changes. `KETTLE_TRACE=app.html` records the run, the doctor reports what
//! hangs, and the clock can be paused. `cargo kettle watch` does it without writing anything into
//! the application.
//!
//! | file | what is in it |
//! |---|---|
//! | `lib.rs` | all of kettle under tokio's paths; `#[main]` and `#[test]` |
//! | `runtime.rs` | a [`Builder`](runtime::Builder) that says so when it is asked for several threads |
//! | `task.rs` | a [`block_in_place`](task::block_in_place) that does not panic |
//! | `said.rs` | the line that says that there is one thread |
//!
//! What is different from kettle: a program that asks for several threads gets one, where kettle's
//! own attributes refuse at compile time. Programs say `#[tokio::main]` and mean "the usual", so
//! that refusing would refuse them all. One line on standard error says what happens, except for
//! `Runtime::new()`, which is kettle's own and says nothing. Either kind of runtime works while no
//! thread is in its `block_on`, too.
//!
//! What is different from tokio: `docs/tokio-map.md`, row by row. The items under the compiler's
//! flag `tokio_unstable` are absent; a build with the flag fails with a message that says so.

#[cfg(tokio_unstable)]
compile_error!(
    "this tokio is kettle (a package patched in its place), which has none of the items under \
     `tokio_unstable`, such as `task::Builder` and `unhandled_panic`: build without \
     `--cfg tokio_unstable`"
);

#[cfg(feature = "rt")]
pub mod runtime;
#[cfg(feature = "rt")]
mod said;
#[cfg(feature = "rt")]
pub mod task;

// What is not named here is kettle's as it is: `fs`, `io`, `net`, `sync`, `time`, `select!` and so
// on.
pub use kettle::*;
#[cfg(all(feature = "macros", feature = "rt"))]
pub use kettle_macros::{tokio_main as main, tokio_test as test};

/// What the attributes expand to.
#[doc(hidden)]
#[cfg(all(feature = "macros", feature = "rt"))]
pub mod __private {
    pub use crate::said::threads;
    pub use kettle::__private::*;
}
