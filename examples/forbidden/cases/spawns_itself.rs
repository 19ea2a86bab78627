//! An async function spawns itself.

async fn wash(dishes: u32) {
    if dishes > 0 {
        println!("{dishes} left");
        kettle::spawn(wash(dishes - 1)).await.unwrap();
    }
}

#[kettle::main]
async fn main() {
    wash(2).await;
}
