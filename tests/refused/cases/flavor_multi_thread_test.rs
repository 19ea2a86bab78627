#[kettle::test(flavor = "multi_thread", worker_threads = 2)] //~ ERROR kettle runs on one thread
async fn test() {}

fn main() {}
