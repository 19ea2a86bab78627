#[kettle::main]
async fn run(n: u32) -> u32 {
    n.to_string() //~ ERROR mismatched types: expected `u32`, found `String`
}

fn main() {
    run(1);
}
