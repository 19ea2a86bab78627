//! It awaits a box with itself in it.

async fn wash(dishes: u32) {
    if dishes > 0 {
        println!("{dishes} left");
        Box::pin(wash(dishes - 1)).await;
    }
}

#[kettle::main]
async fn main() {
    wash(2).await;
}
