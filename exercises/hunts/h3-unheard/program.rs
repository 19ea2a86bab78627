// A cook and a waiter in one kitchen, and a helper from outside who rings the bell.

use std::thread;

use kettle::sync::oneshot;
use kettle::task::{LocalSet, spawn_local};

#[kettle::main]
async fn main() {
    let (ring, bell) = oneshot::channel();
    let kitchen = LocalSet::new();
    let evening = async move {
        let waiter = spawn_local(async move {
            bell.await.expect("somebody rings");
            println!("The waiter has heard the bell.");
        });
        spawn_local(async move {
            // The pan takes two. The helper rings while the cook still holds it.
            let helper = thread::spawn(move || ring.send(()).expect("the waiter waits"));
            helper.join().expect("no panic");
            println!("The cook has put the pan down.");
        });
        waiter.await.expect("no panic");
    };
    kitchen.run_until(evening).await;
    println!("Everybody goes home.");
}
