//! Renews the tables in `docs/same-as-tokio.md` and in `RECORDED.md`. What is expected (`expected/`) it leaves alone.

use kettle_fidelity::page;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    for path in page::paths() {
        let renewed = page::renewed(&std::fs::read_to_string(&path)?)?;
        std::fs::write(&path, renewed)?;
    }
    Ok(())
}
