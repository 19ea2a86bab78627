#[kettle::main(flavor = "multi_thread")] //~ ERROR kettle runs on one thread: leave `flavor` out or write `flavor = "current_thread"`
async fn main() {}
