//! A status line empties two channels with `now_or_never`, and prints what has come; then it sleeps.
//!
//! Right: each `recv` that is not ready is dropped at once, unused, and its waker did nothing. The next round asks anew.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::time::Duration;

use futures_util::FutureExt;
use kettle::sync::mpsc;
use kettle::time::sleep;

#[kettle::main]
async fn main() {
    let (built, mut builds) = mpsc::channel(16);
    let (warned, mut warnings) = mpsc::unbounded_channel();
    let build = kettle::spawn(async move {
        for krate in 0..20_u32 {
            sleep(Duration::from_millis(60)).await;
            built.send(krate).await.unwrap();
            if krate % 7 == 3 {
                warned.send(krate).unwrap();
            }
        }
    });
    let (mut crates, mut warned) = (0, 0);
    while crates < 20 {
        while let Some(Some(_)) = builds.recv().now_or_never() {
            crates += 1;
        }
        while let Some(Some(_)) = warnings.recv().now_or_never() {
            warned += 1;
        }
        println!("{crates} built, {warned} warnings");
        sleep(Duration::from_millis(50)).await;
    }
    build.await.unwrap();
}
