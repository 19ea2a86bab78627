#[kettle::main(unhandled_panic = "shutdown_runtime")] //~ ERROR `unhandled_panic` is not supported, and unstable in tokio: leave it out
async fn main() {}
