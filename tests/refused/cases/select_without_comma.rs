#[kettle::main]
async fn main() {
    let n = kettle::select! {
        () = async {} => 1
        () = async {} => 2 //~ ERROR no rules expected `=>`
    };
}
