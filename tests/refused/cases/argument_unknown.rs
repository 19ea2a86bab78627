#[kettle::main(start_pause = true)] //~ ERROR unknown argument `start_pause`: `#[kettle::main]` takes `flavor`, `start_paused`, `name` and `crate`
async fn main() {}
