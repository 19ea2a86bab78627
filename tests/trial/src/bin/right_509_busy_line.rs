//! A telephone: who finds it taken tries again later, and gives up each attempt after a moment.
//! doctor: silence

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::Mutex;
use kettle::time::{sleep, timeout};

struct Telephone {
    calls: u32,
}

async fn long_call(line: Arc<Mutex<Telephone>>) {
    let mut telephone = line.lock().await;
    telephone.calls += 1;
    println!("Grandmother tells a story.");
    sleep(Duration::from_millis(900)).await;
    println!("Grandmother hangs up.");
}

async fn short_call(line: Arc<Mutex<Telephone>>, wish: &str) -> Result<u32, u32> {
    let mut pause = Duration::from_millis(20);
    for attempt in 1..=4 {
        match timeout(Duration::from_millis(40), line.lock()).await {
            Ok(mut telephone) => {
                telephone.calls += 1;
                println!("{wish}, at attempt {attempt}");
                return Ok(attempt);
            }
            Err(_) => {
                println!("the line is taken");
                sleep(pause).await;
                pause *= 2;
            }
        }
    }
    Err(4)
}

#[kettle::main]
async fn main() {
    let line = Arc::new(Mutex::new(Telephone { calls: 0 }));
    let grandmother = kettle::spawn(long_call(line.clone()));
    sleep(Duration::from_millis(10)).await;
    let pizza = kettle::spawn(short_call(line.clone(), "One pizza, please"));
    match pizza.await.expect("no panic") {
        Ok(attempts) => println!("The pizza comes; {attempts} attempts."),
        Err(attempts) => println!("No pizza after {attempts} attempts."),
    }
    grandmother.await.expect("no panic");
    println!("{} calls.", line.lock().await.calls);
}
