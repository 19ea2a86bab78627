//! Rung 1 of 7: Who polls a future, and when?
//!
//! `cargo exercise rung 1` judges this file. What to type is in `exercises/ladder/rung1/README.md`.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

/// Runs `future` on this thread, to its end.
pub fn block_on<F: Future>(future: F) -> F::Output {
    todo!("rung 1")
}

/// A future that is ready when `duration` has passed, counted from this call.
pub fn sleep(duration: Duration) -> Sleep {
    todo!("rung 1")
}

pub struct Sleep {}

impl Future for Sleep {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        todo!("rung 1")
    }
}

// The programs that this runtime can run; `main` plays them.
#[macro_use]
#[path = "programs/play.rs"]
mod play;
programs! { make_tea errors }
