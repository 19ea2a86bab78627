//! Photos are decoded on threads, and each that is decoded gets a line in the index, a file.
use std::path::PathBuf;
use std::time::{Duration, Instant};

use kettle::runtime::Builder;
use kettle::sync::mpsc;
use kettle::task::spawn_blocking;

fn decode(photo: &'static str, millis: u64) -> String {
    std::thread::sleep(Duration::from_millis(millis));
    format!("{photo} 4000x3000\n")
}

async fn import(photo: &'static str, millis: u64, index: mpsc::Sender<String>) {
    let line = spawn_blocking(move || decode(photo, millis)).await.expect("decoded");
    index.send(line).await.expect("the index is kept");
}

async fn keep_index(mut lines: mpsc::Receiver<String>, file: PathBuf, began: Instant) -> usize {
    let mut index = String::new();
    let mut kept = 0;
    while let Some(line) = lines.recv().await {
        index.push_str(&line);
        kettle::fs::write(&file, &index).await.expect("room on the disk");
        kept += 1;
        println!("{:.1} s: {kept} in the index", began.elapsed().as_secs_f32());
    }
    kept
}

async fn run() {
    let began = Instant::now();
    let file = std::env::temp_dir().join(format!("photos-{}.txt", std::process::id()));
    let (to_index, lines) = mpsc::channel(8);
    let index = kettle::spawn(keep_index(lines, file.clone(), began));
    for (photo, millis) in [("beach", 400), ("tower", 600), ("train", 700), ("dog", 400)] {
        kettle::spawn(import(photo, millis, to_index.clone()));
    }
    drop(to_index);
    let kept = index.await.expect("the index does not panic");
    println!("{kept} photos imported");
    let _ = kettle::fs::remove_file(file).await;
}

fn main() -> std::io::Result<()> {
    let runtime = Builder::new_current_thread().enable_all().max_blocking_threads(2).build()?;
    runtime.block_on(run());
    Ok(())
}
