// Misconception 18: a future that has begun goes on while its task does something else.
//
// What happens: when this round of `select!` is lost, `order` is the first waiter for the cook. It
// is only borrowed, so it keeps its turn; but no code polls it any more. The cook becomes free,
// `order` is woken and doesn't take the lock, and `main` waits for the same lock behind it. (Known
// as futurelock.)
//
// The doctor: `kettle::deadlock`.
//
// The fix: let `select!` own the future, which drops it and its turn; or spawn it, so that it is
// polled whatever `main` does.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use kettle::sync::{Mutex, oneshot};
use kettle::time::sleep;

#[kettle::main]
async fn main() {
    let cook = Arc::new(Mutex::new(()));
    let (done, is_done) = oneshot::channel();
    let busy = kettle::spawn({
        let cook = cook.clone();
        async move {
            let _cook = cook.lock().await;
            is_done.await.expect("main tells");
        }
    });
    kettle::task::yield_now().await;

    let mut order = pin!(cook.lock());
    kettle::select! {
        _ = &mut order => println!("Served at once."),
        () = sleep(Duration::from_millis(10)) => println!("It takes a while. Asking the cook:"),
    }
    done.send(()).expect("the task waits");
    busy.await.expect("no panic");
    let _asks = cook.lock().await;
    println!("The cook answers (never printed).");
}
