#[kettle::main(crate = kettle)] //~ ERROR `crate` must be a string: `crate = "my_kettle"`
async fn main() {}
