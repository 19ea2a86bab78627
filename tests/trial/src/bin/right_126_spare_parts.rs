//! Things that are made and not used, in one small program: a plan of pauses of which some are dropped, a request that turns
//! out not to be needed, results that nobody wants.
//!
//! Right: a future with a name is there to be polled or not. `send` of an unbounded channel, a `broadcast`, a `watch` and a
//! `oneshot` are no futures, so `_ =` throws only a result away.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::collections::VecDeque;
use std::time::Duration;

use futures_util::future::{Either, select};
use kettle::sync::{broadcast, mpsc, oneshot, watch};
use kettle::time::{Sleep, sleep};

/// Pauses between attempts, the longest last.
fn plan() -> VecDeque<Sleep> {
    [1, 2, 4, 8, 16].into_iter().map(|ms| sleep(Duration::from_millis(ms))).collect()
}

async fn attempt(number: u32) -> Result<&'static str, &'static str> {
    sleep(Duration::from_millis(3)).await;
    if number == 3 { Ok("Assam") } else { Err("busy") }
}

fn tell_all(tea: &'static str) {
    let (lines, _) = mpsc::unbounded_channel();
    _ = lines.send(tea);
    let (news, _) = broadcast::channel(4);
    _ = news.send(tea);
    let (state, _) = watch::channel("");
    _ = state.send(tea);
    let (answer, _) = oneshot::channel();
    _ = answer.send(tea);
}

#[kettle::main]
async fn main() {
    let mut pauses = plan();
    let mut number = 1;
    let tea = loop {
        let next_pause = pauses.pop_front().expect("patience");
        match attempt(number).await {
            Ok(tea) => break tea,
            Err(error) => println!("attempt {number}: {error}"),
        }
        next_pause.await;
        number += 1;
    };
    drop(pauses);
    tell_all(tea);

    let quick = Box::pin(std::future::ready("from the cache"));
    let slow = Box::pin(attempt(3));
    match select(quick, slow).await {
        Either::Left((tea, _not_needed)) => println!("{tea}"),
        Either::Right((tea, _)) => println!("{tea:?}"),
    }
    let (keep, gone) = mpsc::channel::<u32>(1);
    let refused = keep.send(1);
    drop(gone);
    println!("{}", refused.await.is_err());
}
