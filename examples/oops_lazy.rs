// Misconception 1: making a future, or calling an `async fn`, starts it.
//
// What happens: no water boils. `sleep` notes a deadline and no more. Only a poll would put it into
// the timer wheel, and only an `.await` would poll it. The program ends at once.
//
// The doctor: `kettle::unpolled`, with the line where the future was made.
//
// The fix: `boiling.await;` before the tea is made; or `kettle::spawn(boiling)`, and `.await` the
// handle.

use std::time::Duration;

use kettle::time::sleep;

#[kettle::main]
async fn main() {
    println!("Putting the kettle on.");
    let _boiling = sleep(Duration::from_secs(2));
    println!("Making tea.");
}
