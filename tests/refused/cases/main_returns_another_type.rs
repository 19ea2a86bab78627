#[kettle::main]
async fn main() -> Result<(), std::io::Error> {
    if std::env::args().count() > 1 {
        return Err("too many"); //~ ERROR mismatched types: expected `Error`, found `&str`
    }
    Ok(())
}
