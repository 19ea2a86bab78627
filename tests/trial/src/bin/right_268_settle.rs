//! Right: changes are written when none has come for 200 ms. The sleep begins anew with each change, as meant, and
//! what is left is written at the end.
//!
//! doctor: silence

use std::time::Duration;

use kettle::sync::mpsc;
use kettle::time::{sleep, timeout};

async fn settle(mut changes: mpsc::Receiver<u32>) -> Vec<Vec<u32>> {
    let mut written = Vec::new();
    while let Some(first) = changes.recv().await {
        let mut batch = vec![first];
        while let Ok(Some(change)) = timeout(Duration::from_millis(200), changes.recv()).await {
            batch.push(change);
        }
        written.push(batch);
    }
    written
}

#[kettle::main]
async fn main() {
    let (editor, changes) = mpsc::channel(4);
    let writer = kettle::spawn(settle(changes));
    for change in 0..30 {
        editor.send(change).await.unwrap();
        sleep(Duration::from_millis(if change % 10 == 9 { 300 } else { 40 })).await;
    }
    drop(editor);
    for batch in writer.await.unwrap() {
        println!("{batch:?}");
    }
}
