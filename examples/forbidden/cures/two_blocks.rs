//! Two boxes in one list, and each says only that a future is in it.

use std::pin::Pin;

type Drink = Pin<Box<dyn Future<Output = &'static str>>>;

#[kettle::main]
async fn main() {
    let drinks: [Drink; 2] = [Box::pin(async { "tea" }), Box::pin(async { "coffee" })];
    for drink in drinks {
        println!("{}", drink.await);
    }
}
