// The ladder's program `doorbell` on kettle: nothing but the `use` differs.
//
// See `docs/book/src/wakers.md`.

use kettle::spawn;

mod play {
    pub(crate) use kettle::task::yield_now;
}

mod sync {
    pub(crate) use kettle::sync::mpsc::channel;
}

#[path = "rungs/programs/doorbell.rs"]
mod doorbell;

#[kettle::main]
async fn main() {
    doorbell::main().await;
}
