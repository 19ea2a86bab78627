// RIGHT. std's Mutex shared with two std threads that count; tasks lock it shortly between awaits; a std::thread::sleep of 3 ms now and then in main's own work
// with nobody waiting. EXPECT: silence.
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

#[kettle::main]
async fn main() {
    let hits = Arc::new(Mutex::new(vec![0_u64; 8]));
    let end = Instant::now() + Duration::from_secs(2);
    let threads: Vec<_> = (0..2)
        .map(|id| {
            let hits = hits.clone();
            thread::spawn(move || {
                while Instant::now() < end {
                    hits.lock().unwrap()[id] += 1;
                    thread::sleep(Duration::from_micros(200));
                }
            })
        })
        .collect();
    let tasks: Vec<_> = (2..8)
        .map(|id| {
            let hits = hits.clone();
            kettle::spawn(async move {
                while Instant::now() < end {
                    hits.lock().unwrap()[id] += 1;
                    kettle::time::sleep(Duration::from_millis(2)).await;
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    thread::sleep(Duration::from_millis(400)); // alone now: nothing else is to be served
    for thread in threads {
        thread.join().unwrap();
    }
    println!("{}", hits.lock().unwrap().iter().all(|n| *n > 0));
}
