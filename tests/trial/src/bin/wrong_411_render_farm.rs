//! Two render threads and a job that collects what they render.
//! doctor: `deadlock`

use std::sync::mpsc;

use kettle::runtime::Builder;
use kettle::task::spawn_blocking;

struct Tile {
    row: usize,
    brightness: u64,
}

fn assemble(tiles: mpsc::Receiver<Tile>, stripe: &str) -> u64 {
    let mut sum = 0;
    for tile in tiles {
        println!("{stripe}: row {}", tile.row);
        sum += tile.brightness;
    }
    sum
}

fn render(rows: std::ops::Range<usize>, to: mpsc::Sender<Tile>) {
    for row in rows {
        let brightness = (0..1000u64).map(|x| x * row as u64 % 255).sum();
        to.send(Tile { row, brightness }).unwrap();
    }
}

fn main() {
    let runtime = Builder::new_current_thread().max_blocking_threads(2).build().unwrap();
    runtime.block_on(async {
        let (left_tx, left) = mpsc::channel();
        let (right_tx, right) = mpsc::channel();
        let left_sum = spawn_blocking(move || assemble(left, "left"));
        let right_sum = spawn_blocking(move || assemble(right, "right"));
        spawn_blocking(move || render(0..4, left_tx));
        spawn_blocking(move || render(4..8, right_tx));
        println!("left: {}", left_sum.await.unwrap());
        println!("right: {}", right_sum.await.unwrap());
    });
}
