//! An async function awaits itself.

async fn wash(dishes: u32) {
    if dishes > 0 {
        println!("{dishes} left");
        wash(dishes - 1).await;
    }
}

#[kettle::main]
async fn main() {
    wash(2).await;
}
