#[kettle::main]
async fn main() {
    kettle::select! {
        Some(n) = async { 5 } => drop(n), //~ ERROR mismatched types: expected integer, found `Option<_>`
    }
}
