//! A tool without async runs its runtime in slices: half a second of its own work, then a short `block_on` in which tasks and timers come on.
//!
//! Right: a pause of 100 ms may last for half a second so; that is known and enough. All tasks end.
//!
//! Expected: silent, though for long no thread drives a runtime with a timer that is due.
//!
//! doctor: silence

use std::thread;
use std::time::Duration;

use kettle::runtime::Runtime;
use kettle::sync::mpsc;
use kettle::task::yield_now;
use kettle::time::sleep;

fn main() {
    let runtime = Runtime::new().unwrap();
    let (tell, mut told) = mpsc::channel(8);
    for number in 0..3 {
        let tell = tell.clone();
        runtime.spawn(async move {
            for step in 0..4 {
                sleep(Duration::from_millis(100)).await;
                tell.send(number * 10 + step).await.unwrap();
            }
        });
    }
    drop(tell);
    let mut heard = Vec::new();
    while heard.len() < 12 {
        thread::sleep(Duration::from_millis(500)); // the tool's own work
        runtime.block_on(async {
            for _ in 0..5 {
                yield_now().await;
            }
            while let Ok(word) = told.try_recv() {
                heard.push(word);
            }
        });
    }
    println!("{heard:?}");
}
