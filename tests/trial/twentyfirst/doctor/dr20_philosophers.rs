// RIGHT. Five philosophers who lock the fork with the smaller number first; they think and eat for some ms, 25 times. No circle is possible. EXPECT: silence.
use kettle::sync::Mutex;
use kettle::time::sleep;
use std::sync::Arc;
use std::time::Duration;

#[kettle::main]
async fn main() {
    let forks: Arc<Vec<Mutex<u32>>> = Arc::new((0..5).map(|_| Mutex::new(0)).collect());
    let mut dinner = Vec::new();
    for seat in 0..5_usize {
        let forks = forks.clone();
        dinner.push(kettle::spawn(async move {
            let (low, high) = (seat.min((seat + 1) % 5), seat.max((seat + 1) % 5));
            for _ in 0..25 {
                let mut first = forks[low].lock().await;
                sleep(Duration::from_millis(3)).await;
                let mut second = forks[high].lock().await;
                sleep(Duration::from_millis(8)).await;
                *first += 1;
                *second += 1;
            }
        }));
    }
    for one in dinner {
        one.await.unwrap();
    }
    println!("{}", forks[0].lock().await);
}
