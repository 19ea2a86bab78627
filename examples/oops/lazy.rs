// Belief 1: calling an `async fn`, or making a future, starts it.

use std::time::Duration;

use kettle::time::sleep;

#[kettle::main]
async fn main() {
    println!("Putting the kettle on.");
    let _boiling = sleep(Duration::from_secs(2));
    println!("Making tea.");
}
