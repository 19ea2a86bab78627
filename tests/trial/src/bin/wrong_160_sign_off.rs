//! Sessions sign on and off in a log. A session signs off when it is dropped, so that none forgets it.
//!
//! Wrong: the `send` of a channel with a limit is a future. In `drop` it can't be awaited, so it is dropped where it was made,
//! and nothing is sent.
//!
//! Expected: `unpolled`, at the `send` in `drop`. The cure: `try_send`, or a channel without a limit.
//!
//! doctor: `unpolled`

use std::time::Duration;

use kettle::sync::mpsc::{self, Sender};
use kettle::task::JoinSet;
use kettle::time::sleep;

struct Session {
    user: String,
    log: Sender<String>,
}

impl Session {
    async fn begin(user: &str, log: Sender<String>) -> Session {
        let _ = log.send(format!("{user} has signed on")).await;
        Session { user: user.to_owned(), log }
    }
}

impl Drop for Session {
    #[expect(clippy::let_underscore_future, reason = "it is the fault of this program")]
    fn drop(&mut self) {
        let _ = self.log.send(format!("{} has signed off", self.user));
    }
}

#[kettle::main]
async fn main() {
    let (log, mut entries) = mpsc::channel(8);
    let mut users = JoinSet::new();
    for (number, user) in ["ada", "grace", "edsger"].into_iter().enumerate() {
        let log = log.clone();
        users.spawn(async move {
            let _session = Session::begin(user, log).await;
            sleep(Duration::from_millis(10 * (1 + number as u64))).await;
        });
    }
    drop(log);
    while let Some(entry) = entries.recv().await {
        println!("{entry}");
    }
    users.join_all().await;
}
