#[kettle::main(flavor = current_thread)] //~ ERROR `flavor` must be a string: `flavor = "current_thread"`
async fn main() {}
