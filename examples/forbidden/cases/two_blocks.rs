//! Two futures in one list.

#[kettle::main]
async fn main() {
    let drinks = [async { "tea" }, async { "coffee" }];
    for drink in drinks {
        println!("{}", drink.await);
    }
}
