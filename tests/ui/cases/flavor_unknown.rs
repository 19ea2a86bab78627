#[kettle::main(flavor = "fast")] //~ ERROR no such flavor: `fast`; the only one is `current_thread`
async fn main() {}
