//! Local tasks poll sensors; one waits for an alarm that never comes. When the shift is over, `main` aborts them all
//! and looks at what they say.
//!
//! Right: the tasks have no other end, and that is meant.
//!
//! Expected: silent.
//!
//! doctor: silence

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use kettle::sync::Notify;
use kettle::task::{JoinHandle, LocalSet, spawn_local};
use kettle::time::sleep;

type Readings = Rc<RefCell<BTreeMap<&'static str, Vec<u32>>>>;

async fn poll_sensor(name: &'static str, pause: Duration, readings: Readings) {
    for value in 0.. {
        readings.borrow_mut().entry(name).or_default().push(value);
        sleep(pause).await;
    }
}

async fn on_alarm(alarm: Rc<Notify>) {
    alarm.notified().await;
    println!("evacuate");
}

#[kettle::main]
async fn main() {
    let readings = Readings::default();
    let alarm = Rc::new(Notify::new());
    let shift = LocalSet::new();
    shift
        .run_until(async {
            let mut tasks: Vec<JoinHandle<()>> = Vec::new();
            for (name, pause) in [("boiler", 40), ("pump", 70), ("valve", 110)] {
                let pause = Duration::from_millis(pause);
                tasks.push(spawn_local(poll_sensor(name, pause, Rc::clone(&readings))));
            }
            tasks.push(spawn_local(on_alarm(Rc::clone(&alarm))));
            sleep(Duration::from_millis(1300)).await;
            for task in &tasks {
                task.abort();
            }
            for task in tasks {
                let error = task.await.expect_err("aborted");
                assert!(error.is_cancelled());
            }
        })
        .await;
    for (name, values) in readings.borrow().iter() {
        println!("{name}: {} values", values.len());
    }
}
