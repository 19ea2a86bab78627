#[kettle::main(flavor = "multi_thread")] //~ ERROR kettle runs on one thread: leave `flavor` out or write `flavor = "current_thread"`. Work that blocks or computes for long goes to `spawn_blocking`
async fn main() {}
