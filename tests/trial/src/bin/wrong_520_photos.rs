//! Photos are developed by jobs. The sheet of contacts needs the small pictures of all of them.
//! doctor: `deadlock`

use std::time::Duration;

use kettle::runtime::Builder;
use kettle::sync::mpsc;
use kettle::task::spawn_blocking;

fn shrink(photo: &str) -> String {
    std::thread::sleep(Duration::from_millis(80)); // hard work
    photo.chars().take(3).collect()
}

fn contact_sheet(mut small: mpsc::Receiver<String>) -> String {
    let mut sheet = Vec::new();
    while let Some(picture) = small.blocking_recv() {
        sheet.push(picture);
    }
    sheet.join(" | ")
}

async fn develop(photos: &[&'static str]) -> String {
    let (ready, small) = mpsc::channel(8);
    let sheet = spawn_blocking(move || contact_sheet(small));
    let mut jobs = Vec::new();
    for &photo in photos {
        let ready = ready.clone();
        jobs.push(spawn_blocking(move || ready.blocking_send(shrink(photo)).is_ok()));
    }
    drop(ready);
    for job in jobs {
        assert!(job.await.expect("no panic"));
    }
    sheet.await.expect("no panic")
}

fn main() {
    // The machine is small: one job at a time.
    let runtime = Builder::new_current_thread()
        .enable_all()
        .max_blocking_threads(1)
        .build()
        .expect("a runtime");
    let sheet = runtime.block_on(develop(&["mountain", "lake", "village"]));
    println!("[ {sheet} ]");
}
