#[kettle::main(start_paused(true))] //~ ERROR `start_paused` needs a value: `start_paused = ...`
async fn main() {}
