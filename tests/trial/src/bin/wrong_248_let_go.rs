//! A photo service answers at once, and puts the pictures into the archive in the background.
//!
//! Wrong: at the end `main` calls `detach_all`, which its author takes for "let them finish". The tasks are nobody's from then on, and end
//! half-way as `main` returns.
//!
//! Expected: `cut_short`, a note, at the pictures' tasks. The cure: `join_all` (or `join_next` until `None`).
//!
//! doctor: `cut_short`
//! ends: by itself

use std::time::Duration;

use kettle::sync::mpsc;
use kettle::task::JoinSet;
use kettle::time::sleep;

async fn archive(picture: u64, shelf: mpsc::Sender<u64>) {
    sleep(Duration::from_millis(20 + 40 * picture)).await; // packs it
    shelf.send(picture).await.unwrap();
    sleep(Duration::from_millis(30)).await; // writes the index
    println!("picture {picture} is in the archive");
}

#[kettle::main]
async fn main() {
    let (shelf, mut archived) = mpsc::channel(8);
    let mut pictures = JoinSet::new();
    for picture in 0..4 {
        pictures.spawn(archive(picture, shelf.clone()));
    }
    drop(shelf);
    for _ in 0..2 {
        println!("on the shelf: {:?}", archived.recv().await);
    }
    pictures.detach_all();
}
