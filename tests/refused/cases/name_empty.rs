#[kettle::main(name = "  ")] //~ ERROR `name` must not be empty
async fn main() {}
