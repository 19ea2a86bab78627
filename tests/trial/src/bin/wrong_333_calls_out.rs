//! A gateway sends each call on and spawns a task that waits for the reply. The replies are found by their number in a map.
//!
//! Wrong: nine calls in ten are lost on the way, and nobody removes their numbers from the map: their tasks wait for ever, and become more and more.
//!
//! Expected: the hint `leaked_tasks` for the tasks spawned in `call`. The cure: a `timeout` around the wait for the reply, that also removes the number from the map.
//!
//! doctor: `leaked_tasks`
//! ends: by itself

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use kettle::sync::oneshot;
use kettle::time::{Duration, sleep};

#[derive(Clone, Default)]
struct Gateway {
    calls: Arc<Mutex<HashMap<u32, oneshot::Sender<u32>>>>,
    sum: Arc<Mutex<u32>>,
}

impl Gateway {
    fn call(&self, number: u32) {
        let (reply, replied) = oneshot::channel();
        self.calls.lock().unwrap().insert(number, reply);
        let sum = Arc::clone(&self.sum);
        kettle::spawn(async move {
            if let Ok(reply) = replied.await {
                *sum.lock().unwrap() += reply;
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
    for round in 0..250 {
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
    println!("{} in all", gateway.sum.lock().unwrap());
}
