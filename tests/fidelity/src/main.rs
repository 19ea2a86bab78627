//! Renews the tables in `docs/same-as-tokio.md`. What is expected (`expected/`) it leaves alone.

use kettle_fidelity::page;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = page::path();
    let renewed = page::renewed(&std::fs::read_to_string(&path)?)?;
    std::fs::write(&path, renewed)?;
    Ok(())
}
