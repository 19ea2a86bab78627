//! What do `#[kettle::main]` and `#[kettle::test]` do?
//!
//! They make a runtime and call its `block_on` with the function's body. `main` takes the defaults;
//! `test` is the same with the same defaults, so that a test runs what the program runs. With
//! `flavor = "local"` it is a `LocalRuntime`.
//!
//! tokio: the expansion builds the runtime by `Builder` in the user's function.

use std::io;

use crate::runtime::{Builder, LocalOptions};

/// What both expand to.
#[track_caller]
pub fn block_on<F: Future>(start_paused: bool, name: Option<&str>, body: F) -> F::Output {
    made(builder(start_paused, name).build()).block_on(body)
}

/// What both expand to with `flavor = "local"`. Local tasks that are left are dropped before the
/// runtime is.
#[track_caller]
pub fn block_on_local<F: Future>(start_paused: bool, name: Option<&str>, body: F) -> F::Output {
    made(builder(start_paused, name).build_local(LocalOptions::default())).block_on(body)
}

fn builder(start_paused: bool, name: Option<&str>) -> Builder {
    let mut builder = Builder::new_current_thread();
    builder.enable_all().set_start_paused(start_paused);
    if let Some(name) = name {
        builder.name(name);
    }
    builder
}

#[track_caller]
fn made<R>(runtime: io::Result<R>) -> R {
    match runtime {
        Ok(runtime) => runtime,
        Err(error) => panic!("no runtime could be made: {error}"),
    }
}
