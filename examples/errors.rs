// Errors travel up, panics stop at the task's edge.
//
// # What happens inside
//
//  1. `?` returns early with the `Err`: the future is `Ready`, and so is each one that awaits it.
//     here `runtime/src/executor/executor.rs: poll`,
//     tokio `tokio/src/runtime/scheduler/current_thread/mod.rs`
//  2. `spawn` boxes a future. Its output will be in the same box, an `Err` as well as an `Ok`.
//     here `runtime/src/runtime/spawn.rs: spawn`, tokio `tokio/src/task/spawn.rs`
//  3. Awaiting the handle: the task isn't over, so the handle stores the waker of `main`.
//     here `runtime/src/tasks/hand_over.rs: poll`, tokio `tokio/src/runtime/task/join.rs`
//  4. The task is polled and returns an `Err`. To the runtime that is an output.
//     here `runtime/src/join/join_handle.rs: end`, tokio `tokio/src/runtime/task/core.rs`
//  5. It is over; the task that waits for its end is woken.
//     here `runtime/src/executor/executor.rs: poll`,
//     tokio `tokio/src/runtime/task/harness.rs`
//  6. `main` takes the output out of the box: `Ok(Err(e))`. The first `?` sees the task's end, not
//     `e`.
//     here `runtime/src/join/join_handle.rs: take_output`, tokio `tokio/src/runtime/task/join.rs`
//  7. The second task panics. The panic is caught around its poll and goes no further.
//     here `runtime/src/join/join_handle.rs: poll`, tokio `tokio/src/runtime/task/harness.rs`
//  8. Its output is a `JoinError` that holds what `panic!` was given.
//     here `runtime/src/join/join_error.rs: panic`, tokio `tokio/src/runtime/task/error.rs`

use std::error::Error;
use std::io;

async fn fallible_operation() -> Result<String, io::Error> {
    Ok("Success".to_string())
}

async fn my_task() -> Result<(), Box<dyn Error>> {
    let data = fallible_operation().await?;
    println!("{data}");
    Ok(())
}

async fn failing_operation() -> Result<String, io::Error> {
    Err(io::Error::new(io::ErrorKind::NotFound, "there is no tea left"))
}

async fn my_failing_task() -> Result<(), Box<dyn Error>> {
    let data = failing_operation().await?;
    println!("{data} (never printed: `?` has left by now)");
    Ok(())
}

async fn my_panicking_task() {
    panic!("the kettle fell over");
}

#[kettle::main]
async fn main() -> Result<(), Box<dyn Error>> {
    my_task().await?;

    if let Err(e) = my_failing_task().await {
        println!("The error travelled up: {e}");
    }

    // A task's `Err` is an output like any other: joining it succeeds.
    match kettle::spawn(failing_operation()).await? {
        Ok(data) => println!("{data}"),
        Err(e) => println!("The task returned an error: {e}"),
    }

    // A panic ends its own task. The runtime and the others go on.
    match kettle::spawn(my_panicking_task()).await {
        Ok(()) => println!("no panic"),
        Err(e) if e.is_panic() => println!("The task panicked; main goes on."),
        Err(e) => println!("The task was cancelled: {e}"),
    }
    Ok(())
}
