//! Events of a game are written to a table, up to eight at a time. The settings of the table may change at any time.
//!
//! Wrong: the branch of `select!` takes a handful by `recv_many` and then waits for room in the table's channel. If the settings
//! change meanwhile, the branch is dropped, and the handful with it.
//!
//! Expected: `lost_value`, at the `select!`. The cure: only `recv_many` in the branch, and the `send` in its body; or `reserve` the
//! room first.
//!
//! doctor: `lost_value`
//! ends: by itself

use std::time::Duration;

use kettle::sync::{mpsc, watch};
use kettle::time::sleep;

async fn store(
    mut events: mpsc::Receiver<u32>,
    table: mpsc::Sender<Vec<u32>>,
    mut settings: watch::Receiver<u32>,
) -> u32 {
    let mut changes = 0;
    loop {
        kettle::select! {
            open = async {
                let mut handful = Vec::with_capacity(8);
                let taken = events.recv_many(&mut handful, 8).await;
                taken > 0 && table.send(handful).await.is_ok()
            } => if !open {
                return changes;
            },
            Ok(()) = settings.changed() => {
                settings.borrow_and_update();
                changes += 1;
            }
        }
    }
}

#[kettle::main]
async fn main() {
    let (play, events) = mpsc::channel(32);
    let (to_table, mut table) = mpsc::channel(1);
    let (change, settings) = watch::channel(0);
    let store = kettle::spawn(store(events, to_table, settings));
    let table = kettle::spawn(async move {
        let mut written = 0;
        while let Some(handful) = table.recv().await {
            written += handful.len();
            sleep(Duration::from_millis(40)).await;
        }
        written
    });
    for event in 0..200 {
        play.send(event).await.expect("the store is there");
        if event % 25 == 0 {
            change.send_modify(|settings| *settings += 1);
            sleep(Duration::from_millis(15)).await;
        }
    }
    drop(play);
    println!("{} changes; 200 events, {} written", store.await.unwrap(), table.await.unwrap());
}
