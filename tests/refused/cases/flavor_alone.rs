#[kettle::main(current_thread)] //~ ERROR `current_thread` is a flavor: write `flavor = "current_thread"`
async fn main() {}
