// Misconception 11: a task can wait until it is over.
//
// What happens: a task gets its own `JoinHandle` and awaits it. The handle is ready after the task
// has returned, and the task returns after the handle is ready.
//
// The doctor: `kettle::deadlock`: the task waits for itself to end.
//
// The fix: leave the handle to the task that spawned this one.

use kettle::sync::oneshot;
use kettle::task::JoinHandle;

#[kettle::main]
async fn main() {
    let (tx, rx) = oneshot::channel::<JoinHandle<()>>();
    let (done, is_done) = oneshot::channel::<()>();
    let cook = kettle::spawn(async move {
        let own = rx.await.expect("main sends it");
        own.await.expect("no panic");
        drop(done);
    });
    tx.send(cook).expect("the cook waits");
    let _ = is_done.await;
    println!("The cook is done (never printed).");
}
