#[kettle::main("current_thread")] //~ ERROR expected an argument such as `start_paused = true`
async fn main() {}
