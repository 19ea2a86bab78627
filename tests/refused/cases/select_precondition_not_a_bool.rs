#[kettle::main]
async fn main() {
    kettle::select! {
        () = async {}, if 1 => {} //~ ERROR mismatched types: expected `bool`, found integer
    }
}
