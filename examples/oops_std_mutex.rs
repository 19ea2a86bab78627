// Misconception 12: a lock is a lock; std's will do, also across an `.await`.
//
// What happens: Anna takes the lock and awaits a timer while she has the guard. Bert is polled and
// calls `lock()`, which puts the *thread* to sleep until the lock is free. It never will be: the
// timer that Anna waits for can fire only on this very thread. The program hangs inside a poll.
// (`spawn` would not have compiled, because a std guard may not go to another thread. `join!` is no
// help.)
//
// The doctor: only another thread can see a poll that never ends. In a debug build the doctor has
// one, and it says `kettle::blocking_poll`.
//
// The fix: drop the guard before the `.await`; or take `kettle::sync::Mutex`, whose `lock` is
// awaited.

use std::sync::Mutex;
use std::time::Duration;

use kettle::time::sleep;

#[expect(clippy::await_holding_lock, reason = "this is the mistake, and clippy sees it, too")]
async fn cook(name: &str, stove: &Mutex<()>) {
    let _stove = stove.lock().expect("no panic");
    println!("{name} cooks.");
    sleep(Duration::from_millis(100)).await;
    println!("{name} is done (never printed).");
}

#[kettle::main]
async fn main() {
    let stove = Mutex::new(());
    kettle::join!(cook("Anna", &stove), cook("Bert", &stove));
}
