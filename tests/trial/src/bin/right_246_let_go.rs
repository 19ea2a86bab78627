//! A photo service puts its pictures into the archive in the background: tasks of a `JoinSet` that it lets go with `detach_all`.
//!
//! Right: `main` waits until the last of them has dropped its sender, which is the last thing they do.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::time::Duration;

use kettle::sync::mpsc;
use kettle::task::JoinSet;
use kettle::time::sleep;

async fn archive(picture: u64, alive: mpsc::Sender<()>) {
    sleep(Duration::from_millis(20 + 40 * picture)).await; // packs it
    sleep(Duration::from_millis(30)).await; // writes the index
    println!("picture {picture} is in the archive");
    drop(alive);
}

#[kettle::main]
async fn main() {
    let (alive, mut all_gone) = mpsc::channel(1);
    let mut pictures = JoinSet::new();
    for picture in 0..6 {
        pictures.spawn(archive(picture, alive.clone()));
    }
    drop(alive);
    pictures.detach_all();
    assert!(pictures.join_next().await.is_none());
    assert!(all_gone.recv().await.is_none());
}
