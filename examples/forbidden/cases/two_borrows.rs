//! Two tasks change one variable.

async fn pour(cups: &mut u32) {
    *cups += 1;
}

#[kettle::main]
async fn main() {
    let mut cups = 0;
    let first = kettle::spawn(pour(&mut cups));
    let second = kettle::spawn(pour(&mut cups));
    first.await.unwrap();
    second.await.unwrap();
    println!("Cups: {cups}");
}
