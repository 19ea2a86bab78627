#[kettle::main(start_paused = true,, crate = "kettle")] //~ ERROR there is a comma too many in the arguments
async fn main() {}
