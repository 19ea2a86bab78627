//! A client of a message bus: for each request a task waits for the answer, whose sender is in a map until it comes.
//!
//! Wrong: every other answer never comes (the bus drops what it can't route), and no entry is ever removed. The tasks of
//! those requests wait for as long as the program runs.
//!
//! Expected: `leaked_tasks`, a hint. The cure: a time limit for each wait, after which the entry is removed.
//!
//! doctor: `leaked_tasks`
//! ends: by itself

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use kettle::sync::oneshot;
use kettle::time::interval;

#[derive(Clone, Default)]
struct Bus {
    pending: Arc<Mutex<HashMap<u32, oneshot::Sender<String>>>>,
}

impl Bus {
    fn request(&self, number: u32) {
        let (send, answer) = oneshot::channel();
        self.pending.lock().unwrap().insert(number, send);
        kettle::spawn(async move {
            if let Ok(answer) = answer.await {
                assert!(!answer.is_empty());
            }
        });
    }

    fn answered(&self, number: u32) {
        if let Some(send) = self.pending.lock().unwrap().remove(&number) {
            let _ = send.send(format!("answer {number}"));
        }
    }
}

#[kettle::main]
async fn main() {
    let bus = Bus::default();
    let mut tick = interval(Duration::from_millis(10));
    let mut number = 0;
    for round in 0..500 {
        tick.tick().await;
        for _ in 0..10 {
            number += 1;
            bus.request(number);
        }
        if round % 10 == 0 {
            for number in (number - 9..=number).filter(|number| number % 2 == 0) {
                bus.answered(number);
            }
        }
    }
    println!("{} requests, {} are open", number, bus.pending.lock().unwrap().len());
}
