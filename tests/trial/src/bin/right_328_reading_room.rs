//! A reading room with few seats: an `RwLock` made `with_max_readers`. Three members of a club read the book together, page by page.
//!
//! Right: there are three seats, and nobody writes.
//!
//! Expected: silence.
//!
//! doctor: silence
//! ends: by itself

use std::sync::Arc;

use kettle::sync::{Barrier, RwLock};
use kettle::time::{Duration, sleep};

const MEMBERS: usize = 3;

struct Club {
    book: RwLock<Vec<String>>,
    together: Barrier,
}

async fn member(club: Arc<Club>, name: &'static str) -> usize {
    sleep(Duration::from_millis(20)).await; // the way there
    let book = club.book.read().await;
    let mut letters = 0;
    for page in book.iter() {
        club.together.wait().await;
        letters += page.len();
    }
    println!("{name} has read it");
    letters
}

#[kettle::main]
async fn main() {
    let pages = ["Call me Ishmael.", "Some years ago", "never mind how long"];
    let pages = pages.map(String::from).to_vec();
    let club = Arc::new(Club {
        book: RwLock::with_max_readers(pages, 3),
        together: Barrier::new(MEMBERS),
    });
    let mut members = Vec::new();
    for name in ["Ada", "Bob", "Cyd"] {
        members.push(kettle::spawn(member(Arc::clone(&club), name)));
    }
    for member in members {
        println!("{} letters", member.await.unwrap());
    }
}
