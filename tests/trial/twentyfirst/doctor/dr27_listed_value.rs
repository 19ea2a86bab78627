// RIGHT. A branch of `select!` receives, puts the value into a list at once, and then waits a bit (debounce); the list survives when the other branch wins.
// EXPECT: silence, or an "if".
use kettle::sync::mpsc;
use std::cell::RefCell;
use std::time::Duration;

#[kettle::main]
async fn main() {
    let (sender, mut keys) = mpsc::channel(8);
    kettle::spawn(async move {
        for key in 'a'..='l' {
            sender.send(key).await.unwrap();
            kettle::time::sleep(Duration::from_millis(25)).await;
        }
    });
    let typed = RefCell::new(String::new());
    let mut flush = kettle::time::interval(Duration::from_millis(60));
    let mut out = String::new();
    loop {
        let more = kettle::select! {
            more = async {
                let key = keys.recv().await;
                let Some(key) = key else { return false };
                typed.borrow_mut().push(key);
                kettle::time::sleep(Duration::from_millis(10)).await;
                true
            } => more,
            _ = flush.tick() => { out.push_str(&typed.take()); true }
        };
        if !more {
            break;
        }
    }
    out.push_str(&typed.take());
    println!("{out}");
}
