// Belief 18: a future that I have begun goes on while I do something else.
//
// What happens: `order` stands first in the line for the cook when the round of `select!` is lost. It is
// only borrowed, so it keeps its place; but nobody polls it any more. The cook is free, `order` is called
// and doesn't come, and `main` stands in the same line behind it. (Known as futurelock.)
//
// The doctor: `kettle::deadlock`.
//
// The mend: let `select!` have the future and drop it with its place; or spawn it, so that it is polled
// whatever `main` does.

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
