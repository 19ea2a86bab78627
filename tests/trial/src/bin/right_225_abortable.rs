//! A game's tasks wait in `abortable(pending())` of futures-util until they are sent home, one after the other.
//!
//! Right: the handle that sends them home is kept, and used after one and a half seconds.
//!
//! Expected: silent: their wakers are with other code, which calls them.
//!
//! doctor: silence

use std::future::pending;
use std::time::Duration;

use futures_util::future::{AbortHandle, abortable};
use futures_util::stream::{FuturesUnordered, StreamExt};
use kettle::time::sleep;

#[kettle::main]
async fn main() {
    let (mut out, mut handles): (FuturesUnordered<_>, Vec<AbortHandle>) = Default::default();
    for player in 0..6 {
        let (waits, handle) = abortable(pending::<()>());
        handles.push(handle);
        out.push(kettle::spawn(async move { (player, waits.await.is_err()) }));
    }
    let referee = kettle::spawn(async move {
        sleep(Duration::from_millis(1_500)).await;
        while let Some(handle) = handles.pop() {
            handle.abort();
            sleep(Duration::from_millis(20)).await;
        }
    });
    while let Some(player) = out.next().await {
        println!("{:?}", player.unwrap());
    }
    referee.await.unwrap();
}
