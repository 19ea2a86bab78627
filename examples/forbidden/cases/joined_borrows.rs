//! Two futures of one task change one variable.

async fn pour(cups: &mut u32) {
    *cups += 1;
}

#[kettle::main]
async fn main() {
    let mut cups = 0;
    kettle::join!(pour(&mut cups), pour(&mut cups));
    println!("Cups: {cups}");
}
