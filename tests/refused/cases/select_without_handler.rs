#[kettle::main]
async fn main() {
    kettle::select! {
        () = async {},
        () = async {} => {} //~ ERROR no rules expected `(`
    }
}
