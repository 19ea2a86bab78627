// RIGHT. Three connections (a semaphore with owned permits), twelve queries of 400 ms each: all wait long for a permit, as is meant. EXPECT: silence.
use kettle::sync::Semaphore;
use std::sync::Arc;
use std::time::Duration;

#[kettle::main]
async fn main() {
    let pool = Arc::new(Semaphore::new(3));
    let mut queries = kettle::task::JoinSet::new();
    for id in 0..12_u32 {
        let permit = pool.clone();
        queries.spawn(async move {
            let _connection = permit.acquire_owned().await.unwrap();
            kettle::time::sleep(Duration::from_millis(400)).await;
            id * id
        });
    }
    let mut sum = 0;
    while let Some(result) = queries.join_next().await {
        sum += result.unwrap();
    }
    println!("{sum}");
}
