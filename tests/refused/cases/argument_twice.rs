#[kettle::main(
    start_paused = true,
    crate = "kettle",
    start_paused = true, //~ ERROR `start_paused` is given twice
)]
async fn main() {}
