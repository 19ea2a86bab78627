#[kettle::main(start_paused = 1 == 1)] //~ ERROR the value of `start_paused` must be one literal
async fn main() {}
