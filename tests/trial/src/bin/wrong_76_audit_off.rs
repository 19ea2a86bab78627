//! A bank writes each transfer to an audit, unless that is disabled.
//!
//! Wrong: where it is disabled, the receiver is kept so that `send` won't fail. Nobody reads from it, and the channel
//! grows as long as the bank is open.
//!
//! Expected: `growing_channel`, a hint. The cure: make no channel if there is no reader, or let a task drain it.
//!
//! doctor: `growing_channel`
//! ends: by itself

use std::time::Duration;

use kettle::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};
use kettle::task::JoinSet;
use kettle::time::interval;

struct Entry {
    account: u32,
    pence: u64,
}

#[derive(Default)]
struct Config {
    audit: bool,
}

struct Audit {
    entries: UnboundedSender<Entry>,
    unused: Option<UnboundedReceiver<Entry>>,
}

impl Audit {
    fn new(config: &Config) -> Audit {
        let (entries, mut receiver) = mpsc::unbounded_channel::<Entry>();
        if config.audit {
            kettle::spawn(async move {
                while let Some(entry) = receiver.recv().await {
                    println!("{}: {}", entry.account, entry.pence);
                }
            });
            return Audit { entries, unused: None };
        }
        Audit { entries, unused: Some(receiver) }
    }
}

async fn branch(account: u32, audit: UnboundedSender<Entry>) -> u64 {
    let mut open = interval(Duration::from_millis(20));
    let mut moved = 0;
    for minute in 0..200 {
        open.tick().await;
        for pence in 0..20 {
            moved += pence;
            audit.send(Entry { account, pence: minute * pence }).expect("the audit");
        }
    }
    moved
}

#[kettle::main]
async fn main() {
    let audit = Audit::new(&Config::default());
    let mut branches = JoinSet::new();
    for account in 0..8 {
        branches.spawn(branch(account, audit.entries.clone()));
    }
    let moved: u64 = branches.join_all().await.into_iter().sum();
    println!("{moved} pence moved, audit off: {}", audit.unused.is_some());
}
