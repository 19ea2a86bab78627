#[kettle::main(current_thread)] //~ ERROR `current_thread` is a flavor: write `flavor = "current_thread"`, or leave it out
async fn main() {}
