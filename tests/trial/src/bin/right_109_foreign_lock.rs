//! A printer behind another crate's async lock. Each user has it while a sheet is printed, and one of them while a person
//! (a thread) puts in new paper, which takes two seconds.
//!
//! Right: the wakers are in the other crate's lock, no timer runs, and all end.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use futures_util::lock::Mutex;
use kettle::sync::oneshot;

#[derive(Default)]
struct Printer {
    sheets: u32,
}

async fn paper() {
    let (put_in, there) = oneshot::channel();
    thread::spawn(move || {
        thread::sleep(Duration::from_secs(2));
        put_in.send(()).unwrap();
    });
    there.await.unwrap();
}

async fn print(user: u32, printer: Arc<Mutex<Printer>>) {
    for _ in 0..2 {
        let mut printer = printer.lock().await;
        if printer.sheets == 2 {
            paper().await;
        }
        printer.sheets += 1;
        println!("user {user}: sheet {}", printer.sheets);
        kettle::task::yield_now().await;
    }
}

#[kettle::main]
async fn main() {
    let printer = Arc::new(Mutex::new(Printer::default()));
    let users: Vec<_> = (1..=3).map(|user| kettle::spawn(print(user, printer.clone()))).collect();
    for user in users {
        user.await.unwrap();
    }
    assert_eq!(printer.lock().await.sheets, 6);
}
