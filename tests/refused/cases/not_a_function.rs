#[kettle::main]
struct Main; //~ ERROR `#[kettle::main]` goes in front of an `async fn`

fn main() {
    let _ = Main;
}
