//! A gateway sends each call on and spawns a task that waits for the reply. The replies are found by their number in a map.
//!
//! Right: nine calls in ten are lost on the way, and each waits only for a time, and then removes its number from the map.
//!
//! Expected: silence.
//!
//! doctor: silence
//! ends: by itself

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use kettle::sync::oneshot;
use kettle::time::{Duration, sleep, timeout};

#[derive(Clone, Default)]
struct Gateway {
    calls: Arc<Mutex<HashMap<u32, oneshot::Sender<u32>>>>,
    sum: Arc<Mutex<u32>>,
}

impl Gateway {
    fn call(&self, number: u32) {
        let (reply, replied) = oneshot::channel();
        self.calls.lock().unwrap().insert(number, reply);
        let gateway = self.clone();
        kettle::spawn(async move {
            match timeout(Duration::from_millis(1500), replied).await {
                Ok(Ok(reply)) => *gateway.sum.lock().unwrap() += reply,
                _ => drop(gateway.calls.lock().unwrap().remove(&number)),
            }
        });
    }

    fn reply(&self, number: u32) {
        let call = self.calls.lock().unwrap().remove(&number);
        if let Some(call) = call {
            let _ = call.send(number % 7);
        }
    }
}

#[kettle::main]
async fn main() {
    let gateway = Gateway::default();
    for round in 0..150 {
        for call in 0..40 {
            gateway.call(round * 40 + call);
        }
        sleep(Duration::from_millis(20)).await;
        for call in 0..40 {
            if call % 10 == 0 {
                gateway.reply(round * 40 + call);
            }
        }
    }
    sleep(Duration::from_millis(2000)).await;
    println!("{} in all", gateway.sum.lock().unwrap());
}
