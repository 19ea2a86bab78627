// WRONG. The guard in the scrutinee of `match` lives until the end of the match: the arm locks again.
// EXPECT: deadlock: task waits for its own lock in `None` arm at `sessions.lock().await`, taken in the match line.
// CURE: `let found = sessions.lock().await.get(..).cloned();` before the match.
use kettle::sync::Mutex;
use std::collections::HashMap;
use std::sync::Arc;

type Sessions = Arc<Mutex<HashMap<String, u64>>>;

async fn session(sessions: &Sessions, user: &str) -> u64 {
    match sessions.lock().await.get(user) {
        Some(id) => *id,
        None => {
            let id = user.len() as u64;
            sessions.lock().await.insert(user.to_owned(), id);
            id
        }
    }
}

#[kettle::main]
async fn main() {
    let sessions = Sessions::default();
    let ticker = kettle::spawn(async {
        let mut tick = kettle::time::interval(std::time::Duration::from_millis(300));
        for _ in 0..30 {
            tick.tick().await;
        }
    });
    for user in ["ann", "bob", "ann"] {
        println!("{user} has session {}", session(&sessions, user).await);
    }
    ticker.abort();
}
