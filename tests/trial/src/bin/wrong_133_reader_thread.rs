//! A reader for an old format isn't async. It has a thread of its own and sends rows with `blocking_send`.
//!
//! Wrong: `main` waits for the thread, politely in `spawn_blocking`, and takes the rows out of the channel afterwards. The
//! channel has room for eight.
//!
//! Expected: `deadlock` of `main` and the job that joins the thread; the thread waits for room. The cure: receive until the
//! end of the channel first, and join the thread then.
//!
//! doctor: `deadlock`
//! ends: killed

use std::collections::BTreeMap;
use std::thread;

use kettle::sync::mpsc::{self, Receiver, Sender};
use kettle::task::spawn_blocking;

struct Row {
    tea: String,
    cups: u32,
}

fn read(text: &str, rows: &Sender<Row>) -> Result<u32, String> {
    let mut lines = 0;
    for line in text.lines() {
        let (tea, cups) = line.split_once(';').ok_or(format!("no semicolon in {line}"))?;
        let cups = cups.parse().map_err(|error| format!("{line}: {error}"))?;
        rows.blocking_send(Row { tea: tea.to_owned(), cups }).map_err(|_| "not wanted")?;
        lines += 1;
    }
    Ok(lines)
}

async fn sum_up(mut rows: Receiver<Row>) -> BTreeMap<String, u32> {
    let mut sums = BTreeMap::new();
    while let Some(row) = rows.recv().await {
        *sums.entry(row.tea).or_default() += row.cups;
    }
    sums
}

#[kettle::main]
async fn main() -> Result<(), String> {
    let text = "assam;3\nceylon;4\nassam;5\n".repeat(4);
    let (send, rows) = mpsc::channel(8);
    let reader = thread::spawn(move || read(&text, &send));
    let joined = spawn_blocking(move || reader.join()).await.map_err(|error| error.to_string())?;
    println!("{} lines", joined.expect("no panic")?);
    println!("{:?}", sum_up(rows).await);
    Ok(())
}
