// WRONG. In the error path the permit is `forget`ed (the author thinks it gives it back). After three failures no permit is left.
// EXPECT: deadlock: main (the client) waits for a permit of the semaphore with 0 free; permits forgotten, not held. CURE: drop in place of forget.
use kettle::sync::Semaphore;
use std::time::Duration;

async fn request(n: u32) -> Result<u32, String> {
    kettle::time::sleep(Duration::from_millis(5)).await;
    if n % 2 == 0 { Ok(n) } else { Err(format!("request {n} failed")) }
}

#[kettle::main]
async fn main() {
    let slots = Semaphore::new(3);
    for n in 0..12 {
        let slot = slots.acquire().await.unwrap();
        match request(n).await {
            Ok(n) => println!("{n}"),
            Err(error) => {
                println!("{error}");
                slot.forget();
            }
        }
    }
}
