//! A last report is written by a job that nobody waits for: the runtime does, at its end.
//! doctor: silence

use std::io::Write;
use std::path::PathBuf;
use std::time::Duration;

use kettle::task::spawn_blocking;
use kettle::time::sleep;

struct Stock {
    cups: u32,
    pots: u32,
}

fn write_report(path: PathBuf, stock: &Stock) {
    let mut file = std::fs::File::create(&path).unwrap();
    for line in 0..6 {
        std::thread::sleep(Duration::from_millis(250)); // a slow disk
        writeln!(file, "{line}: {} cups, {} pots", stock.cups, stock.pots).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap().lines().count();
    std::fs::remove_file(path).unwrap();
    println!("{written} lines are written");
}

async fn sell(stock: &mut Stock) -> bool {
    sleep(Duration::from_millis(20)).await;
    stock.cups = stock.cups.saturating_sub(3);
    stock.pots = stock.pots.saturating_sub(1);
    stock.cups > 0
}

#[kettle::main]
async fn main() {
    let mut stock = Stock { cups: 30, pots: 8 };
    while sell(&mut stock).await {
        println!("{} cups", stock.cups);
    }
    let path = std::env::temp_dir().join(format!("trial14-stock-{}", std::process::id()));
    spawn_blocking(move || write_report(path, &stock));
    println!("closed");
}
