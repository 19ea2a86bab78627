//! Runners that start together: a barrier for the runners and for the one who watches them.
//!
//! The mistake: one of the runners has an entry that is not valid and doesn't come; the barrier counts it all
//! the same.
//!
//! Expected: a deadlock: the tasks and main wait for a barrier, for one more than there are. Cure: as many
//! as there will be.
//!
//! doctor: `deadlock`
//! ends: killed

use std::sync::Arc;

use kettle::sync::Barrier;
use kettle::task::JoinSet;

#[kettle::main]
async fn main() {
    let entries = ["Anna", "Bert", "", "Dora"];
    let start = Arc::new(Barrier::new(entries.len() + 1));
    let mut runners = JoinSet::new();
    for name in entries {
        if name.is_empty() {
            continue;
        }
        let start = start.clone();
        runners.spawn(async move {
            start.wait().await;
            println!("{name} runs");
        });
    }
    start.wait().await;
    println!("off they go");
    runners.join_all().await;
}
