#[kettle::main(
    flavor = "current_thread",
    worker_threads = 4, //~ ERROR kettle runs on one thread and has no workers: leave `worker_threads` out
)]
async fn main() {}
