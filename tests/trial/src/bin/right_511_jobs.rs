//! Pictures are scaled by blocking jobs while a progress bar moves on.
//! doctor: silence

use std::time::Duration;

use kettle::task::{JoinSet, spawn_blocking};
use kettle::time::interval;

fn scale(name: &str, rounds: u64) -> (String, u64) {
    let mut sum = 0_u64;
    for n in 0..rounds {
        sum = sum.rotate_left(5) ^ n.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }
    (name.to_string(), sum)
}

fn save(name: String) -> String {
    std::thread::sleep(Duration::from_millis(700)); // an old disk
    format!("{name}.png")
}

async fn convert(name: &'static str) -> String {
    let (name, check) = spawn_blocking(move || scale(name, 4_000_000)).await.expect("no panic");
    println!("{name}: {check:016x}");
    spawn_blocking(move || save(name)).await.expect("no panic")
}

#[kettle::main]
async fn main() {
    let mut pictures = JoinSet::new();
    for name in ["cat", "dog", "bird"] {
        pictures.spawn(convert(name));
    }
    let bar = kettle::spawn(async {
        let mut often = interval(Duration::from_millis(100));
        loop {
            often.tick().await;
            print!("#");
        }
    });
    let files = pictures.join_all().await;
    bar.abort();
    println!("\n{} files: {}", files.len(), files.join(", "));
}
