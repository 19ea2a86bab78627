#[kettle::main(unhandled_panic = "shutdown_runtime")] //~ ERROR `unhandled_panic` is not supported yet: leave it out
async fn main() {}
