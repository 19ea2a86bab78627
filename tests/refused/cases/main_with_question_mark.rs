#[kettle::main]
async fn main() {
    std::fs::read("a")?; //~ ERROR the `?` operator can only be used in an async function that returns `Result` or `Option`
}
