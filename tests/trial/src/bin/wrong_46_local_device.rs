//! A device that isn't `Send` is read by a task of a `LocalSet`; another one shows a clock.
//!
//! The mistake: it reads with a call that blocks for up to 30 ms, again and again, and sleeps a moment between.
//!
//! Expected: `blocking_poll`: many short polls of one task, half of a second in sum. Cure: a thread for it
//! (`spawn_blocking`).
//!
//! doctor: `blocking_poll`
//! ends: by itself

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::mpsc;
use std::time::Duration;

use kettle::task::LocalSet;
use kettle::time::{interval, sleep};

#[kettle::main]
async fn main() {
    let set = LocalSet::new();
    let shown = Rc::new(RefCell::new(0));
    let counts = shown.clone();
    let (_device, bytes) = mpsc::channel::<u8>();
    set.spawn_local(async move {
        loop {
            if bytes.recv_timeout(Duration::from_millis(30)).is_ok() {
                *counts.borrow_mut() += 1;
            }
            sleep(Duration::from_millis(2)).await;
        }
    });
    set.run_until(async {
        let mut clock = interval(Duration::from_millis(10));
        for _tick in 0..200 {
            clock.tick().await;
        }
        println!("{} bytes", shown.borrow());
    })
    .await;
}
