//! No mistake: what is written as the manual says compiles, without a warning.

#![deny(warnings)]
#![forbid(unsafe_code)]

use std::future::{pending, ready};

#[kettle::main(flavor = "current_thread", start_paused = false)]
async fn main() {
    let answer = kettle::select! {
        biased;
        Some(n) = ready(Some(1)), if true => n,
        _ = pending::<std::convert::Infallible>() => 2,
        mut n = ready(3) => {
            n += 1;
            n
        }
        else => 5,
    };
    kettle::select! {
        () = ready(()) => {}
    }
    let (a, b) = kettle::join!(ready(1), ready(2));
    let sum: Result<_, ()> = kettle::try_join!(ready(Ok(a)), ready(Ok(b)));
    kettle::pin! {
        let future = ready(answer);
    }
    println!("{sum:?} {}", future.await);
}

#[kettle::test]
async fn test() {}
