#[kettle::main(start_paused = "true")] //~ ERROR `start_paused` must be `true` or `false`
async fn main() {}
