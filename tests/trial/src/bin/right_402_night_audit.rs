//! A hotel audits its books at night: it keeps the books for two seconds. Who finds them taken comes back later.
//! doctor: silence

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::Mutex;
use kettle::time::{interval, sleep};

#[derive(Default)]
struct Books {
    entries: Vec<u32>,
    audited: usize,
}

async fn audit(books: Arc<Mutex<Books>>) {
    let mut books = books.lock().await;
    for page in 0..20 {
        sleep(Duration::from_millis(100)).await;
        if page % 5 == 0 {
            println!("audit: page {page}");
        }
    }
    books.audited = books.entries.len();
}

async fn reception(books: Arc<Mutex<Books>>) -> (u32, u32) {
    let (mut booked, mut later) = (0, Vec::new());
    let mut put_off = 0;
    let mut guests = interval(Duration::from_millis(150));
    for guest in 0..18 {
        guests.tick().await;
        later.push(guest);
        match books.try_lock() {
            Ok(mut books) => {
                booked += later.len() as u32;
                books.entries.append(&mut later);
            }
            Err(_) => put_off += 1,
        }
    }
    (booked, put_off)
}

#[kettle::main]
async fn main() {
    let books = Arc::new(Mutex::new(Books::default()));
    let audit = kettle::spawn(audit(books.clone()));
    let reception = kettle::spawn(reception(books.clone()));
    audit.await.unwrap();
    let (booked, put_off) = reception.await.unwrap();
    println!("{booked} booked, {put_off} times put off, {} audited", books.lock().await.audited);
}
