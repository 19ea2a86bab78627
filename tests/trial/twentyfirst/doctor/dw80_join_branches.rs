// WRONG. Two branches of one `join!` in main take two locks in opposite order.
// EXPECT: deadlock: main's two branches: lock 1 and lock 2, opposite order. CURE: the same order.
use kettle::sync::Mutex;
use kettle::time::sleep;
use std::time::Duration;

async fn copy(name: &str, from: &Mutex<Vec<u32>>, to: &Mutex<Vec<u32>>) {
    let from = from.lock().await;
    sleep(Duration::from_millis(10)).await;
    let mut to = to.lock().await;
    to.extend(from.iter());
    println!("{name}: {}", to.len());
}

#[kettle::main]
async fn main() {
    let (left, right) = (Mutex::new(vec![1]), Mutex::new(vec![2, 3]));
    kettle::join!(copy("to the right", &left, &right), copy("to the left", &right, &left));
    println!("both are copied");
}
