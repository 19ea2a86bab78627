#[kettle::main(crate = "kettel")] //~ ERROR cannot find module or crate `kettel` in this scope
async fn main() {}
