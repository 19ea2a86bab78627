// WRONG. `let _turn = printer.lock();`: a future, no guard. The two documents are mixed.
// EXPECT: unpolled: the `lock()` future at this line. CURE: `.await`.
use kettle::sync::Mutex;
use std::sync::Arc;
use std::time::Duration;

async fn print(printer: Arc<Mutex<()>>, name: &'static str) {
    let _turn = printer.lock();
    for page in 1..=3 {
        println!("{name}, page {page}");
        kettle::time::sleep(Duration::from_millis(10)).await;
    }
}

#[kettle::main]
async fn main() {
    let printer = Arc::new(Mutex::new(()));
    let a = kettle::spawn(print(printer.clone(), "letter"));
    let b = kettle::spawn(print(printer, "thesis"));
    a.await.unwrap();
    b.await.unwrap();
}
