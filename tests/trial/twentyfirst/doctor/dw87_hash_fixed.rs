// WRONG. (dw10 with a fixed amount of work: about 0.6 s of processor time in a debug build.) A handler hashes a password with many rounds right in the task; the heartbeat of 50 ms is late each time.
// EXPECT: never_yields for the login tasks (spawn line in main's loop), timers fell due meanwhile. CURE: spawn_blocking or yields.
use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::{Duration};

fn slow_hash(password: &str) -> u64 {
    let mut state = 0_u64;
    for _ in 0..4000 {
        for _ in 0..1000 {
            let mut hasher = DefaultHasher::new();
            (password, state).hash(&mut hasher);
            state = hasher.finish();
        }
    }
    state
}

async fn login(password: String) -> bool {
    kettle::time::sleep(Duration::from_millis(20)).await; // the database
    slow_hash(&password) != 0
}

#[kettle::main]
async fn main() {
    let heart = kettle::spawn(async {
        let mut beat = kettle::time::interval(Duration::from_millis(50));
        for _ in 0..40 {
            beat.tick().await;
        }
    });
    let mut logins = Vec::new();
    for name in ["ann", "bob", "cid"] {
        logins.push(kettle::spawn(login(format!("secret of {name}"))));
    }
    for login in logins {
        println!("{}", login.await.unwrap());
    }
    heart.await.unwrap();
}
