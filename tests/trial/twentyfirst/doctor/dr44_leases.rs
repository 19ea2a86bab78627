// RIGHT. Leases: who takes a seat puts the owned guard into a shared map; a janitor drops those older than 2 s. main takes the same seat again and so waits until its own lease has run out. EXPECT: silence.
use kettle::sync::{Mutex, OwnedMutexGuard};
use kettle::time::{Instant, sleep};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

type Leases = Arc<std::sync::Mutex<HashMap<u32, (Instant, OwnedMutexGuard<u32>)>>>;

async fn lease(seat: &Arc<Mutex<u32>>, leases: &Leases, id: u32) {
    let guard = seat.clone().lock_owned().await;
    leases.lock().unwrap().insert(id, (Instant::now(), guard));
    println!("lease {id}");
}

#[kettle::main]
async fn main() {
    let leases = Leases::default();
    let seat = Arc::new(Mutex::new(0));
    let for_janitor = leases.clone();
    let janitor = kettle::spawn(async move {
        loop {
            sleep(Duration::from_millis(100)).await;
            for_janitor.lock().unwrap().retain(|_, (since, _)| since.elapsed() < Duration::from_secs(2));
        }
    });
    for id in 0..3 {
        lease(&seat, &leases, id).await;
    }
    janitor.abort();
    leases.lock().unwrap().clear();
    println!("{}", seat.lock().await);
}
