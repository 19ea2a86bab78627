// WRONG. "Wait until the config is loaded": `changed()` on a receiver that was subscribed after the value had been set.
// The sender lives on in main: no change will come.
// EXPECT: deadlock: worker waits for a change of the watch channel at `config.changed()`; main awaits the worker; a sender exists.
// CURE: `wait_for(|c| c.is_some())`, or look at borrow() first.
use kettle::sync::watch;
use std::time::Duration;

async fn worker(mut config: watch::Receiver<Option<String>>) {
    config.changed().await.unwrap();
    println!("config: {:?}", config.borrow().as_deref());
}

#[kettle::main]
async fn main() {
    let (loaded, _) = watch::channel(None);
    kettle::time::sleep(Duration::from_millis(30)).await;
    loaded.send_replace(Some("colour=blue".to_owned()));
    let task = kettle::spawn(worker(loaded.subscribe()));
    task.await.unwrap();
    drop(loaded);
}
