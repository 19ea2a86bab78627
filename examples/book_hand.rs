// A thread of its own boils the water, and blocks meanwhile. How does its message get in?

use std::thread;
use std::time::Duration;

use kettle::sync::oneshot;
use kettle::time::sleep;

#[kettle::main]
async fn main() {
    let (tx, rx) = oneshot::channel();
    thread::spawn(move || {
        thread::sleep(Duration::from_millis(300)); // may block: no task runs on this thread
        tx.send("The tea is ready.").expect("main waits");
    });
    let toast = kettle::spawn(async {
        sleep(Duration::from_millis(100)).await;
        println!("The toast is golden.");
    });
    println!("{}", rx.await.expect("the thread sends"));
    toast.await.expect("no panic");
}
