// The tutorial's `make_tea`: one task, one sleep.

use super::play::seconds;
use super::sleep;

pub(crate) async fn main() {
    println!("Putting the kettle on.");
    sleep(seconds(2.0)).await;
    println!("Water boiled. Making tea.");
}
