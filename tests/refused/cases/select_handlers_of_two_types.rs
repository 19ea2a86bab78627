#[kettle::main]
async fn main() {
    let _n = kettle::select! {
        () = async {} => 1,
        () = async {} => "two", //~ ERROR `match` arms have incompatible types: expected integer, found `&str`
    };
}
