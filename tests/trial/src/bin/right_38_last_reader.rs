//! A publisher works until nobody listens any more: `closed().await`. The listener is a thread of its own that
//! sleeps in between, and goes away after a second and a half.
//!
//! Suspicious: main waits for a channel to which it has the only sender.
//!
//! doctor: silence

use std::thread;
use std::time::Duration;

use kettle::sync::watch;

#[kettle::main]
async fn main() {
    let (publish, listener) = watch::channel(0_u32);
    let thread = thread::spawn(move || {
        for _look in 0..15 {
            thread::sleep(Duration::from_millis(100));
            println!("{}", *listener.borrow());
        }
    });
    publish.send_replace(5);
    publish.closed().await;
    thread.join().expect("it doesn't panic");
}
