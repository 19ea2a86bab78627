//! A pool of one thread. A conversion takes two and a half seconds of it, and meanwhile files are to be read, which needs
//! the same thread.
//!
//! Right: the reads wait in the queue of the pool until the conversion is over.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::time::Duration;

use kettle::runtime::Builder;
use kettle::task::spawn_blocking;

async fn run() -> std::io::Result<()> {
    let folder = std::env::temp_dir().join(format!("pages-{}", std::process::id()));
    kettle::fs::create_dir_all(&folder).await?;
    let conversion = spawn_blocking(|| {
        std::thread::sleep(Duration::from_millis(2500)); // another program does it
        "converted"
    });
    for number in 0..3 {
        let file = folder.join(format!("{number}.txt"));
        kettle::fs::write(&file, format!("page {number}")).await?;
        println!("{}", kettle::fs::read_to_string(&file).await?);
    }
    println!("{}", conversion.await?);
    kettle::fs::remove_dir_all(folder).await
}

fn main() -> std::io::Result<()> {
    let runtime = Builder::new_current_thread().enable_all().max_blocking_threads(1).build()?;
    runtime.block_on(run())
}
