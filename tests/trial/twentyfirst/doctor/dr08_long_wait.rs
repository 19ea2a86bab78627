// RIGHT. main and two tasks wait for 5 s for a word that a plain thread (a device's driver) sends; nothing else happens. EXPECT: silence.
use kettle::sync::{Notify, oneshot};
use std::sync::Arc;
use std::time::Duration;

#[kettle::main]
async fn main() {
    let (word, heard) = oneshot::channel();
    let go = Arc::new(Notify::new());
    let mut waiting = Vec::new();
    for id in 0..2 {
        let go = go.clone();
        waiting.push(kettle::spawn(async move {
            go.notified().await;
            println!("task {id} goes on");
        }));
    }
    let device = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_secs(5));
        word.send(42).unwrap();
    });
    println!("{}", heard.await.unwrap());
    go.notify_waiters();
    for task in waiting {
        task.await.unwrap();
    }
    device.join().unwrap();
}
