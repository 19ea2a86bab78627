// The tutorial's `make_tea`: one task, one sleep.

use super::play::seconds;
use super::{block_on, sleep};

async fn make_tea() {
    println!("Putting the kettle on.");
    sleep(seconds(2.0)).await;
    println!("Water boiled. Making tea.");
}

pub(crate) fn main() {
    block_on(make_tea());
}
