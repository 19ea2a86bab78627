//! A print shop closes: no new jobs, and those in the queue are printed. A customer has reserved a place and still looks at the preview.
//!
//! Right: the loop waits for the reserved place, and the customer makes up its mind by itself. What comes in it is printed, too.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::time::Duration;

use kettle::sync::mpsc::{self, OwnedPermit};
use kettle::time::sleep;

async fn preview(place: OwnedPermit<String>, picture: &'static str, likes_it: bool) {
    sleep(Duration::from_millis(700)).await; // looks
    if likes_it {
        place.send(picture.to_owned());
    }
}

#[kettle::main]
async fn main() {
    let (queue, mut jobs) = mpsc::channel::<String>(4);
    for job in ["a letter", "a poster"] {
        queue.send(job.to_owned()).await.unwrap();
    }
    let mut customers = Vec::new();
    for (picture, likes_it) in [("a photograph", true), ("a drawing", false)] {
        let place = queue.clone().reserve_owned().await.unwrap();
        customers.push(kettle::spawn(preview(place, picture, likes_it)));
    }
    assert_eq!(queue.capacity(), 0);
    jobs.close();
    assert!(queue.send("too late".to_owned()).await.is_err());
    while let Some(job) = jobs.recv().await {
        println!("printing {job}");
    }
    for customer in customers {
        customer.await.unwrap();
    }
    println!("closed");
}
