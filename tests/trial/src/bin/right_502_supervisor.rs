//! A supervisor starts a worker again when it has panicked, and waits longer each time.
//! doctor: silence

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use kettle::time::sleep;

type Queue = Arc<Mutex<VecDeque<&'static str>>>;

async fn work(queue: Queue) -> usize {
    let mut done = 0;
    loop {
        let next = queue.lock().unwrap().pop_front();
        let Some(record) = next else { return done };
        sleep(Duration::from_millis(20)).await;
        let number: u32 = record.parse().unwrap_or_else(|_| panic!("{record:?} is no number"));
        println!("record {number}");
        done += 1;
    }
}

async fn supervise(queue: Queue) -> Result<usize, String> {
    let mut pause = Duration::from_millis(100);
    for attempt in 1..=5 {
        match kettle::spawn(work(queue.clone())).await {
            Ok(done) => return Ok(done),
            Err(error) if error.is_panic() => {
                println!("attempt {attempt} failed; the next one in {} ms", pause.as_millis());
                sleep(pause).await;
                pause *= 2;
            }
            Err(error) => return Err(error.to_string()),
        }
    }
    Err("too many attempts".to_string())
}

#[kettle::main]
async fn main() {
    let records = ["4", "8", "fifteen", "16", "twenty-three", "42"];
    let queue: Queue = Arc::new(Mutex::new(records.into()));
    match kettle::spawn(supervise(queue)).await.expect("the supervisor doesn't panic") {
        Ok(done) => println!("The last worker has done {done}."),
        Err(why) => println!("Given up: {why}"),
    }
}
