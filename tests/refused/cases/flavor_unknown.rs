#[kettle::main(flavor = "fast")] //~ ERROR no such flavor: `fast`; there are `current_thread` and `local`
async fn main() {}
