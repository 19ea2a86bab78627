//! A print shop closes: no new jobs, and those in the queue are printed. A customer has reserved a place, and looks at the preview.
//!
//! Wrong: a closed channel ends when its last reserved place has been given back. The one who reserved it waits for the shop's word that
//! all is printed, and that comes after the loop.
//!
//! Expected: `deadlock`: `main` waits for a value of the closed channel, task 1 for the word of a oneshot that `main` has. The cure: give
//! the word before the queue is emptied, so that the place is given back; or drop the permit before waiting.
//!
//! doctor: `deadlock`
//! ends: killed

use std::time::Duration;

use kettle::sync::{mpsc, oneshot};
use kettle::time::sleep;

async fn preview(place: mpsc::OwnedPermit<String>, still_open: oneshot::Receiver<bool>) {
    match still_open.await {
        Ok(true) => {
            place.send("a photograph".to_owned());
        }
        _ => println!("then I come back tomorrow"),
    }
}

#[kettle::main]
async fn main() {
    let (queue, mut jobs) = mpsc::channel::<String>(8);
    let (answer, still_open) = oneshot::channel();
    for job in ["a letter", "a poster"] {
        queue.send(job.to_owned()).await.unwrap();
    }
    let place = queue.reserve_owned().await.unwrap();
    let customer = kettle::spawn(preview(place, still_open));
    sleep(Duration::from_millis(30)).await;

    jobs.close();
    while let Some(job) = jobs.recv().await {
        println!("printing {job}");
    }
    answer.send(false).unwrap();
    customer.await.unwrap();
}
