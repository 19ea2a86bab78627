//! Rows are collected into a list until it has ten or a tenth of a second is over; then it is written. Not more
//! than a hundred a second are taken.
//!
//! Suspicious: `select!` drops a branch that has received values and waits for a timer. Right: they are in the
//! list, which is outside.
//!
//! doctor: silence

use std::time::Duration;

use kettle::select;
use kettle::sync::mpsc;
use kettle::time::sleep;

#[kettle::main]
async fn main() {
    let (sender, mut rows) = mpsc::channel(4);
    kettle::spawn(async move {
        for row in 0..60 {
            sender.send(row).await.expect("they are collected");
            if row % 14 == 0 {
                sleep(Duration::from_millis(150)).await;
            }
        }
    });
    let (mut written, mut open) = (0, true);
    while open {
        let mut batch = Vec::new();
        select! {
            () = sleep(Duration::from_millis(105)) => {}
            () = async {
                while batch.len() < 10 {
                    let Some(row) = rows.recv().await else {
                        open = false;
                        return;
                    };
                    batch.push(row);
                    sleep(Duration::from_millis(10)).await;
                }
            } => {}
        }
        written += batch.len();
        println!("{batch:?}");
    }
    assert_eq!(written, 60);
}
