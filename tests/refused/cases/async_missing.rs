#[kettle::main]
fn main() {} //~ ERROR `#[kettle::main]` goes in front of an `async fn`: write `async` before `fn`
