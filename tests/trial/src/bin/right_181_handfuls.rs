//! Events of a game are written to a table, up to eight at a time. The settings of the table may change at any time.
//!
//! Right: the branch of `select!` takes its handful into a list outside of itself, and then waits for room. If the settings change
//! meanwhile, the branch is dropped, and the next one first sends what is in the list.
//!
//! Expected: silent. (The next branch goes on without asking the channel.)
//!
//! doctor: silence

use std::time::Duration;

use kettle::sync::{mpsc, watch};
use kettle::time::sleep;

async fn store(
    mut events: mpsc::Receiver<u32>,
    table: mpsc::Sender<Vec<u32>>,
    mut settings: watch::Receiver<u32>,
) -> u32 {
    let (mut changes, mut handful) = (0, Vec::with_capacity(8));
    loop {
        kettle::select! {
            open = async {
                if handful.is_empty() && events.recv_many(&mut handful, 8).await == 0 {
                    return false;
                }
                let Ok(room) = table.reserve().await else { return false };
                room.send(std::mem::take(&mut handful));
                true
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
