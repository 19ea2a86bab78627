//! Settings and log are made when they are first asked for, each in a `OnceCell`.
//!
//! The mistake: making the settings writes a line to the log, and making the log asks the settings for its
//! level. A clock goes on.
//!
//! Expected: a deadlock: a task waits for a `OnceCell` that it is initialising itself. Cure: don't ask for
//! the one while the other is made.
//!
//! doctor: `deadlock`
//! ends: killed

use std::time::Duration;

use kettle::sync::OnceCell;
use kettle::time::{interval, sleep};

static SETTINGS: OnceCell<String> = OnceCell::const_new();
static LOG: OnceCell<Log> = OnceCell::const_new();

struct Log {
    level: usize,
}

async fn settings() -> &'static str {
    SETTINGS
        .get_or_init(|| async {
            sleep(Duration::from_millis(5)).await;
            Box::pin(log()).await.line("the settings are read");
            "debug".to_owned()
        })
        .await
}

async fn log() -> &'static Log {
    LOG.get_or_init(|| async { Log { level: settings().await.len() } }).await
}

impl Log {
    fn line(&self, text: &str) {
        println!("{}{text}", " ".repeat(self.level));
    }
}

#[kettle::main]
async fn main() {
    let service = kettle::spawn(async { println!("started with {}", settings().await) });
    kettle::spawn(async {
        let mut clock = interval(Duration::from_millis(100));
        loop {
            clock.tick().await;
        }
    });
    service.await.expect("it doesn't panic");
}
