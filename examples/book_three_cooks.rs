// The ladder's program `three_cooks` on kettle: nothing but the `use` differs.
//
// See `docs/book/src/tasks.md`.

use kettle::spawn;

mod play {
    pub(crate) use kettle::task::yield_now;
}

#[path = "rungs/programs/three_cooks.rs"]
mod three_cooks;

#[kettle::main]
async fn main() {
    three_cooks::main().await;
}
