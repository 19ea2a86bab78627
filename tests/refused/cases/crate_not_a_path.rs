#[kettle::main(crate = "ket-tle")] //~ ERROR `ket-tle` is not a path to a crate
async fn main() {}
