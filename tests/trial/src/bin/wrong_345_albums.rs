//! A tool writes albums into files, a task for each. `main` waits for the first one, which the user wants to see.
//!
//! Wrong: it lets the others go on in the background (`detach_all`) and returns: they are dropped half-way, and their files are half written.
//!
//! Expected: `cut_short`: tasks 2 and 3 were dropped half-way. The cure: await them all before `main` returns (`join_all` or `join_next` in place of `detach_all`).
//!
//! doctor: `cut_short`
//! ends: by itself

use std::io;
use std::path::PathBuf;

use kettle::fs::{File, create_dir_all, remove_dir_all};
use kettle::io::AsyncWriteExt;
use kettle::task::JoinSet;
use kettle::time::{Duration, sleep};

fn folder() -> PathBuf {
    std::env::temp_dir().join(format!("wrong-345-{}", std::process::id()))
}

async fn album(number: u64) -> io::Result<u64> {
    let mut file = File::create(folder().join(format!("{number}.txt"))).await?;
    file.write_all(b"cover\n").await?;
    file.flush().await?;
    sleep(Duration::from_millis(300 * number - 250)).await; // the pictures are drawn
    file.write_all(b"pictures\n").await?;
    file.flush().await?;
    Ok(number)
}

#[kettle::main]
async fn main() -> io::Result<()> {
    create_dir_all(folder()).await?;
    let mut albums = JoinSet::new();
    for number in 1..=3 {
        albums.spawn(album(number));
    }
    let first = albums.join_next().await.unwrap().unwrap()?;
    println!("album {first} can be seen");
    albums.detach_all();
    let _ = remove_dir_all(folder()).await; // so that this trial leaves nothing
    Ok(())
}
