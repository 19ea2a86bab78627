//! How large may a future be, on a thread whose stack has room for only a few copies of it?
//!
//! Its way from the caller to its box, and the moment of its end, must not copy it around. Where
//! the compiler optimizes, once is all there is room for.

#![expect(clippy::large_stack_arrays, reason = "they are what is tested")]

use std::hint::black_box;
use std::thread;

use kettle::runtime::{Builder, Runtime};
use kettle::task::{LocalSet, spawn_blocking, spawn_local, yield_now};

/// What a thread has by default.
const STACK: usize = 2 << 20;
const SIZE: usize = if cfg!(debug_assertions) { 400 << 10 } else { 1400 << 10 };

async fn large() -> u8 {
    let mut bytes = [1_u8; SIZE];
    black_box(&mut bytes);
    yield_now().await;
    black_box(&bytes)[SIZE - 1]
}

/// Runs a test's body on a thread of that size. If the stack overflows, the process ends.
fn on_a_small_stack(body: impl FnOnce(Runtime) -> u8 + Send + 'static) {
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    let thread = thread::Builder::new().stack_size(STACK).spawn(|| body(runtime));
    assert_eq!(thread.expect("a thread").join().expect("no panic"), 1);
}

#[test]
fn a_large_future_is_spawned_and_joined() {
    on_a_small_stack(|runtime| {
        runtime.block_on(async { kettle::spawn(large()).await.expect("it ends") })
    });
}

#[test]
fn a_large_future_is_spawned_by_a_handle() {
    on_a_small_stack(|runtime| {
        let task = runtime.handle().spawn(large());
        runtime.block_on(task).expect("it ends")
    });
}

#[test]
fn a_large_future_is_driven_by_block_on() {
    on_a_small_stack(|runtime| runtime.block_on(large()));
}

/// With a runtime that nobody drives: without the yield.
#[test]
fn a_large_future_is_polled_by_a_handles_block_on() {
    on_a_small_stack(|runtime| {
        runtime.handle().block_on(async {
            let mut bytes = [1_u8; SIZE];
            black_box(&mut bytes);
            std::future::ready(()).await;
            black_box(&bytes)[SIZE - 1]
        })
    });
}

#[test]
fn a_large_future_is_spawned_in_a_local_set() {
    on_a_small_stack(|runtime| {
        let task = async { spawn_local(large()).await.expect("it ends") };
        LocalSet::new().block_on(&runtime, task)
    });
}

#[test]
fn a_large_future_is_driven_by_a_local_set() {
    on_a_small_stack(|runtime| LocalSet::new().block_on(&runtime, large()));
}

#[test]
fn a_large_closure_is_a_blocking_job() {
    on_a_small_stack(|runtime| {
        runtime.block_on(async {
            let bytes = [1_u8; SIZE];
            spawn_blocking(move || black_box(&bytes)[SIZE - 1]).await.expect("it ends")
        })
    });
}
