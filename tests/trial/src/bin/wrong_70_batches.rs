//! Rows are stored in batches of ten, and at the latest after a tenth of a second.
//!
//! Wrong: the `timeout` drops the future that collects, and with it the rows that it has received.
//!
//! Expected: nothing; it can't be told. (The page of the doctor says that `lost_value` doesn't see what `timeout`
//! drops, nor a branch that then waits for a value.) The cure would be a list outside the future, or `recv_many`.
//!
//! doctor: can't be told
//! ends: by itself

use std::time::Duration;

use kettle::sync::mpsc;
use kettle::time::{sleep, timeout};

struct Row(u32);

async fn batch(rows: &mut mpsc::Receiver<Row>) -> Option<Vec<Row>> {
    let mut batch = vec![rows.recv().await?];
    while batch.len() < 10 {
        match rows.recv().await {
            Some(row) => batch.push(row),
            None => break,
        }
    }
    Some(batch)
}

async fn store(mut rows: mpsc::Receiver<Row>) -> usize {
    let mut stored = 0;
    loop {
        match timeout(Duration::from_millis(100), batch(&mut rows)).await {
            Ok(Some(batch)) => {
                println!("rows {} to {}", batch[0].0, batch[batch.len() - 1].0);
                stored += batch.len();
            }
            Ok(None) => return stored,
            Err(_) => println!("a quiet moment"),
        }
    }
}

#[kettle::main]
async fn main() {
    let (writer, rows) = mpsc::channel(100);
    let store = kettle::spawn(store(rows));
    for number in 0..60 {
        let pause = if number < 40 { 3 } else { 25 };
        sleep(Duration::from_millis(pause)).await;
        writer.send(Row(number)).await.expect("the store");
    }
    drop(writer);
    println!("{} of 60 rows are stored", store.await.expect("the store"));
}
