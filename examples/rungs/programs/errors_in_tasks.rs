// What our `errors` adds to the tutorial's: an error and a panic inside tasks.

use super::errors::failing_operation;
use super::{JoinError, spawn};

async fn my_panicking_task() {
    panic!("the kettle fell over");
}

pub(crate) async fn main() {
    // A task's `Err` is an output like any other: joining it succeeds.
    match spawn(failing_operation()).await.expect("the task ends") {
        Ok(data) => println!("{data}"),
        Err(e) => println!("The task returned an error: {e}"),
    }

    // A panic ends its own task. The runtime and the others go on.
    match spawn(my_panicking_task()).await {
        Ok(()) => println!("no panic"),
        Err(JoinError::Panic(_)) => println!("The task panicked; main goes on."),
        Err(JoinError::Cancelled) => println!("The task was cancelled."),
    }
}
