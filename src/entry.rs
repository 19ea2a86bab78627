//! What do `#[kettle::main]` and `#[kettle::test]` do?
//!
//! They make a runtime and call its `block_on` with the function's body. `main` takes the defaults;
//! `test` is the same with the same defaults, so that a test runs what the program runs.
//!
//! tokio: the expansion builds the runtime by `Builder` in the user's function.

use crate::runtime::Builder;

/// What both expand to.
#[track_caller]
pub fn block_on<F: Future>(start_paused: bool, body: F) -> F::Output {
    let runtime = Builder::new_current_thread().enable_all().set_start_paused(start_paused).build();
    match runtime {
        Ok(runtime) => runtime.block_on(body),
        Err(error) => panic!("no runtime could be made: {error}"),
    }
}
