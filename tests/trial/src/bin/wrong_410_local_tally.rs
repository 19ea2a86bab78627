//! A polling station. Its clerks run on one thread, so a lock of std's seems enough.
//! doctor: `blocking_poll`

use std::rc::Rc;
use std::sync::Mutex;
use std::time::Duration;

use kettle::task::LocalSet;
use kettle::time::sleep;

#[derive(Default)]
struct Tally {
    votes: [u32; 3],
    pages: u32,
}

async fn print_page(tally: &Tally) {
    sleep(Duration::from_millis(40)).await;
    println!("page {}: {:?}", tally.pages, tally.votes);
}

async fn clerk(first: usize, tally: Rc<Mutex<Tally>>) {
    for n in 0..5 {
        sleep(Duration::from_millis(10)).await;
        let mut tally = tally.lock().unwrap();
        tally.votes[(first + n) % 3] += 1;
        if n == 2 {
            tally.pages += 1;
            print_page(&tally).await;
        }
    }
}

#[kettle::main]
async fn main() {
    let tally = Rc::new(Mutex::new(Tally::default()));
    let station = LocalSet::new();
    for first in 0..3 {
        station.spawn_local(clerk(first, tally.clone()));
    }
    station.await;
    println!("result: {:?}", tally.lock().unwrap().votes);
}
