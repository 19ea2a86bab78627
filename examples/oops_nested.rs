// Misconception 21: `block_on` gets a value out of a future anywhere, also in async code.
//
// What happens: this `block_on` would block the thread that has to drive the runtime, and wait for
// what only that thread can do. kettle doesn't let it begin: it panics at the line of the inner
// call.
//
// The doctor: not needed.
//
// The fix: `.await`.

use kettle::runtime::Handle;

async fn price() -> u32 {
    5
}

fn total() -> u32 {
    Handle::current().block_on(price())
}

#[kettle::main]
async fn main() {
    println!("That makes {}.", total());
}
