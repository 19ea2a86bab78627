//! A server places queens on a board for its guests: a search that takes seconds of the processor, in an `async fn` that
//! calls itself. A clock beside it shows the time.
//!
//! Right: each step of the search uses a unit of the task's budget, so it yields after 128 of them.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::pin::Pin;
use std::time::Duration;

use kettle::task::coop::consume_budget;
use kettle::time::{Instant, interval};

fn free(queens: &[i32], column: i32) -> bool {
    let row = queens.len();
    queens.iter().enumerate().all(|(other, queen)| {
        let rows = i32::try_from(row - other).expect("a small board");
        *queen != column && (queen - column).abs() != rows
    })
}

fn place(size: i32, mut queens: Vec<i32>) -> Pin<Box<dyn Future<Output = u32> + Send>> {
    Box::pin(async move {
        consume_budget().await;
        if i32::try_from(queens.len()) == Ok(size) {
            return 1;
        }
        let mut found = 0;
        for column in 0..size {
            if free(&queens, column) {
                queens.push(column);
                found += place(size, queens.clone()).await;
                queens.pop();
            }
        }
        found
    })
}

#[kettle::main]
async fn main() {
    let clock = kettle::spawn(async {
        let begun = Instant::now();
        let mut ticks = interval(Duration::from_millis(100));
        loop {
            ticks.tick().await;
            println!("{} ms have passed", begun.elapsed().as_millis());
        }
    });
    for size in [8, 10, 12] {
        let found = kettle::spawn(place(size, Vec::new())).await.unwrap();
        println!("{found} ways on a board of {size}");
    }
    clock.abort();
}
