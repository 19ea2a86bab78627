// WRONG. `let _ = audit.send(…)`: the warning is silenced, but the future is not awaited: nothing is ever sent.
// EXPECT: unpolled: a send that was dropped before its first poll, at the `let _ = audit.send` line. CURE: `.await`.
use kettle::sync::mpsc;
use std::time::Duration;

async fn handle(user: &str, audit: &mpsc::Sender<String>) {
    kettle::time::sleep(Duration::from_millis(10)).await;
    let _ = audit.send(format!("{user} logged in"));
    println!("hello, {user}");
}

#[kettle::main]
async fn main() {
    let (audit, mut entries) = mpsc::channel(16);
    let writer = kettle::spawn(async move {
        let mut count = 0;
        while let Some(entry) = entries.recv().await {
            println!("AUDIT {entry}");
            count += 1;
        }
        count
    });
    for user in ["ann", "bob"] {
        handle(user, &audit).await;
    }
    drop(audit);
    println!("{} entries", writer.await.unwrap());
}
