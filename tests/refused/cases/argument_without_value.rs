#[kettle::main(start_paused)] //~ ERROR `start_paused` needs a value: `start_paused = ...`
async fn main() {}
