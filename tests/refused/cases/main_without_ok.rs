#[kettle::main]
async fn main() -> Result<(), std::io::Error> { //~ ERROR mismatched types: expected `Result<(), Error>`, found `()`
    std::fs::read("a")?;
}
