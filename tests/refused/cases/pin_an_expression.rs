#[kettle::main]
async fn main() {
    kettle::pin!(async {}); //~ ERROR `pin!` takes names of variables, or `let name = value;`; `std::pin::pin!` takes a value
}
